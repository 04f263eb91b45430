"""Published figures of the batch crystalliser."""

from plant.models.cryst_batch import MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

SOURCE = "pcgym (parameters of Ind. Eng. Chem. Res. 2023, 3c00739), start state"
RUN = "pcgym, run with tight tolerances; agrees with an independent integration"


def after(minutes: int, tag: str) -> float:
    """A tag at this time of a batch that is left at 39 °C."""
    simulation = Simulation(MODEL, 1.0)
    simulation.advance(60 * minutes)
    return float(simulation.values[MODEL.index(tag)])


FIGURES = (
    Figure("start: coefficient of variation", 2.008329, 5e-7, SOURCE, lambda: after(0, "coefficient_of_variation")),
    Figure("start: mean size, µm", 15.558640, 5e-7, SOURCE, lambda: after(0, "mean_size")),
    Figure("start: solubility, g/L", 145.598292, 5e-7, SOURCE, lambda: after(0, "solubility")),
    Figure("start: supersaturation, g/L", 13.016941, 5e-7, SOURCE, lambda: after(0, "supersaturation")),
    Figure("39 °C for 5 min: moment 0", 6694.807, 5e-4, RUN, lambda: after(5, "moment_0")),
    Figure("39 °C for 5 min: concentration, g/mL", 0.15797923, 5e-9, RUN, lambda: after(5, "concentration")),
    Figure("39 °C for 5 min: coefficient of variation", 1.316703, 5e-7, RUN,
           lambda: after(5, "coefficient_of_variation")),
    Figure("39 °C for 5 min: mean size, µm", 14.938048, 5e-7, RUN, lambda: after(5, "mean_size")),
)  # fmt: skip
