"""Published figures of the Tennessee Eastman process."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from plant.models.tennessee_eastman import MODEL, process
from plant.models.tennessee_eastman.operating_points import BASE_CASE
from plant.models.tennessee_eastman.tags import COMMANDS, NOMINAL_INPUTS
from plant.simulation import Simulation
from plant.solvers.linearize import linearize
from tests.numerics.figures.figure import Figure

PAPER = "Downs and Vogel, Comput. Chem. Eng. 17 (1993) 245"
RERUN = "Downs and Vogel's Fortran program, built with 8-byte constants, Euler steps of 1 s"
POLES = "Jacobian by differences of Downs and Vogel's Fortran program, built with 8-byte constants"
RICKER_MODES = "Ricker, Comput. Chem. Eng. 19 (1995) 949"
RICKER = "cost coefficients of Ricker's Simulink model, J. Process Control 6 (1996) 205"
BASE = (
    (0.25052, 5), (3664.0, 1), (4509.3, 1), (9.3477, 4), (26.902, 3), (42.339, 3), (2705.0, 1), (75.000, 3),
    (120.40, 2), (0.33712, 5), (80.109, 3), (50.000, 3), (2633.7, 1), (25.160, 3), (50.000, 3), (3102.2, 1),
    (22.949, 3), (65.731, 3), (230.31, 2), (341.43, 2), (94.599, 3), (77.297, 3),
    (32.188, 3), (8.8933, 4), (26.383, 3), (6.8820, 4), (18.776, 3), (1.6567, 4),
    (32.958, 3), (13.823, 3), (23.978, 3), (1.2565, 4), (18.579, 3), (2.2633, 4), (4.8436, 4), (2.2986, 4),
    (0.01787, 5), (0.83570, 5), (0.09858, 5), (53.724, 3), (43.828, 3),
)  # fmt: skip
"""XMEAS(1) to (41) at the base case, with the decimals printed."""
COMMANDS_AT_BASE = (63.053, 53.980, 24.644, 61.302, 22.210, 40.064, 38.100, 46.534, 47.446, 41.106, 18.114, 50.000)
STREAMS = (
    ("stream 1, A feed", "F_A", 11.2), ("stream 2, D feed", "F_D", 114.5), ("stream 3, E feed", "F_E", 98.0),
    ("stream 4, A and C feed", "F_C", 417.5), ("stream 6, reactor feed", "F_FEED", 1890.8),
    ("stream 7, reactor product", "F_EFFLUENT", 1476.0), ("stream 8, recycle", "F_RECYCLE", 1201.5),
    ("stream 9, purge", "F_PURGE", 15.1), ("stream 10, separator liquid", "F_SEPARATOR", 259.5),
    ("stream 11, product", "F_PRODUCT", 211.3),
)  # fmt: skip
"""Flows of the paper's table of streams, kmol/h (with its factor of 0.454)."""
FULL = (
    ("d_feed_valve", "d_feed_flow", "kg/h", 5811, 0.5), ("e_feed_valve", "e_feed_flow", "kg/h", 8354, 0.5),
    ("a_feed_valve", "a_feed_flow", "kscmh", 1.017, 0.0005),
    ("a_and_c_feed_valve", "a_and_c_feed_flow", "kscmh", 15.25, 0.005),
    ("reactor_coolant_valve", "reactor_coolant_flow", "m³/h", 227.1, 0.05),
    ("condenser_coolant_valve", "condenser_coolant_flow", "m³/h", 272.6, 0.06),
)  # fmt: skip
AFTER_IDV_4 = (
    ("reactor pressure (kPa)", "reactor_pressure", 2689.7346, 4), ("reactor level (%)", "reactor_level", 75.72684, 5),
    ("reactor temperature (°C)", "reactor_temperature", 126.40933, 5),
    ("separator temperature (°C)", "separator_temperature", 82.73107, 5),
    ("reactor cooling water outlet (°C)", "reactor_coolant_outlet_temperature", 99.72012, 5),
)  # fmt: skip
TRIPS = (
    ("reactor pressure at its trip (kPa)", "reactor_pressure", 3000.0, {"d_feed_valve": 0.0}),
    ("reactor temperature at its trip (°C)", "reactor_temperature", 175.0,
     {"e_feed_valve": 0.0, "a_and_c_feed_valve": 0.0, "reactor_coolant_valve": 0.0}),
    ("liquid in the reactor at its upper trip (m³)", "reactor_liquid_volume", 24.0, {"e_feed_valve": 100.0}),
    ("liquid in the separator at its upper trip (m³)", "separator_liquid_volume", 12.0,
     {"d_feed_valve": 100.0, "condenser_coolant_valve": 100.0}),
    ("liquid in the separator at its lower trip (m³)", "separator_liquid_volume", 1.0, {"a_and_c_feed_valve": 0.0}),
    ("liquid in the stripper at its upper trip (m³)", "stripper_liquid_volume", 8.0, {"stripper_product_valve": 0.0}),
    ("liquid in the stripper at its lower trip (m³)", "stripper_liquid_volume", 1.0, {"separator_liquid_valve": 0.0}),
)  # fmt: skip
"""What stops the plant with one or two valves moved by hand."""
MODES = (
    "0.267 3657 4440 9.24 32.18 47.36 2800 65.0 122.9 0.211 91.7 50.0 2706 25.28 50.0 3326 22.89 66.5 4.74 278.9 "
    "102.4 92.0 32.21 14.93 18.75 6.03 16.71 4.04 32.73 21.83 13.11 0.90 16.19 5.39 6.62 3.23 0.01 0.58 0.19 "
    "53.83 43.91",
    "0.309 734 8038 8.55 31.69 46.08 2800 65.0 124.2 0.361 90.3 50.0 2705 26.31 50.0 3327 22.73 65.4 4.90 274.7 "
    "108.6 91.6 34.82 8.18 19.43 1.20 25.47 5.60 36.63 11.77 14.63 0.13 22.37 7.37 1.32 5.79 0.00 0.92 0.29 11.66 "
    "85.64",
    "0.194 5179 700 7.83 19.67 32.09 2800 65.0 121.9 0.087 83.4 50.0 2765 17.55 50.0 2996 18.04 62.3 5.34 272.6 "
    "101.9 45.0 29.46 27.74 17.97 12.68 3.86 1.29 27.86 45.07 9.22 2.18 3.94 1.82 9.40 0.50 0.03 0.16 0.07 90.09 "
    "8.17",
    "0.503 5811 7244 14.73 29.22 53.76 2800 65.0 128.2 0.462 74.1 50.0 2699 40.06 50.0 3365 36.04 51.5 6.87 263.2 "
    "96.6 73.5 36.40 8.78 22.36 7.95 17.01 3.88 40.94 15.90 15.68 0.68 15.41 5.72 3.85 1.82 0.02 1.21 0.44 53.35 "
    "43.52",
    "0.325 761 8354 8.87 31.27 46.24 2800 65.0 124.6 0.384 88.9 50.0 2705 27.45 50.0 3330 23.55 63.9 5.11 271.7 "
    "108.5 89.8 34.78 7.85 19.54 1.24 26.03 5.60 36.71 11.47 14.57 0.13 22.92 7.44 1.26 5.51 0.00 1.01 0.32 11.65 "
    "85.53",
    "0.219 5811 788 8.79 20.08 34.02 2800 65.0 123.0 0.099 80.9 50.0 2761 19.60 50.0 3015 20.20 60.5 5.59 293.2 "
    "100.6 45.7 29.99 26.34 18.80 13.23 3.91 1.33 28.61 44.41 9.76 2.09 4.00 1.91 8.76 0.46 0.03 0.18 0.08 90.07 "
    "8.16",
)
"""XMEAS(1) to (41) of the modes 1 to 6 as printed."""


