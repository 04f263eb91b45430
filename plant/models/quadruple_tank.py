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
3.29, v = 3.15 V): 12.6, 13.0, 4.8, 4.9 cm; zeros -0.057 and +0.013 1/s; relative gain -0.64. The simulation starts from
the exact equilibrium of the constants, which the printed levels round. The moment at which a tank overflows or runs dry
falls inside a sub-step of at most 1 s: there the levels are good to some 0.005 cm, elsewhere to 1e-6 cm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import sqrt

from plant.loops import Loop
from plant.model import Model, Vector
from plant.solvers.fixed import rk4, substeps
from plant.tags import Limits, Role, Tag

GRAVITY = 981.0
SENSOR_GAIN = 0.5
TANK_HEIGHT = 20.0
LONGEST_SUBSTEP = 1.0
AREAS = (28.0, 32.0, 28.0, 32.0)
HOLES = (0.071, 0.057, 0.071, 0.057)
NOMINAL_INPUTS = (3.0, 3.0, 0.70, 0.60)


@dataclass(frozen=True, slots=True)
class Pumps:
    """The flow of each pump per volt, cm³/(V s)."""

    first: float = 3.33
    second: float = 3.35


MINIMUM_PHASE = Pumps()
NON_MINIMUM_PHASE = Pumps(3.14, 3.29)
_OUTFLOWS = tuple(hole * sqrt(2 * GRAVITY) for hole in HOLES)


def rates(pumps: Pumps, levels: Sequence[float], inputs: Sequence[float]) -> tuple[float, float, float, float]:
    """The rates of the four levels (cm/s) for (v1, v2, g1, g2)."""
    h1, h2, h3, h4 = levels
    v1, v2, split1, split2 = inputs
    c1, c2, c3, c4 = _OUTFLOWS
    out3 = c3 * sqrt(h3) if h3 > 0 else 0.0
    out4 = c4 * sqrt(h4) if h4 > 0 else 0.0
    flow1, flow2 = pumps.first * v1, pumps.second * v2
    return (
        (out3 + split1 * flow1 - (c1 * sqrt(h1) if h1 > 0 else 0.0)) / AREAS[0],
        (out4 + split2 * flow2 - (c2 * sqrt(h2) if h2 > 0 else 0.0)) / AREAS[1],
        ((1 - split2) * flow2 - out3) / AREAS[2],
        ((1 - split1) * flow1 - out4) / AREAS[3],
    )


def equilibrium(pumps: Pumps, inputs: Sequence[float]) -> tuple[float, float, float, float]:
    """The levels (cm) at which nothing changes; tanks may have to be higher than they are."""
    v1, v2, split1, split2 = inputs
    flow1, flow2 = pumps.first * v1, pumps.second * v2
    into = (
        (1 - split2) * flow2 + split1 * flow1,
        (1 - split1) * flow1 + split2 * flow2,
        (1 - split2) * flow2,
        (1 - split1) * flow1,
    )
    h1, h2, h3, h4 = ((flow / out) ** 2 for flow, out in zip(into, _OUTFLOWS, strict=True))
    return h1, h2, h3, h4


class Tanks:
    """The four tanks for one step; inputs v1, v2 (V), g1, g2; outputs four levels (cm) and two signals (V)."""

    size = 4

    def __init__(self, step: float) -> None:
        """`step` is in seconds."""
        self._count = substeps(step, LONGEST_SUBSTEP)
        self._substep = step / self._count
        self._rates = partial(rates, MINIMUM_PHASE)

    def start(self, state: Vector, inputs: Vector) -> None:
        """The equilibrium that belongs to the inputs."""
        state[:] = [_inside(level) for level in equilibrium(MINIMUM_PHASE, inputs.tolist())]

    def advance(self, state: Vector, inputs: Vector) -> None:
        """One step by Runge-Kutta sub-steps; what is above the rim is lost."""
        levels: Sequence[float] = state.tolist()
        u = inputs.tolist()
        for _ in range(self._count):
            levels = [_inside(level) for level in rk4(self._rates, levels, u, self._substep)]
        state[:] = levels

    def measure(self, state: Vector, inputs: Vector, outputs: Vector) -> None:  # noqa: ARG002 - no direct path
        """The levels and the signals of the lower two."""
        levels = state.tolist()
        outputs[:] = (*levels, SENSOR_GAIN * levels[0], SENSOR_GAIN * levels[1])


def _inside(level: float) -> float:
    return 0.0 if level < 0 else min(level, TANK_HEIGHT)


_H1, _H2, _H3, _H4 = equilibrium(MINIMUM_PHASE, NOMINAL_INPUTS)
_LOWER = Limits(high_high=19.5, high=18.0, low=2.0)
_UPPER = Limits(high_high=19.5, high=18.0)

_TAGS = (
    Tag("pump_1_voltage", Role.INPUT, "V", 0, 10, 3.0, "Voltage of pump 1", "PUMP1", 2),
    Tag("pump_2_voltage", Role.INPUT, "V", 0, 10, 3.0, "Voltage of pump 2", "PUMP2", 2),
    Tag("valve_1_split", Role.PARAMETER, "", 0, 1, 0.70, "Share of pump 1 that flows to tank 1", "V1_SPLIT", 2),
    Tag("valve_2_split", Role.PARAMETER, "", 0, 1, 0.60, "Share of pump 2 that flows to tank 2", "V2_SPLIT", 2),
    Tag("level_1", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H1, "Level of tank 1 (lower left)", "LI_1", 2, _LOWER),
    Tag("level_2", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H2, "Level of tank 2 (lower right)", "LI_2", 2, _LOWER),
    Tag("level_3", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H3, "Level of tank 3 (upper left)", "LI_3", 2, _UPPER),
    Tag("level_4", Role.OUTPUT, "cm", 0, TANK_HEIGHT, _H4, "Level of tank 4 (upper right)", "LI_4", 2, _UPPER),
    Tag(
        "level_1_signal",
        Role.OUTPUT,
        "V",
        0,
        10,
        SENSOR_GAIN * _H1,
        "Signal of the level of tank 1",
        "LT_1",
        3,
    ),
    Tag(
        "level_2_signal",
        Role.OUTPUT,
        "V",
        0,
        10,
        SENSOR_GAIN * _H2,
        "Signal of the level of tank 2",
        "LT_2",
        3,
    ),
)

_JOHANSSON = "Johansson, IEEE Trans. Control Syst. Technol. 8 (2000) 456, minimum phase setting"

MODEL = Model(
    id="quadruple-tank",
    name="Quadruple tank",
    description="Two pumps fill four tanks; two valves decide how hard the plant is to control.",
    sources=(
        "K. H. Johansson: The quadruple-tank process: a multivariable laboratory process with an adjustable zero, "
        "IEEE Trans. Control Syst. Technol. 8 (2000) 456",
    ),
    own_tags=_TAGS,
    build=Tanks,
    loops=(
        Loop("level_1_signal", "pump_1_voltage", 3.0, 30.0, _JOHANSSON),
        Loop("level_2_signal", "pump_2_voltage", 2.7, 40.0, _JOHANSSON),
    ),
    time_unit="s",
    sample_time=1.0,
)
