"""Published figures of the DC motor."""

import numpy as np

from plant.models.dc_motor import MODEL, A
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

TUTORIAL = "Control Tutorials for MATLAB and Simulink: DC Motor Speed"


def speed_at(seconds: float) -> float:
    """The speed after a step of one volt."""
    simulation = Simulation(MODEL, 0.1, {"voltage": 1.0})
    simulation.advance(round(seconds / 0.1))
    return float(simulation.values[MODEL.index("shaft_speed")])


FIGURES = (
    Figure("steady gain, rad/s per volt", 0.0999001, 5e-8, TUTORIAL, lambda: speed_at(20.0)),
    Figure("slow pole, 1/s", -2.0025, 5e-5, TUTORIAL, lambda: float(np.linalg.eigvals(A).max())),
    Figure("fast pole, 1/s", -9.9975, 5e-5, TUTORIAL, lambda: float(np.linalg.eigvals(A).min())),
)
