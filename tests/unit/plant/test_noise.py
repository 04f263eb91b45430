"""Noise of measurements: normal numbers without memory, one for each step or for each sample of an analyser."""

from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.blocks.noise import normal, uniform
from plant.cycle import draw


@given(st.integers(0, 2**31 - 1), st.integers(0, 10_000), st.integers(0, 2**40))
def test_uniform_numbers_are_inside_and_reproducible(seed, place, count):
    assert 0 < uniform(seed, place, count) < 1
    assert uniform(seed, place, count) == uniform(seed, place, count)


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_normal_numbers_have_mean_zero_and_deviation_one(seed):
    numbers = [normal(seed, place, count) for place in range(5) for count in range(4000)]
    assert fmean(numbers) == pytest.approx(0.0, abs=0.03)
    assert pstdev(numbers) == pytest.approx(1.0, abs=0.03)


def test_neighbours_are_not_related():
    numbers = [normal(1, 3, count) for count in range(20_000)]
    mean = fmean(a * b for a, b in pairwise(numbers))
    assert mean == pytest.approx(0.0, abs=0.03)


def test_an_instrument_draws_in_every_step():
    assert [draw(tick, 1.0, 0.0) for tick in range(5)] == [0, 1, 2, 3, 4]
    assert [draw(tick, 60.0, 30.0) for tick in range(3)] == [0, 1, 2]


@given(st.sampled_from([0.5, 1.0, 3.0, 60.0]), st.sampled_from([360.0, 900.0]))
def test_an_analyser_draws_once_for_each_sample(step, sampling):
    draws = [draw(tick, step, sampling) for tick in range(round(4 * sampling / step))]
    assert sorted(set(draws)) == [0, 1, 2, 3]
    assert all(draws.count(number) == sampling / step for number in range(4))
    assert draws == sorted(draws)
