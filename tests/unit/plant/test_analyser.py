"""Sampled analysers show past values: not younger than their dead time, not older than one more period."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.blocks import analyser

STEPS = st.sampled_from([0.5, 1.0, 0.9125, 3.0])


def run(step: float, period: float, dead_time: float, steps: int) -> list[tuple[float, float]]:
    """Time and reading after each step of an analyser that measures the time itself, and its negative."""
    held = analyser.capacity(period, dead_time)
    x = [0.0, *analyser.memory((0.0, 0.0), held)]
    assert len(x) == 1 + analyser.size(2, held)
    readings = []
    for number in range(steps):
        time = number * step
        analyser.take(x, 1, 2, held, (7.0, time, -time), 1, time, step, period, dead_time)
        reading = analyser.shown(x, 1, 2, held, 0)
        assert analyser.shown(x, 1, 2, held, 1) == -reading
        readings.append(((number + 1) * step, reading))
    return readings


@given(STEPS, st.sampled_from([5.0, 12.0, 60.0]), st.floats(3.0, 100.0))
def test_readings_are_past_values(step, period, dead_time):
    """Where the step does not divide the period, a sample is taken up to a step behind its instant."""
    behind = 0.0 if (period / step).is_integer() else step
    for time, reading in run(step, period, dead_time, 300):
        assert reading <= time - dead_time + behind + 1e-6 or reading == 0.0
        assert reading >= time - dead_time - period - step - 1e-6


@given(STEPS, st.sampled_from([5.0, 12.0, 60.0]), st.floats(0.0, 100.0))
def test_readings_are_held_between_the_samples(step, period, dead_time):
    """Every reading is a sample taken at a multiple of the period, and readings never go back."""
    readings = [reading for _, reading in run(step, period, dead_time, 300)]
    assert readings == sorted(readings)
    for reading in set(readings):
        assert reading % period < step + 1e-6


def test_a_dead_time_of_one_period_shows_the_sample_before():
    """At each instant of sampling the value stored at the instant before appears."""
    readings = dict(run(1.0, 360.0, 360.0, 1500))
    assert [readings[time] for time in (359.0, 719.0, 720.0, 1079.0, 1080.0, 1440.0)] == [0, 0, 360, 360, 720, 1080]


def test_without_dead_time_a_sample_is_shown_one_step_later():
    readings = dict(run(1.0, 10.0, 0.0, 30))
    assert [readings[time] for time in (10.0, 11.0, 20.0, 21.0)] == [0, 10, 10, 20]


def test_a_step_longer_than_the_period_takes_all_samples():
    assert [reading for _, reading in run(30.0, 10.0, 10.0, 4)] == [0, 30, 60, 90]


@pytest.mark.parametrize(("period", "dead_time", "held"), [(10, 0, 2), (10, 9, 2), (10, 10, 3), (10, 25, 4)])
def test_the_ring_holds_all_samples_under_way(period, dead_time, held):
    assert analyser.capacity(period, dead_time) == held


def test_an_analyser_can_be_filled_anew():
    held = analyser.capacity(10.0, 20.0)
    x = list(analyser.memory((1.0, 2.0), held))
    for number in range(55):
        analyser.take(x, 0, 2, held, (5.0, 6.0), 0, float(number), 1.0, 10.0, 20.0)
    assert analyser.shown(x, 0, 2, held, 1) == 6.0
    analyser.fill(x, 0, 2, held, (3.0, 4.0), 0)
    assert tuple(x) == analyser.memory((3.0, 4.0), held)
