"""Published figures of the penicillin fermentation."""

from functools import cache

from plant.models.penicillin_fedbatch import MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_BIROL = "Birol, Ündey, Çinar (2002)"
_REFERENCE = "reference integration, rtol 1e-10"
HOUR = 3600


def shown(simulation: Simulation, name: str) -> float:
    """The present value of a tag."""
    return float(simulation.values[MODEL.index(name)])


@cache
def switch(name: str) -> float:
    """When the recipe begins to feed (h), or a tag then."""
    simulation = Simulation(MODEL, 1.0)
    while shown(simulation, "phase") < 2:
        simulation.advance()
    return simulation.time / HOUR if name == "time" else shown(simulation, name)


@cache
def after(hours: int, name: str) -> float:
    """A tag in the recipe."""
    simulation = Simulation(MODEL, 60.0)
    simulation.advance(hours * 60)
    return shown(simulation, name)


FIGURES = (
    Figure("End of the batch phase (h)", 45, 1.0, _BIROL + ", about", lambda: switch("time")),
    Figure("End of the batch phase, all digits (h)", 44.009, 5e-4, _REFERENCE, lambda: switch("time")),
    Figure("End of the batch phase: biomass (g/L)", 6.40866, 5e-5, _REFERENCE, lambda: switch("biomass")),
    Figure("End of the batch phase: glucose (g/L)", 0.30, 5e-4, _REFERENCE, lambda: switch("glucose")),
    Figure("After 100 h: biomass (g/L)", 9.69043, 5e-6, _REFERENCE, lambda: after(100, "biomass")),
    Figure("After 100 h: glucose (g/L)", 0.0790356, 5e-8, _REFERENCE, lambda: after(100, "glucose")),
    Figure("After 100 h: penicillin (g/L)", 0.509956, 5e-7, _REFERENCE, lambda: after(100, "penicillin")),
    Figure("After 100 h: volume (L)", 96.27509, 5e-6, _REFERENCE, lambda: after(100, "volume")),
    Figure("After 400 h: biomass (g/L)", 14.284580, 1e-6, _REFERENCE, lambda: after(400, "biomass")),
    Figure("After 400 h: penicillin (g/L)", 1.619066, 5e-7, _REFERENCE, lambda: after(400, "penicillin")),
)
