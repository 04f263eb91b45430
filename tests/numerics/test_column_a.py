"""Column A against equations written anew, and what its loops, trips and starts do."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.column_a import EQUATIONS, MODEL, NOMINAL_INPUTS, STAGES, outputs
from plant.simulation import Simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def published(_time: float, both: np.ndarray, inputs: tuple[float, ...]) -> np.ndarray:
    """The published equations in vector form: all holdups, then all compositions."""
    holdup, x = both[:STAGES], both[STAGES:]
    reflux, boilup, distillate, bottoms, feed, feed_x, quality = inputs
    y = 1.5 * x[:-1] / (1 + 0.5 * x[:-1])
    vapour = np.where(np.arange(40) < 20, boilup, boilup + (1 - quality) * feed)
    base = np.where(np.arange(1, 40) < 21, 3.70629, 2.70629)
    liquid = np.concatenate(([bottoms], base + (holdup[1:-1] - 0.5) / 0.063, [reflux]))
    up, light_up = np.concatenate(([0], vapour, [0])), np.concatenate(([0], vapour * y, [0]))
    down = np.concatenate((liquid, [0]))
    light_down = np.concatenate((liquid * x, [0]))
    mass = np.diff(down) - np.diff(up)
    light = np.diff(light_down) - np.diff(light_up)
    mass[20] += feed
    light[20] += feed * feed_x
    mass[40] -= distillate
    light[40] -= distillate * x[40]
    return np.concatenate((mass, (light - x * mass) / holdup))


@pytest.mark.parametrize(
    "inputs",
    [
        (2.8, 3.20629, 0.5, 0.5, 1.0, 0.5, 1.0),
        (2.70629, 3.25, 0.52, 0.47, 1.05, 0.45, 0.9),
        (2.6, 3.1, 0.5, 0.5, 0.95, 0.6, 1.1),
    ],
)
def test_agrees_with_an_independent_integration(inputs):
    """Five minutes without level loops, reference with a relative tolerance of 1e-11."""
    start = np.array(EQUATIONS.start)
    both = np.concatenate((start[::2], start[1::2]))
    reference = solve_ivp(published, (0, 5), both, "Radau", rtol=1e-11, atol=1e-13, args=(inputs,)).y[:, -1]
    names = [MODEL.tags[i].name for i in MODEL.input_indices][:7]
    simulation = Simulation(MODEL, 1.0, dict(zip(names, inputs, strict=True)))
    simulation.advance(300)
    states = simulation.states[: 2 * STAGES]
    assert states[::2] == pytest.approx(reference[:STAGES], abs=1e-8)
    assert states[1::2] == pytest.approx(reference[STAGES:], abs=1e-8)


def test_temperatures_follow_the_compositions():
    simulation = Simulation(MODEL, 1.0)
    for stage in (1, 21, 41):
        x = value(simulation, f"composition_{stage}")
        assert value(simulation, f"temperature_{stage}") == pytest.approx(355.4 - 13.5 * x, abs=1e-9)


@pytest.mark.parametrize("seconds", [60.0, 90.5, 300.0])
@pytest.mark.parametrize("step", [0.3, 1.0, 5.0])
def test_the_analysers_show_the_past(seconds, step):
    """What the analyser shows is what the product was a dead time ago."""
    simulation = Simulation(MODEL, step, {"analyser_dead_time": seconds, "boilup": 3.3}, start="level-control")
    times, truth = [0.0], [value(simulation, "bottoms_composition")]
    for _ in range(round(600 / step)):
        simulation.advance()
        times.append(simulation.time)
        truth.append(value(simulation, "bottoms_composition"))
        expected = np.interp(simulation.time - seconds, times, truth)
        assert value(simulation, "bottoms_analysis") == pytest.approx(expected, abs=2e-6)


def test_an_analyser_without_dead_time_shows_the_present():
    simulation = Simulation(MODEL, 1.0, {"analyser_dead_time": 0.0, "boilup": 3.3})
    simulation.advance(100)
    assert value(simulation, "bottoms_analysis") == value(simulation, "bottoms_composition")


def test_without_level_loops_both_levels_integrate():
    simulation = Simulation(MODEL, 1.0, {"reflux_flow": 2.71629})
    simulation.advance(600)
    assert value(simulation, "condenser_holdup") == pytest.approx(0.5 - 0.01 * 10, abs=1e-9)
    assert value(simulation, "reboiler_holdup") == pytest.approx(0.5 + 0.01 * (10 - 20 * 0.063 - 19 * 0.063), abs=1e-6)


def test_closed_loop_rejects_a_disturbance():
    """Feed 10 % up, feed composition down: both products are back within an hour and a half."""
    simulation = Simulation(MODEL, 1.0, start="closed-loop")
    simulation.set("feed_flow", 1.1)
    simulation.set("feed_composition", 0.45)
    simulation.advance(5400)
    assert value(simulation, "distillate_composition") == pytest.approx(0.99, abs=1e-3)
    assert value(simulation, "bottoms_composition") == pytest.approx(0.01, abs=1e-3)
    simulation.advance(5400)
    assert value(simulation, "distillate_composition") == pytest.approx(0.99, abs=1e-5)
    assert value(simulation, "bottoms_composition") == pytest.approx(0.01, abs=1e-5)


def test_a_setpoint_is_followed():
    simulation = Simulation(MODEL, 1.0, {"distillate_analysis_setpoint": 0.992}, start="closed-loop")
    simulation.advance(7200)
    assert value(simulation, "distillate_composition") == pytest.approx(0.992, abs=1e-5)
    assert value(simulation, "bottoms_composition") == pytest.approx(0.01, abs=1e-4)


def test_start_up_reaches_the_steady_state():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    assert value(simulation, "distillate_composition") == 0.5
    simulation.advance(3600 * 48)
    assert value(simulation, "distillate_composition") == pytest.approx(0.99, abs=1e-5)
    assert value(simulation, "bottoms_composition") == pytest.approx(0.01, abs=1e-5)


def test_realistic_holdups_slow_the_products_down():
    """The final gains are the same; the way there is slower by the larger vessels."""
    final, early = [], []
    for start in ("level-control", "realistic-holdups"):
        simulation = Simulation(MODEL, 1.0, {"feed_composition": 0.505}, start=start)
        simulation.advance(600)
        early.append(value(simulation, "distillate_composition") - 0.99)
        simulation.advance(3600 * 72)
        final.append(value(simulation, "distillate_composition"))
    assert early[1] < 0.5 * early[0]
    assert final[0] == pytest.approx(final[1], abs=1e-5)


@pytest.mark.parametrize(
    ("inputs", "trip", "stopped"),
    [
        ({"distillate_flow": 1.0}, "condenser_empty_trip", ("reflux_flow", "distillate_flow")),
        ({"bottoms_flow": 1.0}, "reboiler_empty_trip", ("boilup", "bottoms_flow")),
    ],
)
def test_an_empty_vessel_trips(inputs, trip, stopped):
    """The trip comes at 0.02 kmol inside a step, stops what empties the vessel, and stays until it is reset."""
    vessel = trip.replace("empty_trip", "holdup")
    simulation = Simulation(MODEL, 1.0, inputs)
    lowest = 1.0
    for _ in range(300):
        simulation.advance()
        lowest = min(lowest, value(simulation, vessel))
    assert 0.02 - 1e-9 < lowest < 0.06
    assert value(simulation, trip) == 1
    assert [value(simulation, name) for name in stopped] == [0.0, 0.0]
    simulation.set("trip_reset", 1.0)
    simulation.advance()
    assert value(simulation, trip) == 0
    assert 0 <= value(simulation, "bottoms_composition") <= 1


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_inputs_compositions_stay_fractions(seed):
    """An hour at any corner of the inputs, trips included: 0 <= x <= 1 on all stages, holdups positive."""
    random = np.random.default_rng(seed)
    tags = [MODEL.tags[i] for i in MODEL.input_indices]
    corner = {tag.name: (tag.low, tag.high)[random.integers(2)] for tag in tags}
    simulation = Simulation(MODEL, 1.0, corner)
    for _ in range(60):
        simulation.advance(60)
        states = simulation.states[: 2 * STAGES]
        assert states[1::2].min() >= -1e-9
        assert states[1::2].max() <= 1 + 1e-9
        assert states[::2].min() > 0.0199


def test_outputs_before_the_first_step_show_the_state():
    """A start that is not the nominal one is shown by the analysers at once."""
    y = [0.0] * (6 + 2 * STAGES)
    outputs([0.5, 0.3] * STAGES + list(EQUATIONS.memory), list(NOMINAL_INPUTS), y)
    assert y[:4] == [0.3] * 4
