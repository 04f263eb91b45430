"""The Wood-Berry column against its published and exactly computed figures."""

import numpy as np
import pytest

from plant.models.wood_berry import EQUATIONS, MODEL
from plant.simulation import Simulation

CHANNELS = EQUATIONS.channels


def run(step: float, until: float, **inputs: float) -> Simulation:
    simulation = Simulation(MODEL, step, inputs)
    for _ in range(round(until / step)):
        simulation.advance()
    return simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def gains() -> np.ndarray:
    matrix = np.zeros((2, 3))
    for channel in CHANNELS:
        matrix[channel.target, channel.source] = channel.gain
    return matrix


def test_relative_gain():
    """Relative gain 2.01 (Luyben 1986)."""
    plant = gains()[:, :2]
    assert (plant * np.linalg.inv(plant).T)[0, 0] == pytest.approx(2.01, abs=0.005)


@pytest.mark.parametrize("step", [0.5, 1.0, 7.5, 60.0])
def test_reflux_step_after_30_minutes(step):
    """Exact solution of the published transfer functions: R + 0.1 lb/min, at 30 min, with any step."""
    simulation = run(step, 1800, reflux_flow=2.05)
    assert value(simulation, "distillate_methanol") == pytest.approx(97.304552, abs=1e-6)
    assert value(simulation, "bottoms_methanol") == pytest.approx(1.079990, abs=1e-6)


def exact_step(source: int, size: float, minutes: float) -> tuple[float, float]:
    """The textbook answer K u (1 - exp(-(t - theta)/tau)) of every channel, summed."""
    sums = [96.25, 0.50]
    for channel in CHANNELS:
        if channel.source == source and minutes > channel.dead_time:
            rest = minutes - channel.dead_time
            sums[channel.target] += channel.gain * size * (1 - np.exp(-rest / channel.lag))
    return sums[0], sums[1]


def test_reflux_step_finally():
    """R + 0.1 lb/min leads to 97.53 % and 1.16 % finally."""
    simulation = run(60.0, 60.0 * 400, reflux_flow=2.05)
    assert value(simulation, "distillate_methanol") == pytest.approx(97.53, abs=1e-6)
    assert value(simulation, "bottoms_methanol") == pytest.approx(1.16, abs=1e-6)


@pytest.mark.parametrize("step", [0.9, 1.0, 7.0, 13.0, 59.0])
@pytest.mark.parametrize(
    ("source", "name", "nominal", "size"),
    [(0, "reflux_flow", 1.95, 0.02), (1, "steam_flow", 1.71, -0.02), (2, "feed_flow", 2.45, 0.05)],
)
def test_dead_times_that_are_no_whole_number_of_steps(step, source, name, nominal, size):
    """Every sample of a step response equals the analytic one, wherever the delayed edge falls in a step."""
    simulation = Simulation(MODEL, step, {name: nominal + size})
    for _ in range(120):
        simulation.advance()
        top, bottom = exact_step(source, size, simulation.time / 60)
        assert value(simulation, "distillate_methanol_unclipped") == pytest.approx(top, abs=1e-9)
        assert value(simulation, "bottoms_methanol_unclipped") == pytest.approx(bottom, abs=1e-9)


def test_a_dead_time_that_changes_while_running():
    """Longer by one step exactly when the edge would arrive: the edge arrives one step later."""
    late = Simulation(MODEL, 6.0, {"feed_flow": 2.5, "distillate_feed_dead_time": 60.0})
    plain = Simulation(MODEL, 6.0, {"feed_flow": 2.5, "distillate_feed_dead_time": 66.0})
    for tick in range(200):
        if tick == 10:
            assert value(late, "distillate_methanol") == pytest.approx(96.25, abs=1e-12)
            late.set("distillate_feed_dead_time", 66.0)
        late.advance()
        plain.advance()
        np.testing.assert_allclose(late.values[5:9], plain.values[5:9], rtol=0, atol=1e-12)
    assert value(late, "distillate_methanol") > 96.3


