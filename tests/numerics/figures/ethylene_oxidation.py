"""Published figures of the ethylene oxidation reactor."""

from functools import cache

from scipy.optimize import minimize_scalar

from plant.models.ethylene_oxidation import MODEL, TIME_UNIT
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_GROUP = "Durand, Ellis, Christofides (2016)"
_EXAMPLE = "MathWorks' example of model predictive control with these equations"
_REFERENCE = "reference integration, rtol 1e-10"
NAMES = ("gas_density", "ethylene", "ethylene_oxide", "reactor_temperature")


def settled(name: str, **inputs: float) -> float:
    """A tag long after inputs were changed at the nominal state."""
    simulation = Simulation(MODEL, 10.0, inputs)
    simulation.advance(2000)
    return float(simulation.values[MODEL.index(name)])


def started(name: str, start: str = "steady") -> float:
    """A tag at a start state."""
    return float(Simulation(MODEL, 1.0, start=start).values[MODEL.index(name)])


@cache
def warmer(name: str) -> float:
    """u3 1.00 -> 1.05, 5 units of time later."""
    simulation = Simulation(MODEL, 1.0, {"coolant_temperature": 1.05})
    simulation.advance(round(5 * TIME_UNIT))
    return float(simulation.values[MODEL.index(name)])


@cache
def best(supply: float, coolant: float) -> tuple[float, float]:
    """The feed concentration with the best production for a supply of ethylene, and that production."""
    found = minimize_scalar(
        lambda feed: -settled("production", feed_flow=supply / feed, feed_ethylene=feed, coolant_temperature=coolant),
        bounds=(max(0.4, supply / 0.7), min(2.4, supply / 0.0705)), method="bounded", options={"xatol": 1e-4},
    )  # fmt: skip
    return float(found.x), -float(found.fun)


_START = (0.998, 0.424, 0.032, 1.002)
_DIGITS = (0.99803785, 0.42352724, 0.03199196, 1.00196601)
_WARMER = (0.95949952, 0.38222179, 0.03601654, 1.05070253)
_WORDS = ("gas density", "ethylene", "ethylene oxide", "temperature")

FIGURES = (
    *(Figure(f"Nominal steady state: {word}", number, 5e-4, _GROUP, lambda name=name: started(name))
      for name, word, number in zip(NAMES, _WORDS, _START, strict=True)),
    *(Figure(f"Nominal steady state, all digits: {word}", number, 5e-9, _REFERENCE, lambda name=name: started(name))
      for name, word, number in zip(NAMES, _WORDS, _DIGITS, strict=True)),
    Figure("Nominal yield", 0.0641, 5e-5, _GROUP, lambda: started("yield")),
    Figure("Nominal yield, all digits", 0.06411, 5e-6, _REFERENCE, lambda: started("yield")),
    Figure("Nominal production", 0.01122, 5e-6, _REFERENCE, lambda: started("production")),
    Figure("Nominal conversion (%)", 15.13, 5e-3, _REFERENCE, lambda: started("conversion")),
    Figure("Ethylene oxide at u1 = 0.38", 0.030, 5e-4, _EXAMPLE, lambda: settled("ethylene_oxide", feed_flow=0.38)),
    Figure("Ethylene oxide at u1 = 0.24", 0.040, 5e-4, _EXAMPLE, lambda: started("ethylene_oxide", "oxide-0.04")),
    Figure("Ethylene oxide at u1 = 0.15", 0.050, 5e-4, _EXAMPLE, lambda: started("ethylene_oxide", "oxide-0.05")),
    Figure("Production at u2 = 0.5, Tc = 1.1, supply 0.175", 0.0138, 5e-5, _EXAMPLE,
           lambda: started("production", "limited-supply")),
    Figure("Best production at Tc = 1.1, supply 0.175", 0.0156, 5e-5, _EXAMPLE, lambda: best(0.175, 1.1)[1]),
    Figure("Feed of the best production at Tc = 1.1, supply 0.175", 1.6, 0.05, _EXAMPLE,
           lambda: best(0.175, 1.1)[0]),
    Figure("Best production at Tc = 1.15, supply 0.175", 0.0135, 5e-5, _EXAMPLE, lambda: best(0.175, 1.15)[1]),
    Figure("Best production at Tc = 1.15, supply 0.25", 0.0195, 5e-5, _EXAMPLE, lambda: best(0.25, 1.15)[1]),
    *(Figure(f"Coolant 1.00 -> 1.05: {word} after 5 units", number, 5e-9, _REFERENCE, lambda name=name: warmer(name))
      for name, word, number in zip(NAMES, _WORDS, _WARMER, strict=True)),
)  # fmt: skip
