"""Published figures of the pH neutralisation tank."""

from plant.models.ph_neutralisation import MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_HENSON = "Henson, Seborg (1994)"
_REFERENCE = "reference integration, rtol 1e-10"


def value(name: str, seconds: int = 0, **inputs: float) -> float:
    """A tag at the nominal start, or some time after inputs were changed there."""
    simulation = Simulation(MODEL, 1.0, inputs)
    if seconds:
        simulation.advance(seconds)
    return float(simulation.values[MODEL.index(name)])


FIGURES = (
    Figure("Nominal level (cm)", 14.0, 5e-6, _HENSON, lambda: value("level")),
    Figure("Nominal pH", 7.0, 0.05, _HENSON + ", rounded", lambda: value("ph")),
    Figure("Nominal Wa (mol/L)", -4.32e-4, 5e-6, _HENSON + ", rounded", lambda: value("charge_invariant")),
    Figure("Nominal Wb (mol/L)", 5.28e-4, 5e-7, _HENSON, lambda: value("carbonate_invariant")),
    Figure("Nominal pH, all digits", 7.0258, 5e-5, _REFERENCE, lambda: value("ph")),
    Figure("Nominal Wa, all digits (mol/L)", -4.36031e-4, 5e-10, _REFERENCE, lambda: value("charge_invariant")),
    Figure("Nominal Wb, all digits (mol/L)", 5.27634e-4, 5e-10, _REFERENCE, lambda: value("carbonate_invariant")),
    Figure("Base 15.6 -> 16.6 mL/s: level after 120 s (cm)", 14.466657, 5e-7, _REFERENCE,
           lambda: value("level", 120, base_flow=16.6)),
    Figure("Base 15.6 -> 16.6 mL/s: pH after 120 s", 7.645798, 5e-7, _REFERENCE,
           lambda: value("ph", 120, base_flow=16.6)),
    Figure("Steady pH at a base flow of 14.5 mL/s", 6.589478, 5e-7, _REFERENCE,
           lambda: value("ph", 20_000, base_flow=14.5)),
    Figure("Steady pH at a base flow of 15 mL/s", 6.763738, 5e-7, _REFERENCE,
           lambda: value("ph", 20_000, base_flow=15.0)),
    Figure("Steady pH at a base flow of 16 mL/s", 7.278946, 5e-7, _REFERENCE,
           lambda: value("ph", 20_000, base_flow=16.0)),
)  # fmt: skip
