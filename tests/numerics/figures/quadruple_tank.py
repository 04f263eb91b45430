"""Published figures of the quadruple tank."""

from functools import cache

import numpy as np
from scipy.linalg import eigvals

from plant.models.quadruple_tank import MODEL, SENSOR_GAIN
from plant.simulation import Simulation
from plant.solvers.linearize import linearize
from tests.numerics.figures.figure import Figure

_PAPER = "Johansson (2000)"
_ROUNDED = "Johansson (2000); his levels are not exactly the equilibrium of his constants"
_REFERENCE = "reference integration, rtol 1e-10"
MINUS, PLUS = "steady", "non-minimum-phase"
SETTINGS = {MINUS: "minimum phase", PLUS: "non-minimum phase"}


def level(start: str, tank: int) -> float:
    """A level (cm) at the exact equilibrium of a setting."""
    return float(Simulation(MODEL, 1.0, start=start).values[MODEL.index(f"level_{tank}")])


@cache
def linear(start: str) -> tuple[np.ndarray, np.ndarray]:
    """A and the columns of B that belong to the two pumps, per second."""
    simulation = Simulation(MODEL, 1.0, start=start)
    found = linearize(MODEL, simulation.states, simulation.values)
    return found.a, found.b[:, :2]


def time_constant(start: str, tank: int) -> float:
    """Of the linear model, s."""
    return -1 / float(linear(start)[0][tank - 1, tank - 1])


def gains(start: str) -> np.ndarray:
    """Steady gains of the two signals by the two pumps, V/V."""
    a, b = linear(start)
    return SENSOR_GAIN * (-np.linalg.solve(a, b))[:2]


def zero(start: str, place: int) -> float:
    """The smaller or the larger transmission zero, 1/s."""
    a, b = linear(start)
    whole = np.block([[a, b], [SENSOR_GAIN * np.eye(2, 4), np.zeros((2, 2))]])
    found = eigvals(whole, np.diag([1.0] * 4 + [0.0] * 2))
    return float(np.sort(found[np.abs(found) < 1e3].real)[place])


def relative_gain(start: str) -> float:
    """Lambda 11."""
    found = gains(start)
    return float((found * np.linalg.inv(found).T)[0, 0])


@cache
def pumped(tank: int) -> float:
    """60 s after v1 + 1 V."""
    simulation = Simulation(MODEL, 1.0, {"pump_1_voltage": 4.0})
    simulation.advance(60)
    return float(simulation.values[MODEL.index(f"level_{tank}")])


_LEVELS = {MINUS: (12.4, 12.7, 1.8, 1.4), PLUS: (12.6, 13.0, 4.8, 4.9)}
_TIMES = {MINUS: (62, 90, 23, 30), PLUS: (63, 91, 39, 56)}
_ZEROS = {MINUS: (-0.060, -0.018), PLUS: (-0.057, 0.013)}
_STEP = (15.53136813, 13.57271995, 1.63394113, 2.28135235)

FIGURES = (
    *(Figure(f"Level {tank}, {SETTINGS[start]} (cm)", number, 0.2, _ROUNDED,
             lambda start=start, tank=tank: level(start, tank))
      for start, numbers in _LEVELS.items() for tank, number in enumerate(numbers, 1)),
    *(Figure(f"Time constant of tank {tank}, {SETTINGS[start]} (s)", number, 1.5, _ROUNDED,
             lambda start=start, tank=tank: time_constant(start, tank))
      for start, numbers in _TIMES.items() for tank, number in enumerate(numbers, 1)),
    *(Figure(f"Steady gain of signal {i + 1} by pump {j + 1}, minimum phase (V/V)", number, 0.1, _ROUNDED,
             lambda i=i, j=j: float(gains(MINUS)[i, j]))
      for i, row in enumerate(((2.6, 1.5), (1.4, 2.8))) for j, number in enumerate(row)),
    *(Figure(f"Zero {place + 1}, {SETTINGS[start]} (1/s)", number, 1.5e-3, _ROUNDED,
             lambda start=start, place=place: zero(start, place))
      for start, numbers in _ZEROS.items() for place, number in enumerate(numbers)),
    Figure("Relative gain, minimum phase", 1.40, 5e-3, _PAPER, lambda: relative_gain(MINUS)),
    Figure("Relative gain, non-minimum phase", -0.64, 5e-3, _PAPER, lambda: relative_gain(PLUS)),
    *(Figure(f"Pump 1 +1 V: level {tank} after 60 s (cm)", number, 5e-9, _REFERENCE, lambda tank=tank: pumped(tank))
      for tank, number in enumerate(_STEP, 1)),
)  # fmt: skip
