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
the production is 0.0138 at u2 = 0.5 and has its maximum 0.0156 near u2 = 1.6; it is at most 0.0135 at u3 = 1.15, and
0.0195 there with a supply of 0.25. Own choices: the tunings of the loops, alarm limits, instrument noise.
"""

from math import exp, sqrt
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.loops import Loop
from plant.model import STEADY, Model, Start
from plant.tags import Limits, Role, Tag

TIME_UNIT = 10.0
G1, G2, G3 = -8.13, -7.12, -11.07
A1, A2, A3 = 92.80, 12.66, 2412.71
B1, B2, B3, B4 = 7.32, 10.39, 2170.57, 7.02
NOMINAL_INPUTS = (0.35, 0.5, 1.0)


def rates(x: Any, u: Any, dx: Any) -> None:
    """The time derivatives of (x1, x2, x3, x4) for the inputs (u1, u2, u3), per unit of dimensionless time."""
    ethylene, oxide = x[1] * x[3], x[2] * x[3]
    root = sqrt(max(ethylene, 0.0))
    r1 = exp(G1 / x[3]) * root
    r2 = exp(G2 / x[3]) * sqrt(root)
    r3 = exp(G3 / x[3]) * sqrt(max(oxide, 0.0))
    dx[0] = u[0] * (1 - x[0] * x[3])
    dx[1] = u[0] * (u[1] - ethylene) - A1 * r1 - A2 * r2
    dx[2] = A1 * r1 - A3 * r3 - u[0] * oxide
    dx[3] = (u[0] * (1 - x[3]) + B1 * r1 + B2 * r2 + B3 * r3 - B4 * (x[3] - u[2])) / x[0]


def outputs(x: Any, u: Any, y: Any) -> None:
    """The four states; yield and production (dimensionless), conversion and selectivity (%)."""
    for i in range(4):
        y[i] = x[i]
    product, converted = x[2] * x[3], u[1] - x[1] * x[3]
    y[4] = product / u[1]
    y[5] = u[0] * product
    y[6] = 100 * converted / u[1]
    y[7] = min(max(100 * product / converted, 0.0), 100.0) if converted > 0 else 0.0


def gas(x: Any, u: Any) -> float:
    """Gas in the reactor."""
    return float(x[0])


def gas_gained(x: Any, u: Any) -> float:
    """Gas fed less gas that leaves, per unit of time."""
    return float(u[0] * (1 - x[0] * x[3]))


EQUATIONS = Equations(
    states=("gas density", "ethylene", "ethylene oxide", "temperature"),
    rates=rates,
    outputs=outputs,
    start=(0.99803785, 0.42352724, 0.03199196, 1.00196601),
    solver=Solver(Method.RUNGE_KUTTA, longest=0.02),
    balances=(Balance("gas", gas, gas_gained),),
)
_NOMINAL = EQUATIONS.nominal_outputs(NOMINAL_INPUTS, 8)

_TAGS = (
    Tag("feed_flow", Role.INPUT, "", 0.07, 0.7042, 0.35, "Feed flow", "FIC_Q", 4),
    Tag("feed_ethylene", Role.INPUT, "", 0.2465, 2.4648, 0.5, "Ethylene in the feed", "AIC_CEIN", 4),
    Tag("coolant_temperature", Role.INPUT, "", 0.6, 1.2, 1.0, "Temperature of the coolant", "TIC_TC", 4),
    Tag("gas_density", Role.OUTPUT, "", 0, 2, _NOMINAL[0], "Density of the gas in the reactor", "DI_RHO", 4,
        Limits(low=0.85), noise=0.001),
    Tag("ethylene", Role.OUTPUT, "", 0, 5, _NOMINAL[1], "Ethylene in the reactor", "AI_C2H4", 4,
        noise=0.002),
    Tag("ethylene_oxide", Role.OUTPUT, "", 0, 0.3, _NOMINAL[2], "Ethylene oxide in the reactor", "AI_EO", 5,
        Limits(low=0.02), noise=0.0002),
    Tag("reactor_temperature", Role.OUTPUT, "", 0.5, 1.5, _NOMINAL[3], "Temperature in the reactor", "TI_R", 4,
        Limits(high_high=1.12, high=1.06), noise=0.0005),
    Tag("yield", Role.OUTPUT, "", 0, 0.2, _NOMINAL[4],
        "Ethylene oxide leaving per ethylene fed", "YI_EO", 4),
    Tag("production", Role.OUTPUT, "", 0, 0.1, _NOMINAL[5], "Ethylene oxide leaving", "FI_EO", 5),
    Tag("conversion", Role.OUTPUT, "%", 0, 100, _NOMINAL[6], "Part of the fed ethylene that reacts",
        "XI_CONV", 2),
    Tag("selectivity", Role.OUTPUT, "%", 0, 100, _NOMINAL[7],
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
    equations=EQUATIONS,
    loops=(
        Loop("reactor_temperature", "coolant_temperature", 2.0, 1 * TIME_UNIT, _OWN),
        Loop("ethylene_oxide", "feed_flow", -12.0, 3 * TIME_UNIT, _OWN),
    ),
    starts=(
        STEADY,
        Start(
            "closed-loop",
            "The nominal steady state, both loops in auto",
            {"reactor_temperature_mode": 1, "ethylene_oxide_mode": 1},
        ),
        Start("oxide-0.04", "Less flow, more ethylene oxide: x3 = 0.040", {"feed_flow": 0.24}),
        Start("oxide-0.05", "Still less flow: x3 = 0.050", {"feed_flow": 0.15}),
        Start(
            "limited-supply",
            "Supply of ethylene limited to 0.175, coolant at 1.1: far from the best production",
            {"feed_flow": 0.35, "feed_ethylene": 0.5, "coolant_temperature": 1.1},
        ),
        Start(
            "best-production",
            "The same supply, little flow and rich feed: the best production",
            {"feed_flow": 0.175 / 1.6, "feed_ethylene": 1.6, "coolant_temperature": 1.1},
        ),
        Start(
            "start-up",
            "The reactor holds feed gas at the coolant's temperature",
            states=(1.0, 0.5, 0.0, 1.0),
            holds=False,
        ),
    ),
    time_unit="10 s",
    seconds_per_unit=TIME_UNIT,
    sample_time=1.0,
    longest_step=1.0,
    documentation=__doc__ or "",
    exercises=(
        "Step the coolant by 0.05 and separate the fast answer of the temperature from the slow one of the "
        "composition. How far apart are the time constants?",
        "Record the steady ethylene oxide over the feed flow. Why has the loop a negative gain?",
        "Hold the ethylene supply (flow times concentration) at 0.175 and look for the best production, first at a "
        "coolant temperature of 1.1, then at 1.15.",
        "Swing the feed around its mean with a constant mean supply. Can a cycle produce more than the best steady "
        "state?",
        "Bring the reactor from `start-up` to ethylene oxide 0.04 with the loops alone.",
    ),
)
