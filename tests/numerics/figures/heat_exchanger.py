"""Reference figures of the heat exchanger."""

from plant.models.heat_exchanger import MODEL, NOMINAL_INPUTS, profile
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

CELLS = "steady state of the equations with 20 cells, computed independently"
KAYS = "effectiveness-NTU method (Kays & London)"


def settled(tag: str) -> float:
    """A tag after ten minutes from the cold start."""
    simulation = Simulation(MODEL, 1.0, start="cold")
    simulation.advance(600)
    return float(simulation.values[MODEL.index(tag)])


def limit(place: int) -> float:
    """An outlet with ever more cells, extrapolated from 20,000 and 40,000."""
    coarse, fine = (profile(NOMINAL_INPUTS, cells)[place] for cells in (20_000, 40_000))
    return 2 * fine - coarse


FIGURES = (
    Figure("hot outlet at rest, °C", 45.811825, 5e-7, CELLS, lambda: settled("hot_outlet_temperature")),
    Figure("cold outlet at rest, °C", 49.458784, 5e-7, CELLS, lambda: settled("cold_outlet_temperature")),
    Figure("hot outlet with ever more cells, °C", 44.640896, 1e-6, KAYS, lambda: limit(-2)),
    Figure("cold outlet with ever more cells, °C", 50.239403, 1e-6, KAYS, lambda: limit(1)),
)
