"""Published figures of the exothermic stirred tank."""

import numpy as np

from plant.models.cstr_exotherm import COOLING, MODEL, NOMINAL_INPUTS, rates
from plant.simulation import Simulation
from plant.solvers.steady_state import steady_state
from tests.numerics.figures.figure import Figure

_BOOK = "Seborg, Edgar, Mellichamp: Process Dynamics and Control"
_REFERENCE = "reference integration, rtol 1e-10"


def steady(guess: tuple[float, float], place: int) -> float:
    """Concentration or temperature of the steady state near the guess at the nominal inputs."""

    def change(x: np.ndarray) -> np.ndarray:
        dx = np.empty(2)
        rates(x, NOMINAL_INPUTS, dx)
        return dx

    return float(steady_state(change, np.array(guess))[place])


def cooled(minutes: float, name: str) -> float:
    """From the rounded middle steady state with the coolant at 290 K, the loop in manual."""
    simulation = Simulation(MODEL, 1.0, {"reactor_temperature_mode": 0, "coolant_temperature": 290.0}, "middle")
    simulation.advance(round(60 * minutes))
    return float(simulation.values[MODEL.index(name)])


def residual(place: int) -> float:
    """Rate of change at exactly CA = 0.5 mol/L and T = 350 K."""
    dx = [0.0, 0.0]
    rates((0.5, 350.0), NOMINAL_INPUTS, dx)
    return dx[place]


def cycle(kind: str) -> float:
    """Lowest or highest temperature of the limit cycle at a coolant temperature of 305 K, after an hour."""
    simulation = Simulation(MODEL, 1.0, start="limit-cycle")
    simulation.advance(3600)
    trace = []
    for _ in range(600):
        simulation.advance()
        trace.append(float(simulation.values[MODEL.index("reactor_temperature")]))
    return max(trace) if kind == "highest" else min(trace)


def fold(low: float, high: float, kind: str) -> float:
    """The highest or lowest coolant temperature for which some temperature between low and high is a steady state."""
    coolants = []
    for temperature in np.linspace(low, high, 100_001).tolist():
        inputs, dx = (temperature, 100.0, 1.0, 350.0), [0.0, 0.0]
        rates((1.0, temperature), inputs, dx)
        rates((1 / (1 - dx[0]), temperature), inputs, dx)
        coolants.append(temperature - dx[1] / COOLING)
    return max(coolants) if kind == "highest" else min(coolants)


FIGURES = (
    Figure("Calm steady state: reactant (mol/L)", 0.877, 5e-4, _BOOK, lambda: steady((0.88, 324.0), 0)),
    Figure("Calm steady state: temperature (K)", 324.5, 0.05, _BOOK, lambda: steady((0.88, 324.0), 1)),
    Figure("Middle steady state: reactant (mol/L)", 0.5, 5e-4, _BOOK, lambda: steady((0.5, 350.0), 0)),
    Figure("Middle steady state: temperature (K)", 350.0, 0.05, _BOOK, lambda: steady((0.5, 350.0), 1)),
    Figure("Hot steady state: reactant (mol/L)", 0.209, 5e-4, _BOOK, lambda: steady((0.209, 369.7), 0)),
    Figure("Hot steady state: temperature (K)", 369.7, 0.05, _BOOK, lambda: steady((0.209, 369.7), 1)),
    Figure("Calm steady state: reactant to 6 digits (mol/L)", 0.877253, 5e-7, _REFERENCE,
           lambda: steady((0.88, 324.0), 0)),
    Figure("Calm steady state: temperature to 9 digits (K)", 324.475443, 5e-7, _REFERENCE,
           lambda: steady((0.88, 324.0), 1)),
    Figure("Middle steady state: reactant to 6 digits (mol/L)", 0.499918, 5e-7, _REFERENCE,
           lambda: steady((0.5, 350.0), 0)),
    Figure("Middle steady state: temperature to 9 digits (K)", 350.005529, 5e-7, _REFERENCE,
           lambda: steady((0.5, 350.0), 1)),
    Figure("Hot steady state: reactant to 6 digits (mol/L)", 0.208761, 5e-7, _REFERENCE,
           lambda: steady((0.209, 369.7), 0)),
    Figure("Hot steady state: temperature to 9 digits (K)", 369.704913, 5e-7, _REFERENCE,
           lambda: steady((0.209, 369.7), 1)),
    Figure("Rate of the reactant at (0.5, 350) (mol/(L min))", 3.4e-5, 5e-7, _REFERENCE, lambda: residual(0)),
    Figure("Rate of the temperature at (0.5, 350) (K/min)", -7.1e-3, 5e-5, _REFERENCE, lambda: residual(1)),
    Figure("Coolant 290 K from (0.5, 350): reactant after 1 min (mol/L)", 0.71158448, 5e-9, _REFERENCE,
           lambda: cooled(1, "reactant_concentration")),
    Figure("Coolant 290 K from (0.5, 350): temperature after 1 min (K)", 318.60150072, 2e-8, _REFERENCE,
           lambda: cooled(1, "reactor_temperature")),
    Figure("Coolant 290 K from (0.5, 350): reactant after 10 min (mol/L)", 0.95192648, 5e-9, _REFERENCE,
           lambda: cooled(10, "reactant_concentration")),
    Figure("Coolant 290 K from (0.5, 350): temperature after 10 min (K)", 312.65606731, 2e-8, _REFERENCE,
           lambda: cooled(10, "reactor_temperature")),
    Figure("Lowest coolant temperature with three steady states (K)", 298.0805, 5e-5,
           "fold of the steady state curve, computed independently", lambda: fold(350, 370, "lowest")),
    Figure("Highest coolant temperature with three steady states (K)", 303.2293, 5e-5,
           "fold of the steady state curve, computed independently", lambda: fold(325, 345, "highest")),
    Figure("Limit cycle at a coolant of 305 K: highest temperature (K)", 405.4536, 0.02, _REFERENCE,
           lambda: cycle("highest")),
    Figure("Limit cycle at a coolant of 305 K: lowest temperature (K)", 362.4505, 0.02, _REFERENCE,
           lambda: cycle("lowest")),
)  # fmt: skip
