"""A counter-current heat exchanger in 20 cells a side: water cools water.

Temperatures T in °C, flows m in kg/s, time in seconds; the hot side h runs from cell 1 to 20, the cold side c back:

    rho Vh/N ch Th_k' = mh ch (Th_{k-1} - Th_k) - UA/N (Th_k - Tc_k)            Th_0  = hot inlet
    rho Vc/N cc Tc_k' = mc cc (Tc_{k+1} - Tc_k) + UA/N (Th_k - Tc_k)            Tc_21 = cold inlet

with mh = 2, mc = 3 kg/s, ch = cc = 4180 J/(kg K), UA = 12000 W/K, Vh = 0.02, Vc = 0.03 m³, rho = 1000 kg/m³, inlets 90
and 20 °C. At rest the outlets are 45.811825 °C (hot) and 49.458784 °C (cold); with ever more cells they go to
44.640896 and 50.239403 °C, those of the effectiveness-NTU method.

Own choices: ranges, both loops, alarm limits, noise, and the trip of the hot flow before the cold side boils.
"""

from typing import Any

from plant.control import AUTO
from plant.equations import Balance, Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Start
from plant.tags import Limits, Role, Tag

CELLS = 20
HEAT_CAPACITY, DENSITY, HOT_VOLUME, COLD_VOLUME = 4180.0, 1000.0, 0.02, 0.03
NOMINAL_INPUTS = (2.0, 3.0, 90.0, 20.0, 12000.0, 0.0)
HOT_MASS, COLD_MASS = DENSITY * HOT_VOLUME / CELLS, DENSITY * COLD_VOLUME / CELLS
"""In each cell, kg."""


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per second of hot and cold side, cell by cell from the hot inlet on."""
    exchange = u[4] / CELLS / HEAT_CAPACITY
    entering = u[2]
    for i in range(0, 2 * CELLS, 2):
        hot, cold = x[i], x[i + 1]
        returning = x[i + 3] if i + 3 < 2 * CELLS else u[3]
        passed = exchange * (hot - cold)
        dx[i] = (u[0] * (entering - hot) - passed) / HOT_MASS
        dx[i + 1] = (u[1] * (returning - cold) + passed) / COLD_MASS
        entering = hot


def outputs(x: Any, u: Any, y: Any) -> None:
    """Outlets, duty, effectiveness, profiles."""
    y[0], y[1] = x[2 * CELLS - 2], x[1]
    exchanged = 0.0
    for i in range(CELLS):
        exchanged += x[2 * i] - x[2 * i + 1]
        y[4 + i], y[4 + CELLS + i] = x[2 * i], x[2 * i + 1]
    y[2] = u[4] / CELLS * exchanged / 1000
    most = min(u[0], u[1]) * HEAT_CAPACITY * (u[2] - u[3])
    y[3] = min(max(1000 * y[2] / most, 0.0), 1.0) if most > 0 else 0.0


def profile(u: tuple[float, ...], cells: int = CELLS) -> tuple[float, ...]:
    """Hot and cold temperatures at rest in turn, by shooting from the hot end twice (the equations are linear)."""
    exchange = u[4] / cells / HEAT_CAPACITY
    shots = []
    for guess in (u[2], u[3]):
        hot, cold, found = u[2], guess, []
        for _ in range(cells):
            hot = (u[0] * hot + exchange * cold) / (u[0] + exchange)
            found += [hot, cold]
            cold -= exchange * (hot - cold) / u[1]
        shots.append((found, cold))
    (first, first_end), (second, second_end) = shots
    part = (u[3] - first_end) / (second_end - first_end)
    return tuple(a + part * (b - a) for a, b in zip(first, second, strict=True))


def heat(x: Any, u: Any) -> float:
    """In both sides, kJ above 0 °C."""
    total = 0.0
    for i in range(CELLS):
        total += HOT_MASS * x[2 * i] + COLD_MASS * x[2 * i + 1]
    return HEAT_CAPACITY * total / 1000


def heat_flow(x: Any, u: Any) -> float:
    """What enters and does not leave, kW."""
    return float(HEAT_CAPACITY * (u[0] * (u[2] - x[2 * CELLS - 2]) + u[1] * (u[3] - x[1])) / 1000)


EQUATIONS = Equations(
    states=tuple(f"{side} temperature {n} (°C)" for n in range(1, CELLS + 1) for side in ("hot", "cold")),
    rates=rates,
    outputs=outputs,
    start=profile(NOMINAL_INPUTS),
    solver=Solver(Method.DORMAND_PRINCE, longest=2.0, relative=1e-9, absolute=1e-8),
    balances=(Balance("heat", heat, heat_flow),),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 4 + 2 * CELLS)


def _cells(side: str, first: int) -> tuple[Tag, ...]:
    what = f"Temperature of the {side} side in cell"
    return tuple(
        Tag(f"{side}_temperature_{n}", Role.STATE, "°C", 0, 100, _NOMINAL[first + n - 1], f"{what} {n}", "", 2)
        for n in range(1, CELLS + 1)
    )


_TAGS = (
    Tag("hot_flow", Role.INPUT, "kg/s", 0, 4, 2.0, "Hot water", "FIC_HOT"),
    Tag("cold_flow", Role.INPUT, "kg/s", 0, 6, 3.0, "Cold water", "FIC_COLD"),
    Tag("hot_inlet_temperature", Role.DISTURBANCE, "°C", 40, 95, 90.0, "Hot water at its inlet", "TI_HOT_IN", 2),
    Tag("cold_inlet_temperature", Role.DISTURBANCE, "°C", 5, 40, 20.0, "Cold water at its inlet", "TI_COLD_IN", 2),
    Tag("heat_transfer", Role.PARAMETER, "W/K", 0, 24000, 12000.0,
        "Heat transfer of the whole area (UA); less when it is fouled", "", 0),
    Tag("hot_outlet_temperature", Role.OUTPUT, "°C", 0, 100, _NOMINAL[0], "Hot water at its outlet", "TI_HOT_OUT", 2,
        Limits(high=60), noise=0.05),
    Tag("cold_outlet_temperature", Role.OUTPUT, "°C", 0, 100, _NOMINAL[1], "Cold water at its outlet", "TI_COLD_OUT", 2,
        Limits(high_high=75, high=65), noise=0.05),
    Tag("duty", Role.OUTPUT, "kW", -900, 2200, _NOMINAL[2], "Heat that passes to the cold side", "JI_DUTY", 2),
    Tag("effectiveness", Role.OUTPUT, "", 0, 1, _NOMINAL[3], "Heat that passes, of what could at most", "XI_EFF", 4),
    *_cells("hot", 4),
    *_cells("cold", 4 + CELLS),
)  # fmt: skip

_OWN = "own tuning, checked in simulation"
_AUTO = {"cold_outlet_temperature_mode": AUTO, "hot_outlet_temperature_mode": AUTO}

MODEL = Model(
    id="heat-exchanger",
    name="Heat exchanger",
    description="Hot water warms cold water in counter-current: a chain of lags with exact temperatures at rest.",
    sources=("W. M. Kays, A. L. London: Compact Heat Exchangers, 3rd ed. (McGraw-Hill 1984): effectiveness and NTU",),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("hot_outlet_temperature", "hot_flow", 0.03, 15.0, _OWN),
        Loop("cold_outlet_temperature", "cold_flow", -0.06, 15.0, _OWN),
    ),
    interlocks=(
        Interlock(
            "overheat_trip",
            "The cold side threatens to boil: the hot flow is stopped",
            "cold_outlet_temperature",
            85.0,
            Side.HIGH,
            {"hot_flow": 0.0},
        ),
    ),
    starts=(
        Start("steady", "At rest at the nominal inputs, both loops in manual"),
        Start("closed-loop", "At rest at the nominal inputs, both loops in auto", _AUTO),
        Start("cold", "Everything at 20 °C as the hot water arrives", {}, (20.0,) * (2 * CELLS), holds=False),
    ),
    time_unit="s",
    sample_time=1.0,
    longest_step=5.0,
    kind="starter",
    documentation=__doc__ or "",
    exercises=(
        "Raise hot_flow by 10 % and compare the answers of the two outlets: which looks like a first-order lag, which "
        "has a dead time?",
        "Compute the effectiveness by the NTU method and compare it with the tag. What do 20 cells do to it?",
        "Foul the exchanger: lower heat_transfer to 6000 over an hour with both loops in auto. Where do the flows end?",
        "Find the four steady gains of the outlets for the flows and the relative gain array. Why does each loop use "
        "the flow of its own side, although both flows move both outlets?",
    ),
)