def value(simulation: Simulation, tag: str) -> float:
    return float(simulation.values[MODEL.index(tag)])


def at_start(tag: str) -> float:
    return value(Simulation(MODEL, 1.0), tag)


@cache
def algebra() -> list[float]:
    """States and all that follows from them at the base case."""
    x = [*BASE_CASE, *process.start_of_memory(), 0.0]
    process.algebra(x, list(NOMINAL_INPUTS))
    return x


def internal(name: str, factor: float) -> float:
    return algebra()[getattr(process, name)] * factor


def largest_rate() -> float:
    u, dx = [*NOMINAL_INPUTS, *(0.0,) * len(MODEL.interlocks)], [0.0] * process.STATES
    process.rates(algebra(), u, dx)
    return max(map(abs, dx))


def agreeing(mode: int) -> float:
    """How many of the measurements at the start of a mode agree with the printed ones to their last digit."""
    simulation = Simulation(MODEL, 1.0, start=f"mode-{mode}")
    pairs = zip(_INSTRUMENTS, MODES[mode - 1].split(), strict=False)
    return float(sum(abs(value(simulation, tag.name) - float(text)) <= last_digit(text) for tag, text in pairs))


def last_digit(text: str) -> float:
    """Half a unit of the last digit of a printed number, and a little for its own rounding."""
    return 0.51 * 10.0 ** -len(text.partition(".")[2])


@cache
def unstable_pole() -> complex:
    """The pole farthest to the right at the base case without loops, 1/h."""
    simulation = Simulation(MODEL, 1.0)
    poles = 3600 * np.linalg.eigvals(linearize(MODEL, simulation.states, simulation.values).a)
    return complex(max(poles, key=lambda pole: (pole.real, pole.imag)))


def when_full(valve: str, flow: str) -> float:
    """The flow a minute after the valve has been opened."""
    simulation = Simulation(MODEL, 1.0, {valve: 100.0})
    simulation.advance(120)
    return value(simulation, flow)


