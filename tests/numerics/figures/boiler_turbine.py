"""Published figures of the boiler-turbine unit."""

from plant.models.boiler_turbine import (
    EQUATIONS,
    MODEL,
    NOMINAL_VALVES,
    START,
    density_at,
    evaporation,
    level,
    valves,
)
from plant.simulation import Simulation
from tests.numerics.calling import rates
from tests.numerics.figures.figure import Figure

POINTS = "operating points of Bell & Åström (1987), as the literature prints them (0.433 for 0.436)"
STATE = "equilibrium of the published equations, computed independently"
REFERENCE = "reference integration, rtol 1e-10; valves without limits of speed"
ROUNDED = {0.433: 0.003}
TABLE = (
    (86.4, 36.65, 342.4, (0.209, 0.552, 0.256), -0.65),
    (97.2, 50.52, 385.2, (0.271, 0.621, 0.340), -0.32),
    (108.0, 66.65, 428.0, (0.34, 0.69, 0.433), 0.0),
    (118.8, 85.06, 470.8, (0.418, 0.759, 0.543), 0.32),
    (129.6, 105.8, 513.6, (0.505, 0.828, 0.663), 0.64),
    (140.4, 128.9, 556.4, (0.6, 0.897, 0.793), 0.98),
)


def after_more_water(tag: str) -> float:
    """A tag 50 s after the feedwater valve was opened by 0.02 at once."""
    inputs = {"rate_limits": 0.0, "feedwater_valve": NOMINAL_VALVES[2] + 0.02}
    simulation = Simulation(MODEL, 1.0, inputs)
    simulation.advance(50)
    return float(simulation.values[MODEL.index(tag)])


def printed_level(pressure: float, density: float, positions: tuple[float, float, float]) -> float:
    """The level at a printed operating point."""
    return level(pressure, density, evaporation(pressure, *positions))


def power_at_rest() -> float:
    """The power that belongs to the lowest printed point (75.6 kgf/cm², steam valve 0.483)."""
    positions = (0.156, 0.483, 0.183)
    state = (75.6, 0.0, 299.6, *positions)
    return 10 * rates(EQUATIONS, state, (*positions, 1.0, 0.0, 0.0, 0.0))[1]


FIGURES = (
    *(
        Figure(f"{pressure:g} kgf/cm², {power:g} MW: {what} valve", printed[number],
               ROUNDED.get(printed[number], 0.0005), POINTS,
               lambda pressure=pressure, power=power, number=number: valves(pressure, power)[number])
        for pressure, power, _, printed, _ in TABLE
        for number, what in enumerate(("fuel", "steam", "feedwater"))
    ),
    *(
        Figure(f"{pressure:g} kgf/cm², {power:g} MW: level, m (inputs of three digits)", printed, 0.011, POINTS,
               lambda pressure=pressure, density=density, positions=positions: printed_level(
                   pressure, density, positions))
        for pressure, power, density, positions, printed in TABLE
    ),
    Figure("power of the lowest printed point at rest, MW", 25.0, 0.05, STATE, power_at_rest),
    Figure("nominal equilibrium: fuel valve", 0.3402458555, 1e-10, STATE, lambda: NOMINAL_VALVES[0]),
    Figure("nominal equilibrium: steam valve", 0.6900204865, 1e-10, STATE, lambda: NOMINAL_VALVES[1]),
    Figure("nominal equilibrium: feedwater valve", 0.4358470482, 1e-10, STATE, lambda: NOMINAL_VALVES[2]),
    Figure("nominal equilibrium: density, kg/m³", 427.9058930, 1e-7, STATE, lambda: density_at(108.0, 66.65, 0.0)),
    Figure("feedwater valve up by 0.02: pressure at 50 s, kgf/cm²", 107.85902615, 1e-8, REFERENCE,
           lambda: after_more_water("drum_pressure")),
    Figure("feedwater valve up by 0.02: power at 50 s, MW", 66.57083314, 1e-8, REFERENCE,
           lambda: after_more_water("power")),
    Figure("feedwater valve up by 0.02: density at 50 s, kg/m³", 429.58880289, 6e-8, REFERENCE,
           lambda: after_more_water("fluid_density")),
    Figure("nominal equilibrium: level, m", 0.0, 1e-9, STATE,
           lambda: printed_level(START[0], START[2], NOMINAL_VALVES)),
)  # fmt: skip
