"""Published figures of the van de Vusse reactor."""

from functools import cache

import numpy as np
from scipy.optimize import minimize_scalar

from plant.models.van_de_vusse import MODEL, NOMINAL_INPUTS, OPERATING_POINT, rates
from plant.simulation import Simulation
from plant.solvers.steady_state import steady_state
from tests.numerics.figures.figure import Figure

_CHEN = "Chen, Kremling, Allgöwer (1995)"
_ENGELL = "Engell, Klatt (1993)"
_REFERENCE = "reference integration, rtol 1e-10"
NAMES = ("reactant_concentration", "product_concentration", "reactor_temperature", "jacket_temperature")
UNITS = ("reactant A (mol/L)", "product B (mol/L)", "reactor temperature (°C)", "jacket temperature (°C)")


def steady(inputs: tuple[float, ...]) -> list[float]:
    """The steady state that belongs to the inputs."""

    def change(x: np.ndarray) -> np.ndarray:
        dx = np.empty(4)
        rates(x, inputs, dx)
        return dx

    return steady_state(change, np.array(OPERATING_POINT)).tolist()


def started(start: str, place: int) -> float:
    """What a start state shows."""
    return float(Simulation(MODEL, 1.0, start=start).values[MODEL.index(NAMES[place])])


@cache
def faster(place: int) -> float:
    """0.05 h after F 14.19 -> 20 1/h."""
    simulation = Simulation(MODEL, 1.0, {"dilution_rate": 20.0})
    simulation.advance(180)
    return float(simulation.values[MODEL.index(NAMES[place])])


@cache
def best() -> tuple[float, float]:
    """The dilution rate with the highest steady product at the nominal jacket heat, and that product."""
    found = minimize_scalar(
        lambda flow: -steady((flow, *NOMINAL_INPUTS[1:]))[1], bounds=(8, 30), method="bounded", options={"xatol": 1e-8}
    )
    return float(found.x), -float(found.fun)


def _rows(what: str, numbers: tuple[float, ...], tolerances: tuple[float, ...], source: str, ours) -> list[Figure]:
    return [
        Figure(f"{what}: {unit}", number, tolerance, source, lambda place=place: ours(place))
        for place, (unit, number, tolerance) in enumerate(zip(UNITS, numbers, tolerances, strict=True))
    ]


FIGURES = (
    *_rows("Operating point", (2.14, 1.09, 114.2, 112.9), (0.005, 0.005, 0.05, 0.05), _CHEN,
           lambda place: started("steady", place)),
    *_rows("Operating point, all digits", (2.14021053, 1.09030436, 114.19108, 112.90659), (5e-9, 5e-9, 5e-6, 5e-6),
           _REFERENCE, lambda place: started("steady", place)),
    *_rows("Operating point with a feed of 130 °C", (1.235, 0.90, 134.14, 128.95), (5e-4, 5e-3, 5e-3, 5e-3), _ENGELL,
           lambda place: started("hot-feed", place)),
    *_rows("F 14.19 -> 20 1/h, after 0.05 h", (2.52044147, 1.02345007, 113.46570666, 112.22104067),
           (5e-9, 5e-9, 5e-9, 5e-9), _REFERENCE, faster),
    Figure("Dilution rate of the highest product at the nominal jacket heat (1/h)", 14.743436, 2e-4,
           "maximum of the steady state curve, computed independently", lambda: best()[0]),
    Figure("Highest product at the nominal jacket heat (mol/L)", 1.09065029, 1e-8,
           "maximum of the steady state curve, computed independently", lambda: best()[1]),
)  # fmt: skip