@cache
def after_idv_4() -> Simulation:
    """Open loop, 0.1 h with warmer cooling water."""
    simulation = Simulation(MODEL, 1.0, {"reactor_coolant_temperature_change": 1.0})
    simulation.advance(360)
    return simulation


@cache
def closed_loop_day() -> tuple[float, ...]:
    """The reactor's pressure every minute of a day in closed loop."""
    simulation, pressures = Simulation(MODEL, 1.0, start="closed-loop"), []
    for _ in range(24 * 60):
        simulation.advance(60)
        pressures.append(value(simulation, "reactor_pressure"))
    return tuple(pressures)


def farthest(pressures: Callable[[], tuple[float, ...]]) -> float:
    return max(abs(pressure - 2705.03) for pressure in pressures())


def at_the_trip(tag: str, inputs: dict[str, float]) -> float:
    """The value at which the plant stops, all loops in manual."""
    simulation = Simulation(MODEL, 1.0, inputs)
    for _ in range(12 * 60):
        simulation.advance(60)
        if any(simulation.values[place] for place in MODEL.flag_indices[: process.TRIPS]):
            return value(simulation, tag)
    return float("nan")


_INSTRUMENTS = [tag for tag in MODEL.own_tags if "XMEAS(" in tag.description]

FIGURES = (
    *(
        Figure(f"{tag.description} at the base case ({tag.symbol})", printed, 0.5 * 10.0**-digits, PAPER,
               partial(at_start, tag.name))
        for tag, (printed, digits) in zip(_INSTRUMENTS, BASE, strict=False)
    ),
    *(
        Figure(f"{what}, XMV({number}), at the base case (%)", printed, 0.00052, PAPER, partial(at_start, name))
        for number, ((name, what), printed) in enumerate(zip(COMMANDS, COMMANDS_AT_BASE, strict=True), 1)
    ),
    *(
        Figure(f"{what} (kmol/h)", printed, 0.05, PAPER, partial(internal, name, 0.454))
        for what, name, printed in STREAMS
    ),
    Figure("temperature of the reactor feed (°C)", 86.1, 0.05, PAPER, partial(internal, "T_MIXING", 1.0)),
    Figure("liquid in the reactor (m³)", 16.55, 0.005, PAPER, partial(at_start, "reactor_liquid_volume")),
    Figure("liquid in the separator (m³)", 4.88, 0.005, PAPER, partial(at_start, "separator_liquid_volume")),
    Figure("liquid in the stripper (m³)", 4.43, 0.005, PAPER, partial(at_start, "stripper_liquid_volume")),
    Figure("heat from the reactor's cooling water (kW)", -6468.7, 0.05, PAPER, partial(internal, "Q_REACTOR", 293.07)),
    Figure("heat from the condenser's cooling water (kW)", -2140.6, 0.05, PAPER,
           partial(internal, "Q_CONDENSER", 293.07)),
    *(
        Figure(f"{flow} with {valve} fully open ({unit})", printed, tolerance, PAPER, partial(when_full, valve, flow))
        for valve, flow, unit, printed, tolerance in FULL
    ),
    Figure("operating cost at the base case ($/h)", 170.6, 0.05, PAPER, partial(at_start, "operating_cost")),
    Figure("operating cost at the base case, more digits ($/h)", 170.626, 0.0005, RICKER,
           partial(at_start, "operating_cost")),
    Figure("largest derivative at the base case, none being exactly zero (1/h)", 9.3139e-4, 0.5e-8, RERUN,
           largest_rate),
    *(
        Figure(f"mode {mode}: how many of the 41 measurements agree to the last printed digit", 41, 0, RICKER_MODES,
               partial(agreeing, mode))
        for mode in range(1, 7)
    ),
    Figure("unstable pair of poles at the base case, real part (1/h)", 3.0648, 0.5e-4, POLES,
           lambda: unstable_pole().real),
    Figure("unstable pair of poles at the base case, imaginary part (1/h)", 5.0837, 0.5e-4, POLES,
           lambda: unstable_pole().imag),
    *(
        Figure(f"{what} 0.1 h after IDV(4), open loop", printed, 0.5 * 10.0**-digits, RERUN,
               lambda tag=tag: value(after_idv_4(), tag))
        for what, tag, printed, digits in AFTER_IDV_4
    ),
    Figure("reactor pressure after 24 h in closed loop (kPa)", 2705.03, 0.05, RERUN, lambda: closed_loop_day()[-1]),
    Figure("farthest from 2705.03 kPa in 24 h in closed loop (kPa)", 0.0, 0.05, RERUN,
           partial(farthest, closed_loop_day)),
    *(Figure(what, printed, 1e-6, PAPER, partial(at_the_trip, tag, inputs)) for what, tag, printed, inputs in TRIPS),
)  # fmt: skip
