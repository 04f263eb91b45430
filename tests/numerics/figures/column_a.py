"""Published figures of Skogestad's column A."""

from functools import cache

import numpy as np

from plant.models.column_a import MODEL, STAGES
from plant.simulation import Simulation
from plant.solvers.linearize import linearize
from tests.numerics.figures.figure import Figure

TUTORIAL = "Skogestad, Trans. IChemE 75A (1997) 539"
FILES = "Skogestad's published MATLAB files of column A"
RERUN = "Skogestad's published MATLAB files of column A, run with Octave's lsode"
STEP_OF_FEED = {"feed_flow": 1.01}
COMPOSITIONS = (0.035531, 0.098234, 0.220160, 0.377015, 0.498725, 0.629039, 0.781625, 0.898301, 0.961744)
"""Of stages 5, 9, ... 37."""


@cache
def after_the_feed_step(minutes: int) -> Simulation:
    """The LV configuration, feed raised by 1 % at time 0."""
    simulation = Simulation(MODEL, 1.0, STEP_OF_FEED, start="level-control")
    simulation.advance(60 * minutes)
    return simulation


def after(tag: str, minutes: int) -> float:
    """A tag at this time after the step of the feed."""
    simulation = after_the_feed_step(minutes)
    return float(simulation.values[MODEL.index(tag)])


@cache
def gains() -> np.ndarray:
    """Steady gains of the products (rows) for all inputs, levels held by distillate and bottoms."""
    simulation = Simulation(MODEL, 1.0)
    system = linearize(MODEL, simulation.states, simulation.values)
    closed = system.a.copy()
    closed[:, 2 * STAGES - 2] += 10 * system.b[:, system.inputs.index("distillate_flow")]
    closed[:, 0] += 10 * system.b[:, system.inputs.index("bottoms_flow")]
    return -(system.c[:2] @ np.linalg.solve(closed, system.b))


def gain(product: str, moved: str) -> float:
    """One of them."""
    inputs = [MODEL.tags[i].name for i in MODEL.input_indices]
    return float(gains()[("distillate_composition", "bottoms_composition").index(product), inputs.index(moved)])


def slowest_pole() -> float:
    """The slowest pole of the column without loops, 1/min, apart from the two of the levels at zero."""
    simulation = Simulation(MODEL, 1.0)
    poles = 60 * np.sort(np.linalg.eigvals(linearize(MODEL, simulation.states, simulation.values).a).real)[::-1]
    assert np.abs(poles[:2]).max() < 1e-6
    return float(poles[2])


def delay_to_the_sump() -> float:
    """Minutes by which the holdup of the reboiler lags behind more feed, all loops in manual."""
    simulation = Simulation(MODEL, 1.0, STEP_OF_FEED)
    simulation.advance(600)
    rise = float(simulation.values[MODEL.index("reboiler_holdup")]) - 0.5
    return 10.0 - rise / 0.01


def start_composition(stage: int) -> float:
    """The composition of a stage at the start."""
    simulation = Simulation(MODEL, 1.0)
    return float(simulation.values[MODEL.index(f"composition_{stage}")])


FIGURES = (
    Figure("slowest pole of the open loop, 1/min", -5.156e-3, 1e-6, TUTORIAL + ", one off in the last digit",
           slowest_pole),
    Figure("slowest pole of the open loop, 1/min, to seven digits", -5.155465e-3, 5e-10, RERUN, slowest_pole),
    *(
        Figure(f"LV configuration, steady gain of {product} for {moved}", published, 0.5 * 10.0**-digits, RERUN,
               lambda product=product, moved=moved: gain(product, moved))
        for moved, digits, numbers in (
            ("reflux_flow", 4, (0.8754, 1.0846)), ("boilup", 4, (-0.8618, -1.0982)),
            ("feed_flow", 3, (0.394, 0.586)), ("feed_composition", 3, (0.881, 1.119)),
        )
        for product, published in zip(("distillate_composition", "bottoms_composition"), numbers, strict=True)
    ),
    Figure("feed 1 % up: distillate finally", 0.9925, 5e-5, TUTORIAL, lambda: after("distillate_composition", 1500)),
    Figure("feed 1 % up: bottoms finally", 0.0172, 5e-5, TUTORIAL, lambda: after("bottoms_composition", 1500)),
    Figure("feed 1 % up: distillate finally, by the linear model", 0.9939, 5e-5, TUTORIAL,
           lambda: 0.99 + 0.01 * gain("distillate_composition", "feed_flow")),
    Figure("feed 1 % up: bottoms finally, by the linear model", 0.0159, 5e-5, TUTORIAL,
           lambda: 0.01 + 0.01 * gain("bottoms_composition", "feed_flow")),
    Figure("feed 1 % up: bottoms at 10 min", 0.01052345, 5e-9, RERUN, lambda: after("bottoms_composition", 10)),
    Figure("feed 1 % up: bottoms at 100 min", 0.01300944, 5e-9, RERUN, lambda: after("bottoms_composition", 100)),
    Figure("feed 1 % up: distillate at 100 min", 0.99115272, 5e-9, RERUN,
           lambda: after("distillate_composition", 100)),
    Figure("time until more feed reaches the sump, min", 1.26, 0.001, TUTORIAL, delay_to_the_sump),
    Figure("equilibrium of the printed flows: bottoms", 0.01000004, 5e-9, RERUN, lambda: start_composition(1)),
    Figure("equilibrium of the printed flows: distillate", 0.98999996, 5e-9, RERUN, lambda: start_composition(41)),
    *(
        Figure(f"steady composition of stage {stage}", published, 5e-7, FILES,
               lambda stage=stage: start_composition(stage))
        for stage, published in zip(range(5, 41, 4), COMPOSITIONS, strict=True)
    ),
)  # fmt: skip
