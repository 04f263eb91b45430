"""Ethylene oxidation: a stirred gas-phase reactor over silver catalyst, nonlinear, stiff, with an economic optimum.

    C2H4 + 1/2 O2 -> C2H4O (wanted)    C2H4 + 3 O2 -> 2 CO2 + 2 H2O    C2H4O + 5/2 O2 -> 2 CO2 + 2 H2O

Everything is dimensionless: gas density x1, ethylene x2, ethylene oxide x3, temperature x4; feed flow u1, ethylene in
the feed u2, coolant temperature u3:

    r1 = exp(g1/x4) (x2 x4)^0.5    r2 = exp(g2/x4) (x2 x4)^0.25    r3 = exp(g3/x4) (x3 x4)^0.5
    dx1/dt = u1 (1 - x1 x4)
    dx2/dt = u1 (u2 - x2 x4) - A1 r1 - A2 r2
    dx3/dt = -u1 x3 x4 + A1 r1 - A3 r3
    dx4/dt = [u1 (1 - x4) + B1 r1 + B2 r2 + B3 r3 - B4 (x4 - u3)] / x1

Time base: the papers leave it open; here one unit of the dimensionless time passes in 10 seconds, so that a change of
the coolant is seen within seconds and one of the composition within a minute. Powers are taken of max(., 0).
The ranges of the outputs hold every steady state of the allowed inputs; right after a change of the feed the yield,
the production and the conversion can be beyond theirs and are shown as the end of the range.

Published figures: the nominal steady state x = (0.998, 0.424, 0.032, 1.002) at u = (0.35, 0.5, 1.0) with a yield of
6.41 %; x3 = 0.030, 0.040, 0.050 at u1 = 0.38, 0.24, 0.15; with the ethylene supply u1 u2 held at 0.175 and u3 = 1.1
the production is 0.0138 at u2 = 0.5 and has its maximum 0.0156 near u2 = 1.6. The tunings of the loops are our own.
"""

from collections.abc import Sequence
from math import exp, sqrt

from plant.loops import Loop
from plant.model import Model, Vector
from plant.solvers.fixed import rk4, substeps
from plant.solvers.steady_state import steady_state
from plant.tags import Limits, Role, Tag

TIME_UNIT = 10.0
LONGEST_SUBSTEP = 0.02
G1, G2, G3 = -8.13, -7.12, -11.07
A1, A2, A3 = 92.80, 12.66, 2412.71
B1, B2, B3, B4 = 7.32, 10.39, 2170.57, 7.02
NOMINAL_INPUTS = (0.35, 0.5, 1.0)
NOMINAL_STATE = (0.99803785, 0.42352724, 0.03199196, 1.00196601)


def rates(state: Sequence[float], inputs: Sequence[float]) -> tuple[float, float, float, float]:
    """The time derivatives of (x1, x2, x3, x4) for the inputs (u1, u2, u3), per unit of dimensionless time."""
    density, ethylene, oxide, temperature = state
    flow, feed, coolant = inputs
    ethylene_out, oxide_out = ethylene * temperature, oxide * temperature
    root = sqrt(ethylene_out) if ethylene_out > 0 else 0.0
    r1 = exp(G1 / temperature) * root
    r2 = exp(G2 / temperature) * sqrt(root)
    r3 = exp(G3 / temperature) * (sqrt(oxide_out) if oxide_out > 0 else 0.0)
    heat = flow * (1 - temperature) + B1 * r1 + B2 * r2 + B3 * r3 - B4 * (temperature - coolant)
    return (
        flow * (1 - density * temperature),
        flow * (feed - ethylene_out) - A1 * r1 - A2 * r2,
        A1 * r1 - A3 * r3 - flow * oxide_out,
        heat / density,
    )


def derived(state: Sequence[float], inputs: Sequence[float]) -> tuple[float, float, float, float]:
    """Yield, production (both dimensionless), conversion and selectivity (both in %)."""
    _, ethylene, oxide, temperature = state
    flow, feed, _ = inputs
    production = flow * oxide * temperature
    converted = feed - ethylene * temperature
    selectivity = 100 * oxide * temperature / converted if converted > 0 else 0.0
    return production / (flow * feed), production, 100 * converted / feed, min(max(selectivity, 0.0), 100.0)


