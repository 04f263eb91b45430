"""The boiler-turbine unit of Bell and Åström, 160 MW: three valves whose speed is limited, a level that integrates.

States: drum pressure x1 in kgf/cm², electric power x2 in MW, density x3 of the fluid in the system in kg/m³. Inputs:
the positions 0..1 of the valves for fuel u1, steam u2 and feedwater u3. Time in seconds:

    x1' = -0.0018 u2 x1^(9/8) + 0.9 u1 - 0.15 u3
    x2' = (0.073 u2 - 0.016) x1^(9/8) - 0.1 x2
    x3' = (141 u3 - (1.1 u2 - 0.19) x1)/85
    level = 0.05 (0.13073 x3 + 100 acs + qe/9 - 67.975)                            m, deviation
    acs = (1 - 0.001538 x3) (0.8 x1 - 25.6)/(x3 (1.0394 - 0.0012304 x1))           steam quality
    qe = (0.854 u2 - 0.147) x1 + 45.59 u1 - 2.514 u3 - 2.096                       evaporation, kg/s

The valves move by |u1'| <= 0.007, -2 <= u2' <= 0.02 and |u3'| <= 0.05 1/s. The operating points that the literature
uses, each with its inputs and level: (x1, x2, x3) = (86.4, 36.65, 342.4), (97.2, 50.52, 385.2), (108, 66.65, 428),
(118.8, 85.06, 470.8), (129.6, 105.8, 513.6), (140.4, 128.9, 556.4). The start is the exact equilibrium of
108 kgf/cm² and 66.65 MW at the level 0. (Of the lowest printed point (75.6, 15.27, 299.6) the power is not that of an
equilibrium, which is 25.0 MW.) The density x3 integrates: the level loop has to be closed.

Own choices: the valves obey the limits exactly unless `rate_limits` is off; then they are at once where they are
wanted. The pressure stays above 1 kgf/cm² and the density between 50 and 1000 kg/m³, where the fit of the level ends;
the level's reading ends at 1.2 m either way, as its published range. Loops and trips. The other ranges hold what the
allowed inputs can reach, motoring included: the fit gives less power than none with the steam valve closed.
"""

from typing import Any

from plant.control import AUTO
from plant.equations import Equations, Method, Solver
from plant.interlocks import Interlock, Side
from plant.loops import Loop
from plant.model import Model, Showing, Start
from plant.tags import Limits, Role, Tag

SLOWEST = (-0.007, -2.0, -0.05)
FASTEST = (0.007, 0.02, 0.05)
"""How fast the valves for fuel, steam and feedwater close and open at most, 1/s."""
LEAST_PRESSURE, LEAST_DENSITY, MOST_DENSITY = 1.0, 50.0, 1000.0

_POSITION, _WANTED, _DIRECTION = 3, 6, 9
"""Places of the valves' positions among the states; behind them, held over a step, where they go and which way."""


def position(x: Any, u: Any, valve: int) -> float:
    """Where a valve is: on its way to where it is wanted, or there."""
    if u[3] == 0:
        return float(u[valve])
    if x[9 + valve] > 0:
        return float(min(x[3 + valve], x[6 + valve]))
    if x[9 + valve] < 0:
        return float(max(x[3 + valve], x[6 + valve]))
    return float(x[3 + valve])


