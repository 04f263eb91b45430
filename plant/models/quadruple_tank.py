"""The quadruple tank of Johansson: two pumps, four tanks, and two valves that move a zero of the plant.

Levels h in cm, flows in cm³/s, pump voltages v in V, time in seconds:

    A1 h1' = -a1 sqrt(2 g h1) + a3 sqrt(2 g h3) + g1 k1 v1
    A2 h2' = -a2 sqrt(2 g h2) + a4 sqrt(2 g h4) + g2 k2 v2
    A3 h3' = -a3 sqrt(2 g h3) + (1 - g2) k2 v2
    A4 h4' = -a4 sqrt(2 g h4) + (1 - g1) k1 v1

The signals are 0.5 V per cm of the lower tanks 1 and 2. The share g of each pump's flow that goes to its lower tank is
a parameter: the plant has a zero in the right half plane while 0 < g1 + g2 < 1. Tanks overflow at 20 cm.

Published figures (minimum phase, g = 0.70 and 0.60, v = 3.00 V): levels 12.4, 12.7, 1.8, 1.4 cm; time constants 62,
90, 23, 30 s; zeros -0.060 and -0.018 1/s; relative gain 1.40. Non-minimum phase (g = 0.43 and 0.34, pump gains 3.14 and
3.29, v = 3.15 V): 12.6, 13.0, 4.8, 4.9 cm; time constants 63, 91, 39, 56 s; zeros -0.057 and +0.013 1/s; relative gain
-0.64. The simulation starts from the exact equilibrium of the constants, which the printed levels round. Start states
hold both settings, the loops in manual or in auto with Johansson's PI settings (3.0, 30 s and 2.7, 40 s; 1.5, 110 s and
-0.12, 220 s).

The moment at which a tank overflows or runs dry falls inside a sub-step of at most 0.5 s: there the levels are good to
some 0.02 cm, elsewhere to 1e-6 cm. Own choices: height of the tanks, alarm limits, instrument noise.
"""

from math import sqrt
from typing import Any

from plant.equations import Balance, Equations, Method, Solver
from plant.loops import Loop
from plant.model import STEADY, Model, Start
from plant.tags import Limits, Role, Tag

SENSOR_GAIN = 0.5
TANK_HEIGHT = 20.0
SPILL = 2.0
C1, C2, C3, C4 = (hole * sqrt(2 * 981.0) for hole in (0.071, 0.057, 0.071, 0.057))
"""Outflow in cm³/s per root of cm."""
A1, A2, A3, A4 = 28.0, 32.0, 28.0, 32.0
NOMINAL_INPUTS = (3.0, 3.0, 0.70, 0.60, 3.33, 3.35)
NON_MINIMUM_PHASE = (3.15, 3.15, 0.43, 0.34, 3.14, 3.29)


def outflow(coefficient: float, level: float) -> float:
    """What runs out of a tank in cm³/s."""
    return coefficient * sqrt(level) if level > 0 else 0.0


def held(level: float, rate: float) -> float:
    """The rate of a level that can't rise above the rim: what comes on top of that is lost.

    What a sub-step has let rise above the rim runs off within seconds.
    """
    return rate if level < TANK_HEIGHT else min(rate, 0.0) - SPILL * (level - TANK_HEIGHT)


def rates(x: Any, u: Any, dx: Any) -> None:
    """The rates of the four levels in cm/s; u: voltages, splits and gains of the two pumps."""
    flow1, flow2 = u[4] * u[0], u[5] * u[1]
    out3, out4 = outflow(C3, x[2]), outflow(C4, x[3])
    dx[0] = held(x[0], (out3 + u[2] * flow1 - outflow(C1, x[0])) / A1)
    dx[1] = held(x[1], (out4 + u[3] * flow2 - outflow(C2, x[1])) / A2)
    dx[2] = held(x[2], ((1 - u[3]) * flow2 - out3) / A3)
    dx[3] = held(x[3], ((1 - u[2]) * flow1 - out4) / A4)


def outputs(x: Any, u: Any, y: Any) -> None:
    """The levels and the signals of the lower two."""
    for i in range(4):
        y[i] = min(max(x[i], 0.0), TANK_HEIGHT)
    y[4], y[5] = SENSOR_GAIN * y[0], SENSOR_GAIN * y[1]


def equilibrium(u: tuple[float, ...]) -> tuple[float, float, float, float]:
    """The levels (cm) at which nothing changes; tanks may have to be higher than they are."""
    flow1, flow2 = u[4] * u[0], u[5] * u[1]
    upper1, upper2 = (1 - u[3]) * flow2, (1 - u[2]) * flow1
    return (
        ((upper1 + u[2] * flow1) / C1) ** 2, ((upper2 + u[3] * flow2) / C2) ** 2,
        (upper1 / C3) ** 2, (upper2 / C4) ** 2,
    )  # fmt: skip


def volume(x: Any, u: Any) -> float:
    """Water in all tanks, cm³."""
    return float(A1 * x[0] + A2 * x[1] + A3 * x[2] + A4 * x[3])


def volume_gained(x: Any, u: Any) -> float:
    """What the pumps bring less what leaves the lower tanks, cm³/s, while no tank overflows."""
    return float(u[4] * u[0] + u[5] * u[1]) - outflow(C1, x[0]) - outflow(C2, x[1])


