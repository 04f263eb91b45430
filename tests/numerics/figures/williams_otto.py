"""Published figures of the Williams-Otto reactor; the optima are searched over our own steady states."""

from functools import cache

import numpy as np
from scipy.optimize import minimize

from plant.models.williams_otto import EQUATIONS, MODEL, NOMINAL_INPUTS, SECOND_PRICES, outputs, rates
from plant.simulation import Simulation
from plant.solvers.steady_state import steady_state
from tests.numerics.figures.figure import Figure

_LITERATURE = "Forbes, Marlin (1996) and later studies"
_REFERENCE = "reference integration, rtol 1e-10"
FIRST_PRICES = NOMINAL_INPUTS[4:]
A, G, PROFIT = 0, 5, 8


def steady(feed: float, temperature: float, prices: tuple[float, ...]) -> list[float]:
    """The outputs at the steady state of a feed of B (kg/s) and a temperature (°C)."""
    inputs = (feed, temperature, 1.8275, 60.0, *prices)

    def change(x: np.ndarray) -> np.ndarray:
        dx = np.empty(7)
        rates(x, inputs, dx)
        return dx

    y = [0.0] * 9
    outputs(steady_state(change, np.array([*EQUATIONS.start[:6], temperature])), inputs, y)
    return y


@cache
def best(prices: tuple[float, ...], constrained: bool) -> tuple[float, float, float]:
    """Feed of B, temperature and profit where the profit is highest; constrained: xA <= 0.12 and xG <= 0.08."""
    limits = [
        {"type": "ineq", "fun": lambda v: 10 * (0.12 - steady(v[0], v[1], prices)[A])},
        {"type": "ineq", "fun": lambda v: 10 * (0.08 - steady(v[0], v[1], prices)[G])},
    ]
    if constrained:
        found = minimize(lambda v: -steady(v[0], v[1], prices)[PROFIT], (4.4, 80.5), method="SLSQP",
                         constraints=limits, options={"ftol": 1e-11})  # fmt: skip
    else:
        found = minimize(lambda v: -steady(v[0], v[1], prices)[PROFIT], (4.7, 89.0), method="Nelder-Mead",
                         options={"xatol": 1e-7, "fatol": 1e-10})  # fmt: skip
    return float(found.x[0]), float(found.x[1]), -float(found.fun)


def value(name: str, seconds: int = 0, **inputs: float) -> float:
    """A tag at the nominal start, or some time after inputs were changed there."""
    simulation = Simulation(MODEL, 1.0, inputs)
    if seconds:
        simulation.advance(seconds)
    return float(simulation.values[MODEL.index(name)])


_FRACTIONS = {
    "a": 0.08766252, "b": 0.3895254, "c": 0.01535247, "p": 0.10946784, "e": 0.29055811, "g": 0.10743366,
}  # fmt: skip

FIGURES = (
    Figure("Best feed of B, first prices (kg/s)", 4.787, 5e-4, _LITERATURE, lambda: best(FIRST_PRICES, False)[0]),
    Figure("Best temperature, first prices (°C)", 89.70, 5e-3, _LITERATURE, lambda: best(FIRST_PRICES, False)[1]),
    Figure("Best profit, first prices ($/s)", 190.98, 0.011, _LITERATURE + "; the last digit depends on the constants",
           lambda: best(FIRST_PRICES, False)[2]),
    Figure("Best feed of B, all digits (kg/s)", 4.78747, 5e-6, _REFERENCE, lambda: best(FIRST_PRICES, False)[0]),
    Figure("Best temperature, all digits (°C)", 89.7028, 5e-5, _REFERENCE, lambda: best(FIRST_PRICES, False)[1]),
    Figure("Best profit, all digits ($/s)", 190.99060, 5e-6, _REFERENCE, lambda: best(FIRST_PRICES, False)[2]),
    Figure("Profit lost at the other printed optimum (4.7836 kg/s, 89.647 °C) ($/s)", 0.0, 5e-4,
           "the optimum is flat: both printed points are as good",
           lambda: best(FIRST_PRICES, False)[2] - value("profit")),
    Figure("Best feed of B, second prices, constrained (kg/s)", 4.39, 5e-3, _LITERATURE,
           lambda: best(SECOND_PRICES, True)[0]),
    Figure("Best temperature, second prices, constrained (°C)", 80.49, 5e-3, _LITERATURE,
           lambda: best(SECOND_PRICES, True)[1]),
    Figure("Best profit, second prices, constrained ($/s)", 75.8, 0.05, _LITERATURE,
           lambda: best(SECOND_PRICES, True)[2]),
    *(Figure(f"Steady state at 4.7836 kg/s and 89.647 °C: fraction of {name.upper()}", number, 5e-9, _REFERENCE,
             lambda name=name: value(f"fraction_{name}")) for name, number in _FRACTIONS.items()),
    Figure("Temperature +5 °C without lag: fraction of P after 600 s", 0.10886605, 5e-9, _REFERENCE,
           lambda: value("fraction_p", 600, temperature_target=94.647, temperature_lag=0.0)),
    Figure("Temperature +5 °C without lag: fraction of G after 600 s", 0.12811436, 5e-9, _REFERENCE,
           lambda: value("fraction_g", 600, temperature_target=94.647, temperature_lag=0.0)),
)  # fmt: skip