class Reactor:
    """The reactor for one step; inputs u1, u2, u3; outputs x1..x4 and the derived ones."""

    size = 4

    def __init__(self, step: float) -> None:
        """`step` is in seconds."""
        self._count = substeps(step / TIME_UNIT, LONGEST_SUBSTEP)
        self._substep = step / TIME_UNIT / self._count

    def start(self, state: Vector, inputs: Vector) -> None:
        """The steady state that belongs to the inputs."""
        state[:] = steady_state(rates, NOMINAL_STATE, inputs.tolist())

    def advance(self, state: Vector, inputs: Vector) -> None:
        """One step by Runge-Kutta sub-steps."""
        x: Sequence[float] = state.tolist()
        u = inputs.tolist()
        for _ in range(self._count):
            x = rk4(rates, x, u, self._substep)
        state[:] = x

    def measure(self, state: Vector, inputs: Vector, outputs: Vector) -> None:
        """The four states and what follows from them."""
        x = state.tolist()
        outputs[:] = (*x, *derived(x, inputs.tolist()))


_NOMINAL_DERIVED = derived(NOMINAL_STATE, NOMINAL_INPUTS)

_TAGS = (
    Tag("feed_flow", Role.INPUT, "", 0.07, 0.7042, 0.35, "Feed flow", "FIC_Q", 4),
    Tag("feed_ethylene", Role.INPUT, "", 0.2465, 2.4648, 0.5, "Ethylene in the feed", "AIC_CEIN", 4),
    Tag("coolant_temperature", Role.INPUT, "", 0.6, 1.2, 1.0, "Temperature of the coolant", "TIC_TC", 4),
    Tag("gas_density", Role.OUTPUT, "", 0, 2, NOMINAL_STATE[0], "Density of the gas in the reactor", "DI_RHO", 4,
        Limits(low=0.85)),
    Tag("ethylene", Role.OUTPUT, "", 0, 5, NOMINAL_STATE[1], "Ethylene in the reactor", "AI_C2H4", 4),
    Tag("ethylene_oxide", Role.OUTPUT, "", 0, 0.3, NOMINAL_STATE[2], "Ethylene oxide in the reactor", "AI_EO", 5,
        Limits(low=0.02)),
    Tag("reactor_temperature", Role.OUTPUT, "", 0.5, 1.5, NOMINAL_STATE[3], "Temperature in the reactor", "TI_R", 4,
        Limits(high_high=1.12, high=1.06)),
    Tag("yield", Role.OUTPUT, "", 0, 0.2, _NOMINAL_DERIVED[0],
        "Ethylene oxide leaving per ethylene fed", "YI_EO", 4),
    Tag("production", Role.OUTPUT, "", 0, 0.1, _NOMINAL_DERIVED[1], "Ethylene oxide leaving", "FI_EO", 5),
    Tag("conversion", Role.OUTPUT, "%", 0, 100, _NOMINAL_DERIVED[2], "Part of the fed ethylene that reacts",
        "XI_CONV", 2),
    Tag("selectivity", Role.OUTPUT, "%", 0, 100, _NOMINAL_DERIVED[3],
        "Part of the reacted ethylene that leaves as ethylene oxide", "XI_SEL", 2),
)  # fmt: skip

_OWN = "own tuning, checked in simulation"

MODEL = Model(
    id="ethylene-oxidation",
    name="Ethylene oxidation reactor",
    description="A stirred gas reactor makes ethylene oxide: nonlinear, fast heat, slow composition.",
    sources=(
        "F. Özgülşen, R. A. Adomaitis, A. Çinar: A numerical method for determining optimal parameter values in "
        "forced periodic operation, Chem. Eng. Sci. 47 (1992) 605",
        "H. Durand, M. Ellis, P. D. Christofides: Economic model predictive control designs for input "
        "rate-of-change constraint handling and guaranteed economic performance, Comput. Chem. Eng. 92 (2016) 18",
    ),
    own_tags=_TAGS,
    build=Reactor,
    loops=(
        Loop("reactor_temperature", "coolant_temperature", 2.0, 1 * TIME_UNIT, _OWN),
        Loop("ethylene_oxide", "feed_flow", -12.0, 3 * TIME_UNIT, _OWN),
    ),
    time_unit="10 s",
    seconds_per_unit=TIME_UNIT,
    sample_time=1.0,
)
