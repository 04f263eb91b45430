"""Published figures of the Shell heavy oil fractionator."""

import numpy as np

from plant.models.shell_hof import GAINS, MODEL
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_WORKSHOP = "Prett and Morari (eds.), The Shell Process Control Workshop (1987)"
_EXACT = "exact solution of the published transfer functions"
_CONTROLLED = (0, 1, 6)


def gains() -> np.ndarray:
    """Steady gains of both end points and the bottoms reflux temperature on the three inputs, from the simulation."""
    columns = []
    for name in ("top_draw", "side_draw", "bottoms_reflux_duty"):
        simulation = Simulation(MODEL, 60.0, {name: 0.1})
        simulation.advance(4000)
        columns.append(simulation.values[MODEL.output_indices][list(_CONTROLLED)] / 0.1)
    return np.array(columns).T


def relative(number: int) -> float:
    """A diagonal element of the relative gain array."""
    matrix = gains()
    return float((matrix * np.linalg.inv(matrix).T)[number, number])


def after_an_hour(output: int) -> float:
    """The output 60 min after the top draw was raised by 0.1."""
    simulation = Simulation(MODEL, 10.0, {"top_draw": 0.1})
    simulation.advance(360)
    return float(simulation.values[MODEL.output_indices[output]])


_NAMES = [MODEL.tags[place].name.replace("_", " ") for place in MODEL.output_indices]
_HOUR = (0.195675, 0.306308, 0.365418, 0.582024, 0.412573, 0.398564, 0.307666)

FIGURES = (
    Figure("determinant of the 3x3 steady gains", 20.85, 0.005, _WORKSHOP, lambda: float(np.linalg.det(gains()))),
    *(
        Figure(f"relative gain of the {_NAMES[output]}", value, 0.01, f"{_WORKSHOP}; printed to about 0.01",
               lambda n=n: relative(n))
        for n, (output, value) in enumerate(zip(_CONTROLLED, (2.08, 0.94, 4.71), strict=True))
    ),
    *(
        Figure(f"steady gain of the {_NAMES[output]} on the top draw", GAINS[output][0], 1e-9, _WORKSHOP,
               lambda n=n: float(gains()[n, 0]))
        for n, output in enumerate(_CONTROLLED)
    ),
    *(
        Figure(f"{name} 60 min after the top draw is raised by 0.1", value, 5e-7, _EXACT, lambda i=i: after_an_hour(i))
        for i, (name, value) in enumerate(zip(_NAMES, _HOUR, strict=True))
    ),
)  # fmt: skip