def held(value: float, rate: float, low: float, high: float) -> float:
    """The rate of something that stays inside its bounds."""
    if (value <= low and rate < 0) or (value >= high and rate > 0):
        return 0.0
    return rate


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates per second of pressure, power, density and the valves."""
    fuel, steam, water = position(x, u, 0), position(x, u, 1), position(x, u, 2)
    pressure = max(x[0], LEAST_PRESSURE)
    flow = pressure**1.125
    dx[0] = held(x[0], -0.0018 * steam * flow + 0.9 * fuel - 0.15 * water, LEAST_PRESSURE, 1e6)
    dx[1] = (0.073 * steam - 0.016) * flow - 0.1 * x[1]
    dx[2] = held(x[2], (141 * water - (1.1 * steam - 0.19) * pressure) / 85, LEAST_DENSITY, MOST_DENSITY)
    for i in range(3):
        if x[9 + i] > 0:
            dx[3 + i] = FASTEST[i]
        elif x[9 + i] < 0:
            dx[3 + i] = SLOWEST[i]
        else:
            dx[3 + i] = min(max(u[i] - x[3 + i], SLOWEST[i]), FASTEST[i])


def prepare(x: Any, u: Any, time: float, step: float) -> None:
    """Take the positions that were reached, and see where the valves go next."""
    for i in range(3):
        x[3 + i] = position(x, u, i)
        x[6 + i] = u[i]
        x[9 + i] = 1.0 if u[i] > x[3 + i] else (-1.0 if u[i] < x[3 + i] else 0.0)


def quality(pressure: float, density: float) -> float:
    """The steam quality acs."""
    return (1 - 0.001538 * density) * (0.8 * pressure - 25.6) / (density * (1.0394 - 0.0012304 * pressure))


def level(pressure: float, density: float, evaporation: float) -> float:
    """Of the drum, m from the middle."""
    return 0.05 * (0.13073 * density + 100 * quality(pressure, density) + evaporation / 9 - 67.975)


def evaporation(pressure: float, fuel: float, steam: float, water: float) -> float:
    """The evaporation qe in kg/s."""
    return (0.854 * steam - 0.147) * pressure + 45.59 * fuel - 2.514 * water - 2.096


def outputs(x: Any, u: Any, y: Any) -> None:
    """Pressure, power, density, level, quality, evaporation and the valves."""
    pressure = max(x[0], LEAST_PRESSURE)
    density = min(max(x[2], LEAST_DENSITY), MOST_DENSITY)
    for i in range(3):
        y[6 + i] = position(x, u, i)
    y[0], y[1], y[2] = pressure, x[1], density
    y[4] = quality(pressure, density)
    y[5] = evaporation(pressure, y[6], y[7], y[8])
    y[3] = level(pressure, density, y[5])


def valves(pressure: float, power: float) -> tuple[float, float, float]:
    """The positions that hold this pressure and power."""
    steam = (0.1 * power / pressure**1.125 + 0.016) / 0.073
    water = (1.1 * steam - 0.19) * pressure / 141
    return (0.0018 * steam * pressure**1.125 + 0.15 * water) / 0.9, steam, water


def density_at(pressure: float, power: float, wanted: float) -> float:
    """The density that gives this level at the equilibrium of pressure and power, by bisection."""
    boiled = evaporation(pressure, *valves(pressure, power))
    low, high = 200.0, 800.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if level(pressure, middle, boiled) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


NOMINAL_PRESSURE, NOMINAL_POWER = 108.0, 66.65
NOMINAL_VALVES = valves(NOMINAL_PRESSURE, NOMINAL_POWER)
NOMINAL_INPUTS = (*NOMINAL_VALVES, 1.0, 0.0, 0.0, 0.0)
START = (NOMINAL_PRESSURE, NOMINAL_POWER, density_at(NOMINAL_PRESSURE, NOMINAL_POWER, 0.0), *NOMINAL_VALVES)

EQUATIONS = Equations(
    states=(
        "drum pressure (kgf/cm²)", "power (MW)", "fluid density (kg/m³)", "fuel valve", "steam valve",
        "feedwater valve",
    ),
    rates=rates,
    outputs=outputs,
    prepare=prepare,
    start=START,
    memory=(*NOMINAL_VALVES, 0.0, 0.0, 0.0),
    solver=Solver(Method.DORMAND_PRINCE, longest=5.0, relative=1e-11, absolute=1e-11),
)  # fmt: skip
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 9)

_TAGS = (
    Tag("fuel_valve", Role.INPUT, "", 0, 1, NOMINAL_VALVES[0], "Wanted position of the fuel valve (u1)", "UC_FUEL", 4),
    Tag("steam_valve", Role.INPUT, "", 0, 1, NOMINAL_VALVES[1], "Wanted position of the steam valve (u2)", "UC_STEAM",
        4),
    Tag("feedwater_valve", Role.INPUT, "", 0, 1, NOMINAL_VALVES[2], "Wanted position of the feedwater valve (u3)",
        "UC_FW", 4),
    Tag("rate_limits", Role.PARAMETER, "", 0, 1, 1, "Whether the valves move no faster than they can", "", 0,
        states=("off", "on")),
    Tag("drum_pressure", Role.OUTPUT, "kgf/cm²", 0, 250, _NOMINAL[0], "Pressure in the drum (x1)", "PI_DRUM", 2,
        Limits(high_high=150, high=145, low=75), noise=0.05),
    Tag("power", Role.OUTPUT, "MW", -80, 260, _NOMINAL[1], "Electric power (x2)", "JI_POWER", 2, Limits(high=150),
        noise=0.05),
    Tag("fluid_density", Role.OUTPUT, "kg/m³", 0, 1000, _NOMINAL[2], "Density of the fluid in the system (x3)",
        "DI_FLUID", 2),
    Tag("drum_level", Role.OUTPUT, "m", -1.2, 1.2, 0.0, "Level of the drum from its middle", "LI_DRUM", 3,
        Limits(high_high=1.0, high=0.5, low=-0.5, low_low=-1.0), noise=0.002),
    Tag("steam_quality", Role.OUTPUT, "", -1, 5, _NOMINAL[4], "Quality of the steam in the system (acs)", "XI_ACS", 5),
    Tag("evaporation", Role.OUTPUT, "kg/s", -50, 250, _NOMINAL[5], "Evaporation (qe)", "FI_QE", 2),
    Tag("fuel_valve_position", Role.OUTPUT, "", 0, 1, _NOMINAL[6], "Where the fuel valve is", "ZI_FUEL", 4),
    Tag("steam_valve_position", Role.OUTPUT, "", 0, 1, _NOMINAL[7], "Where the steam valve is", "ZI_STEAM", 4),
    Tag("feedwater_valve_position", Role.OUTPUT, "", 0, 1, _NOMINAL[8], "Where the feedwater valve is", "ZI_FW", 4),
)  # fmt: skip


def _at(name: str, pressure: float, power: float, drum_level: float) -> Start:
    inputs = dict(zip(("fuel_valve", "steam_valve", "feedwater_valve"), valves(pressure, power), strict=True))
    states = (pressure, power, density_at(pressure, power, drum_level), *inputs.values())
    return Start(name, f"At rest at {pressure:g} kgf/cm² and {power:g} MW, all loops in manual", inputs, states)


_OWN = "own tuning, checked in simulation"
_AUTO = {"power_mode": AUTO, "drum_pressure_mode": AUTO, "drum_level_mode": AUTO}

MODEL = Model(
    id="boiler-turbine",
    name="Boiler-turbine unit",
    description="A 160 MW power station in three equations: fuel, steam and feedwater valves of limited speed.",
    sources=(
        "R. D. Bell, K. J. Åström: Dynamic models for boiler-turbine-alternator units: data logs and parameter "
        "estimation for a 160 MW unit, Report TFRT-3192, Lund Institute of Technology (1987)",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("power", "steam_valve", 0.0035, 10.0, _OWN),
        Loop("drum_pressure", "fuel_valve", 0.02, 240.0, _OWN),
        Loop("drum_level", "feedwater_valve", 1.0, 300.0, _OWN),
    ),
    interlocks=(
        Interlock(
            "pressure_high_trip",
            "The pressure is too high: the fuel valve closes",
            "drum_pressure",
            160.0,
            Side.HIGH,
            {"fuel_valve": 0.0},
        ),
        Interlock(
            "level_low_trip",
            "The level is too low: the fuel valve closes",
            "drum_level",
            -1.1,
            Side.LOW,
            {"fuel_valve": 0.0},
        ),
        Interlock(
            "level_high_trip",
            "The level is too high: the feedwater valve closes",
            "drum_level",
            1.1,
            Side.HIGH,
            {"feedwater_valve": 0.0},
        ),
    ),
    starts=(
        Start("steady", "The nominal equilibrium, 108 kgf/cm² and 66.65 MW, all loops in manual"),
        Start("closed-loop", "The nominal equilibrium, all loops in auto", _AUTO),
        _at("low-load", 86.4, 36.65, -0.65),
        _at("high-load", 129.6, 105.8, 0.64),
        _at("full-load", 140.4, 128.9, 0.98),
    ),
    time_unit="s",
    sample_time=1.0,
    longest_step=5.0,
    documentation=__doc__ or "",
    exercises=(
        "Open feedwater_valve by 0.05 in manual: why does the level fall at first? Why does it never settle?",
        "Open steam_valve by 0.1: power rises at once and then sinks. Where does the energy come from?",
        "From closed-loop raise power_setpoint to 90 in one step. Which valve runs at its limit of speed, and for how "
        "long? Repeat it with rate_limits off.",
        "Let the boiler follow the turbine (power by steam_valve), then the turbine the boiler: power by hand with "
        "fuel_valve, pressure by steam_valve. Which one answers faster, which one calmer?",
        "Linearise at low-load and full-load: by how much does the gain of steam_valve on power change?",
    ),
    showing=Showing("closed-loop", "power_setpoint", 10.0, 1800.0, ("drum_pressure", "power", "drum_level")),
)
