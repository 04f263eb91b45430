"""Published figures of the drum boiler."""

from functools import cache

from plant.models.drum_boiler import MODEL, NOMINAL_LEVEL, STEAM_AT_REST, heat_for
from plant.simulation import Simulation
from tests.numerics.figures.figure import Figure

PAPER = "Åström & Bell, Automatica 36 (2000) 363, medium load, printed rounded"
STATE = "equilibrium of the published equations, computed independently"
REFERENCE = "reference integration, rtol 1e-10"
CHECKED = "closed loop simulated independently"


def at_start(tag: str) -> float:
    """A tag at the operating point."""
    simulation = Simulation(MODEL, 1.0)
    return float(simulation.values[MODEL.index(tag)])


def after_more_steam(tag: str) -> float:
    """A tag ten seconds after 10 kg/s more steam, all loops in manual."""
    simulation = Simulation(MODEL, 1.0, {"steam_flow": 60.0})
    simulation.advance(10)
    return float(simulation.values[MODEL.index(tag)])


@cache
def controlled() -> dict[str, list[float]]:
    """Level and pressure each second after 10 kg/s more steam, both loops in auto."""
    simulation = Simulation(MODEL, 1.0, {"steam_flow": 60.0}, start="closed-loop")
    seen: dict[str, list[float]] = {"drum_level": [], "drum_pressure": []}
    for _ in range(300):
        simulation.advance()
        for name, values in seen.items():
            values.append(float(simulation.values[MODEL.index(name)]))
    return seen


FIGURES = (
    Figure("heat at the operating point, MW", 86.0508346, 1e-7, STATE, lambda: at_start("heat")),
    Figure("heat at 50.42 kg/s, MW (the enthalpy of the feedwater of the source is not printed)", 85.9, 1.0, PAPER,
           lambda: heat_for(50.42, 8.5)),
    Figure("steam fraction at the riser outlet", 0.051, 0.0005, PAPER, lambda: at_start("steam_fraction")),
    Figure("steam fraction at the riser outlet, computed", 0.0511185331, 1e-10, STATE,
           lambda: at_start("steam_fraction")),
    Figure("mean void fraction of the risers", 0.27085994, 5e-9, STATE, lambda: at_start("void_fraction")),
    Figure("downcomer flow, kg/s", 1193.649, 0.0005, STATE, lambda: at_start("downcomer_flow")),
    Figure("steam volume at rest V0, m³", 7.7988302674, 1e-9, STATE, lambda: STEAM_AT_REST),
    Figure("level from the bottom of the drum, m", 1.2060908925, 1e-9, STATE, lambda: NOMINAL_LEVEL),
    Figure("level from the bottom of the drum, m, as calibrated by others", 1.2053, 0.001, PAPER,
           lambda: NOMINAL_LEVEL),
    Figure("10 kg/s more steam: water volume at 10 s, m³", 56.99818326, 5e-9, REFERENCE,
           lambda: after_more_steam("water_volume")),
    Figure("10 kg/s more steam: pressure at 10 s, MPa", 8.45512803, 5e-9, REFERENCE,
           lambda: after_more_steam("drum_pressure")),
    Figure("10 kg/s more steam: steam fraction at 10 s", 0.05342384, 5e-9, REFERENCE,
           lambda: after_more_steam("steam_fraction")),
    Figure("10 kg/s more steam: steam volume at 10 s, m³", 5.63649005, 5e-9, REFERENCE,
           lambda: after_more_steam("steam_volume")),
    Figure("10 kg/s more steam: swell at 10 s, m", 0.044563, 5e-7, REFERENCE, lambda: after_more_steam("drum_level")),
    Figure("10 kg/s more steam, loops in auto: swell at 10 s, m", 0.045, 0.0005, CHECKED,
           lambda: controlled()["drum_level"][9]),
    Figure("10 kg/s more steam, loops in auto: level at 100 s, m", 0.0, 0.01, CHECKED,
           lambda: controlled()["drum_level"][99]),
    Figure("10 kg/s more steam, loops in auto: lowest pressure, MPa", 8.38, 0.005, CHECKED,
           lambda: min(controlled()["drum_pressure"])),
)  # fmt: skip
