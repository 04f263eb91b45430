"""Disturbance walks: smooth, inside their bounds, reproducible."""

from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.blocks import walk

SEEDS = st.integers(0, 2**31 - 1)
STEP = 1 / 3600


def smooth(seed: int, number: int, spread: float, hours: float = 20.0, step: float = 0.01) -> list[float]:
    x = [9.0, *walk.memory(45.0, 0.1)]
    course = []
    for k in range(round(hours / step)):
        walk.smooth(x, 1, k * step, seed, number, 0.5, 0.25, 45.0, spread)
        course.append(walk.value(x, 1, k * step))
    return course


def spikes(seed: int, height: float, hours: float = 30.0) -> list[float]:
    x = list(walk.memory(0.0, 0.1))
    course = []
    for k in range(round(hours * 100)):
        walk.spikes(x, 0, k * 0.01, seed, 10, 2.0, 1.5, height)
        course.append(walk.value(x, 0, k * 0.01))
    return course


@given(SEEDS, st.integers(0, 30))
def test_a_smooth_walk_stays_inside_its_levels(seed, number):
    """Pieces from level to level with slope zero at both ends never overshoot."""
    course = smooth(seed, number, 10.0)
    assert 35.0 - 1e-9 <= min(course) <= max(course) <= 55.0 + 1e-9
    assert set(course[:10]) == {45.0}


@given(SEEDS)
def test_a_smooth_walk_has_no_jumps(seed):
    """A cubic between two levels is nowhere steeper than 1.5 times its mean slope: 1.5 * 20 / 0.25 per hour."""
    course = smooth(seed, 3, 10.0)
    steepest = max(abs(after - before) for before, after in pairwise(course))
    assert steepest <= 1.5 * 20 / 0.25 * 0.01 + 1e-9


def test_a_walk_without_spread_stands_still():
    assert smooth(1, 3, 0.0) == pytest.approx([45.0] * 2000, abs=1e-12)


def test_equal_seeds_walk_alike_and_others_do_not():
    assert smooth(7, 3, 10.0) == smooth(7, 3, 10.0)
    assert smooth(7, 3, 10.0) != smooth(8, 3, 10.0)
    assert smooth(7, 3, 10.0) != smooth(7, 4, 10.0)


def test_a_walk_does_not_depend_on_the_step():
    """Pieces begin at their own times, not at those of the steps."""
    fine, coarse = smooth(5, 1, 10.0, step=0.01), smooth(5, 1, 10.0, step=0.05)
    assert fine[::5] == pytest.approx(coarse, abs=1e-9)


def test_a_long_step_passes_several_pieces():
    x = list(walk.memory(0.0, 0.1))
    walk.smooth(x, 0, 100.0, 1, 1, 0.5, 0.25, 0.0, 1.0)
    assert x[5] > 100.0
    assert x[6] > 100


@given(SEEDS)
def test_spikes_rise_to_their_height_and_fall_back(seed):
    course = spikes(seed, 1.0)
    assert min(course) >= -1e-9
    assert 0.9 < max(course) <= 1.1
    low = sum(value < 1e-9 for value in course[: round(0.1 * 100)])
    assert low == 10


def test_no_spikes_without_height():
    assert set(spikes(1, 0.0)) == {0.0}


@given(SEEDS, st.floats(0.01, 50), st.floats(-10, 10), st.floats(0.1, 20))
def test_a_bounded_walk_stays_inside_its_bounds(seed, deviation, low, span):
    present = low
    for count in range(200):
        present = walk.bounded(present, deviation, low, low + span, seed, 1, count)
        assert low <= present <= low + span


def test_a_bounded_walk_fills_its_bounds_evenly():
    course, present = [], 0.0
    for count in range(20_000):
        present = walk.bounded(present, 0.5, -1.0, 1.0, 1, 1, count)
        course.append(present)
    assert fmean(course) == pytest.approx(0.0, abs=0.05)
    assert pstdev(course) == pytest.approx(3**-0.5, abs=0.03)


def test_a_bounded_walk_without_room_stands_still():
    assert walk.bounded(3.0, 1.0, 3.0, 3.0, 1, 1, 1) == 3.0