@pytest.mark.parametrize("seconds", [0.0, 0.3, 600.0])
def test_the_shortest_and_the_longest_dead_time(seconds):
    """The ring is long enough for the longest dead time, and no dead time at all is exact too."""
    inputs = {"feed_flow": 2.5, "distillate_feed_dead_time": seconds}
    simulation = run(1.0, 1200.0, **inputs)
    expected = 96.25 + 3.8 * 0.05 * (1 - np.exp(-(1200 - seconds) / 60 / 14.9))
    assert value(simulation, "distillate_methanol") == pytest.approx(expected, abs=1e-9)


def test_outputs_are_clipped_and_the_states_are_not():
    """The linear model leaves 0..100 %; the analysers don't."""
    simulation = run(10.0, 3600.0, reflux_flow=4.0, steam_flow=0.0)
    assert value(simulation, "distillate_methanol") == 100.0
    assert value(simulation, "distillate_methanol_unclipped") > 110.0


@pytest.mark.parametrize(
    ("gains_", "times"),
    [((0.375, -0.075), (8.29, 23.6)), ((0.436, -0.0945), (11.0, 15.5)), ((0.20, -0.04), (4.44, 2.67))],
    ids=["BLT", "Chen and Seborg", "empirical"],
)
def test_published_tunings_settle(gains_, times):
    """BLT (Luyben 1986), Chen and Seborg (2003) and the original empirical tuning hold a new setpoint."""
    simulation = Simulation(MODEL, 6.0)
    for loop, gain, minutes in zip(MODEL.loops, gains_, times, strict=True):
        simulation.set(f"{loop.controlled}_gain", gain)
        simulation.set(f"{loop.controlled}_integral_time", minutes * 60)
        simulation.set(loop.mode_name, 1)
    simulation.set("distillate_methanol_setpoint", 96.75)
    for _ in range(24000):
        simulation.advance()
    assert value(simulation, "distillate_methanol") == pytest.approx(96.75, abs=0.02)
    assert value(simulation, "bottoms_methanol") == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("start", ["closed-loop", "chen-seborg", "empirical"])
def test_every_closed_start_follows_a_setpoint_and_rejects_the_feed(start):
    simulation = Simulation(MODEL, 6.0, {"distillate_methanol_setpoint": 96.75, "feed_flow": 2.5}, start)
    simulation.advance(24000)
    assert value(simulation, "distillate_methanol") == pytest.approx(96.75, abs=0.02)
    assert value(simulation, "bottoms_methanol") == pytest.approx(0.5, abs=0.05)


def test_ziegler_nichols_is_close_to_instability_with_both_loops_closed():
    """Its oscillation takes more than ten times as long to settle as that of the BLT tuning."""

    def swing(gains: tuple[float, float], minutes: tuple[float, float]) -> float:
        simulation = Simulation(MODEL, 6.0, {"distillate_methanol_setpoint": 96.5}, "closed-loop")
        for loop, gain, time in zip(MODEL.loops, gains, minutes, strict=True):
            simulation.set(f"{loop.controlled}_gain", gain)
            simulation.set(f"{loop.controlled}_integral_time", 60 * time)
        simulation.advance(600)
        trace = []
        for _ in range(600):
            simulation.advance()
            trace.append(value(simulation, "distillate_methanol_unclipped"))
        return max(trace) - min(trace)

    assert swing((0.96, -0.19), (3.25, 9.2)) > 10 * swing((0.375, -0.075), (8.29, 23.6))


def test_the_textbook_dead_times_bring_the_feed_earlier():
    """8 instead of 8.1 min to the distillate, 3 instead of 3.4 min to the bottoms."""
    simulation = Simulation(MODEL, 6.0, {"feed_flow": 2.55}, "textbook-dead-times")
    simulation.advance(round(20 * 60 / 6))
    expected = 96.25 + 3.8 * 0.1 * (1 - np.exp(-12 / 14.9)), 0.5 + 4.9 * 0.1 * (1 - np.exp(-17 / 13.2))
    assert value(simulation, "distillate_methanol") == pytest.approx(expected[0], abs=1e-9)
    assert value(simulation, "bottoms_methanol") == pytest.approx(expected[1], abs=1e-9)
