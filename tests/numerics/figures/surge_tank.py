"""Figures of the surge tank: exact solutions."""

from math import log

from plant.models.surge_tank import MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

TORRICELLI = "Torricelli's law, exact solution"


def after(seconds: int, tag: str, start: str = "", **inputs: float) -> float:
    """A tag after this time with these inputs."""
    simulation = Simulation(MODEL, 1.0, inputs, start)
    simulation.advance(seconds)
    return float(simulation.values[MODEL.index(tag)])


def time_to(level: float, inflow: float) -> float:
    """Seconds from 1 m to this level with the valve half open, by the exact solution."""
    root, flow = level**0.5, 0.01
    ratio = inflow / flow
    return 2 * 2.0 / flow * ((1 - root) + ratio * log((ratio - 1) / (ratio - root)))


FIGURES = (
    Figure("valve fully open, no inflow: level at 60 s, m", (1 - 0.02 * 60 / 4) ** 2, 1e-9, TORRICELLI,
           lambda: after(60, "level", inflow=0.0, outlet=1.0)),
    Figure("pumped out at 0.016 m³/s: level at 100 s, m", 0.7, 1e-9, "level = 1 - 0.006 t/2 exactly",
           lambda: after(100, "level", "pumped", outlet=0.8)),
    Figure("inflow up to 0.012 m³/s: seconds to the level that is reached in 300 s", 300.0, 1e-4,
           "exact solution of the tank's equation", lambda: time_to(after(300, "level", inflow=0.012), 0.012)),
    Figure("inflow up to 0.012 m³/s: level finally, m", 1.44, 1e-6, "(0.012/0.01)²",
           lambda: after(20_000, "level", inflow=0.012)),
)  # fmt: skip
