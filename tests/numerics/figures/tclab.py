"""Published figures of the Temperature Control Lab."""

from plant.models.tclab import MODEL, rates
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

_PACKAGE = "TCLab package, simulated device (Euler, 0.2 s)"
_REFERENCE = "reference integration, rtol 1e-10"


def as_the_package(seconds: float, place: int) -> float:
    """Our equations moved by the package's own scheme: Euler, 0.2 s."""
    x, dx = [21.0] * 4, [0.0] * 4
    for _ in range(round(seconds / 0.2)):
        rates(x, (50.0, 0.0, 0.0, 21.0, 200.0, 100.0, 0.0), dx)
        x = [value + 0.2 * rate for value, rate in zip(x, dx, strict=True)]
    return x[place]


def exact(seconds: int, name: str, **inputs: float) -> float:
    """A sensor, some time after heaters were moved at 21 °C."""
    simulation = Simulation(MODEL, 1.0, inputs or {"heater_1": 50.0})
    simulation.advance(seconds)
    return float(simulation.values[MODEL.index(name)])


FIGURES = (
    Figure("Q = (50, 0) %, the package's scheme: T1 after 60 s (°C)", 28.794231, 5e-7, _PACKAGE,
           lambda: as_the_package(60, 2)),
    Figure("Q = (50, 0) %, the package's scheme: T2 after 60 s (°C)", 21.890878, 5e-7, _PACKAGE,
           lambda: as_the_package(60, 3)),
    Figure("Q = (50, 0) %, the package's scheme: T1 after 300 s (°C)", 46.951814, 5e-7, _PACKAGE,
           lambda: as_the_package(300, 2)),
    Figure("Q = (50, 0) %, the package's scheme: T2 after 300 s (°C)", 25.234803, 5e-7, _PACKAGE,
           lambda: as_the_package(300, 3)),
    Figure("Q = (50, 0) %: T1 after 300 s (°C)", 46.9456, 6e-5, _REFERENCE, lambda: exact(300, "temperature_1")),
    Figure("Q = (50, 0) %: T2 after 300 s (°C)", 25.2336, 5e-5, _REFERENCE, lambda: exact(300, "temperature_2")),
    Figure("Steady gain of T1 by heater 1 (K/%)", 0.599, 5e-4, "from the package's equations",
           lambda: (exact(6000, "temperature_1", heater_1=10.0) - 21) / 10),
)  # fmt: skip