EQUATIONS = Equations(
    states=("level 1 (cm)", "level 2 (cm)", "level 3 (cm)", "level 4 (cm)"),
    rates=rates,
    outputs=outputs,
    start=equilibrium(NOMINAL_INPUTS),
    solver=Solver(Method.RUNGE_KUTTA, longest=0.5),
    balances=(Balance("volume", volume, volume_gained),),
)
_H1, _H2, _H3, _H4 = EQUATIONS.start
_LOWER = Limits(high_high=19.5, high=18.0, low=2.0)
_UPPER = Limits(high_high=19.5, high=18.0)

_TAGS = (
    Tag("pump_1_voltage", Role.INPUT, "V", 0, 10, 3.0, "Voltage of pump 1", "PUMP1", 2),
    Tag("pump_2_voltage", Role.INPUT, "V", 0, 10, 3.0, "Voltage of pump 2", "PUMP2", 2),
    Tag("valve_1_split", Role.PARAMETER, "", 0, 1, 0.70, "Share of pump 1 that flows to tank 1", "V1_SPLIT", 2),
    Tag("valve_2_split", Role.PARAMETER, "", 0, 1, 0.60, "Share of pump 2 that flows to tank 2", "V2_SPLIT", 2),
    Tag("pump_1_gain", Role.PARAMETER, "cm³/(V·s)", 1, 5, 3.33, "Flow of pump 1 per volt", "", 2),
    Tag("pump_2_gain", Role.PARAMETER, "cm³/(V·s)", 1, 5, 3.35, "Flow of pump 2 per volt", "", 2),
    Tag("level_1", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H1, "Level of tank 1 (lower left)", "LI_1", 2, _LOWER,
        noise=0.02),
    Tag("level_2", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H2, "Level of tank 2 (lower right)", "LI_2", 2, _LOWER,
        noise=0.02),
    Tag("level_3", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H3, "Level of tank 3 (upper left)", "LI_3", 2, _UPPER,
        noise=0.02),
    Tag("level_4", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H4, "Level of tank 4 (upper right)", "LI_4", 2, _UPPER,
        noise=0.02),
    Tag("level_1_signal", Role.OUTPUT, "V", 0, 10, SENSOR_GAIN * _H1, "Signal of the level of tank 1", "LT_1", 3,
        noise=0.01),
    Tag("level_2_signal", Role.OUTPUT, "V", 0, 10, SENSOR_GAIN * _H2, "Signal of the level of tank 2", "LT_2", 3,
        noise=0.01),
)  # fmt: skip

_JOHANSSON = "Johansson, IEEE Trans. Control Syst. Technol. 8 (2000) 456, minimum phase setting"

_PLUS = dict(zip(
    ("pump_1_voltage", "pump_2_voltage", "valve_1_split", "valve_2_split", "pump_1_gain", "pump_2_gain"),
    NON_MINIMUM_PHASE, strict=True,
))  # fmt: skip
_HELD = {
    f"level_{tank}_signal_setpoint": SENSOR_GAIN * level
    for tank, level in zip((1, 2), equilibrium(NON_MINIMUM_PHASE), strict=False)
}
_IN_AUTO = {"level_1_signal_mode": 1, "level_2_signal_mode": 1}
_PLUS_TUNING = {
    "level_1_signal_gain": 1.5, "level_1_signal_integral_time": 110.0,
    "level_2_signal_gain": -0.12, "level_2_signal_integral_time": 220.0,
}  # fmt: skip

MODEL = Model(
    id="quadruple-tank",
    name="Quadruple tank",
    description="Two pumps fill four tanks; two valves decide how hard the plant is to control.",
    sources=(
        "K. H. Johansson: The quadruple-tank process: a multivariable laboratory process with an adjustable zero, "
        "IEEE Trans. Control Syst. Technol. 8 (2000) 456",
    ),
    own_tags=_TAGS,
    equations=EQUATIONS,
    loops=(
        Loop("level_1_signal", "pump_1_voltage", 3.0, 30.0, _JOHANSSON),
        Loop("level_2_signal", "pump_2_voltage", 2.7, 40.0, _JOHANSSON),
    ),
    starts=(
        STEADY,
        Start("closed-loop", "Minimum phase, both loops in auto", _IN_AUTO),
        Start(
            "non-minimum-phase",
            "More water to the upper tanks: a zero in the right half plane",
            {**_PLUS, **_HELD},
            equilibrium(NON_MINIMUM_PHASE),
        ),
        Start(
            "non-minimum-phase-closed-loop",
            "Non-minimum phase, both loops in auto with Johansson's slow tuning",
            {**_PLUS, **_HELD, **_IN_AUTO, **_PLUS_TUNING},
            equilibrium(NON_MINIMUM_PHASE),
        ),
        Start("start-up", "All tanks empty, the pumps have just begun", states=(0.0, 0.0, 0.0, 0.0), holds=False),
    ),
    time_unit="s",
    sample_time=1.0,
    longest_step=5.0,
    documentation=__doc__ or "",
    exercises=(
        "Measure the four steady gains by steps of the pumps and compute the relative gain; do it again at "
        "`non-minimum-phase`. What does its sign say about the pairing?",
        "Move both splits until their sum is 1. What happens to the gain matrix, and to the control?",
        "Step pump 1 up and pump 2 down at `non-minimum-phase`: find the direction in which the levels first go the "
        "wrong way.",
        "Tune the loops at `non-minimum-phase` as fast as at `closed-loop`. What limits you?",
        "Fill the tanks from `start-up` as fast as possible without an overflow.",
    ),
)
