"""Published figures of the semi-batch polymerisation."""

from functools import cache

from plant.models.poly_semibatch import MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_LUCIA = "Lucia, Andersson, Brandt, Diehl, Engell (2014)"
_REFERENCE = "do-mpc's industrial example, equal to a reference integration with rtol 1e-10"


@cache
def fed(name: str) -> float:
    """Half an hour of 20000 kg/h at inlets of 363.15 and 338.15 K, nothing in auto."""
    simulation = Simulation(MODEL, 1.0, start="constant-feed")
    simulation.advance(1800)
    return float(simulation.values[MODEL.index(name)])


def recipe_feed() -> float:
    """All that the recipe has fed at the end of the batch."""
    simulation = Simulation(MODEL, 5.0, start="recipe")
    simulation.advance(1440)
    return float(simulation.values[MODEL.index("accumulated_feed")])


def start(name: str) -> float:
    """What the charged reactor shows."""
    return float(Simulation(MODEL, 1.0).values[MODEL.index(name)])


FIGURES = (
    Figure("Charged reactor: adiabatic temperature (K)", 378.0468, 5e-5, _LUCIA,
           lambda: start("adiabatic_temperature")),
    Figure("20000 kg/h for 0.5 h: monomer (kg)", 1138.482446, 5e-7, _REFERENCE, lambda: fed("monomer_mass")),
    Figure("20000 kg/h for 0.5 h: polymer (kg)", 6411.017554, 5e-7, _REFERENCE, lambda: fed("polymer_mass")),
    Figure("20000 kg/h for 0.5 h: reactor temperature (K)", 380.134083, 5e-7, _REFERENCE,
           lambda: fed("reactor_temperature")),
    Figure("20000 kg/h for 0.5 h: adiabatic temperature (K)", 390.494085, 5e-7, _REFERENCE,
           lambda: fed("adiabatic_temperature")),
    Figure("The recipe ends its feed at (kg)", 30000.0, 1e-6, _LUCIA, recipe_feed),
)  # fmt: skip
