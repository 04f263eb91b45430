"""Transfer functions and state spaces of every kind against scipy.signal and analytic solutions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import Channel, Rational, TransferFunction
from tests.numerics.linear import both, outputs

PARTS = 8
"""Dead times are multiples of an eighth of the step, so that scipy's grid can hold them."""


def alone(numerator, denominator, dead_time=0.0) -> TransferFunction:
    return TransferFunction((Rational(0, 0, tuple(numerator), tuple(denominator), dead_time),), (0.0,), ((0, 0.0),))


def by_scipy(system: signal.StateSpace, inputs, step, eighths) -> np.ndarray:
    """Held inputs, each delayed by so many eighths of a step, moved by scipy on the fine grid."""
    fine = np.repeat(inputs, PARTS, axis=0)
    count = len(fine)
    for column, behind in enumerate(eighths):
        fine[:, column] = np.concatenate([np.zeros(behind), fine[: count - behind, column]])
    u = np.vstack([fine, fine[-1:]])
    _, _, x = signal.lsim(system, u, np.arange(count + 1) * step / PARTS, interp=False)
    held = u[np.arange(PARTS - 1, count, PARTS)]
    states = np.atleast_2d(x.T).T if x.ndim == 1 else x
    return states[PARTS::PARTS] @ system.C.T + held @ system.D.T


poles = st.one_of(
    st.floats(-3.0, 0.3).map(lambda p: [p]),
    st.tuples(st.floats(-1.0, 0.1), st.floats(0.1, 3.0)).map(lambda p: [complex(*p), complex(p[0], -p[1])]),
    st.just([0.0]),
)
factors = st.lists(poles, max_size=3).map(lambda parts: np.atleast_1d(np.poly([p for part in parts for p in part])))


@st.composite
def rationals(draw):
    denominator = draw(factors) * draw(st.floats(0.2, 5.0))
    size = draw(st.integers(1, len(denominator)))
    return [n / 4 for n in draw(st.lists(st.integers(-12, 12), min_size=size, max_size=size))], denominator.tolist()


@given(rationals(), st.integers(0, 40), st.sampled_from([0.05, 0.3, 1.0]), st.integers(0, 2**32))
@settings(max_examples=120, deadline=None)
def test_any_proper_transfer_function_agrees_with_scipy(rational, behind, step, seed):
    numerator, denominator = rational
    inputs = np.random.default_rng(seed).uniform(-1, 1, (30, 1))
    ours = both(alone(numerator, denominator, behind * step / PARTS), step, inputs, [0.0])
    if not any(numerator):
        assert not ours.any()
        return
    a, b, c, d = signal.tf2ss(np.trim_zeros(numerator, "f"), denominator)
    theirs = by_scipy(signal.StateSpace(a, b, c, d), inputs, step, [behind])
    assert ours == pytest.approx(theirs, abs=1e-9 * max(1.0, np.abs(theirs).max()))


@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3), st.data())
@settings(max_examples=60, deadline=None)
def test_any_state_space_agrees_with_scipy(states, inputs_count, outputs_count, data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    a = rng.uniform(-1, 1, (states, states)) - 0.5 * np.eye(states)
    b, c, d = (
        rng.uniform(-1, 1, s) for s in ((states, inputs_count), (outputs_count, states), (outputs_count, inputs_count))
    )
    behind = data.draw(st.lists(st.integers(0, 30), min_size=inputs_count, max_size=inputs_count))
    step = data.draw(st.sampled_from([0.1, 0.5, 2.0]))
    inputs = rng.uniform(-1, 1, (25, inputs_count))
    system = StateSpace(a, b, c, d, dead_times=tuple(n * step / PARTS for n in behind))
    ours = both(system, step, inputs, [0.0] * inputs_count, outputs_count)
    assert ours == pytest.approx(by_scipy(signal.StateSpace(a, b, c, d), inputs, step, behind), abs=1e-8, rel=1e-8)


@given(st.integers(1, 4), st.integers(1, 3), st.sampled_from([1, 2, 5]), st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_a_discrete_system_agrees_with_scipy_whatever_the_step(states, inputs_count, parts, seed):
    """`parts` simulation steps in each sample interval: the states move at the samples only."""
    rng = np.random.default_rng(seed)
    a = rng.uniform(-0.6, 0.6, (states, states))
    b, c = rng.uniform(-1, 1, (states, inputs_count)), rng.uniform(-1, 1, (2, states))
    d, samples = rng.uniform(-1, 1, (2, inputs_count)), rng.uniform(-1, 1, (20, inputs_count))
    behind = rng.integers(0, 4, inputs_count)
    system = StateSpace(a, b, c, d, dead_times=tuple(3.0 * behind), sample_time=3.0)
    ours = both(system, 3.0 / parts, np.repeat(samples, parts, axis=0), [0.0] * inputs_count, 2)
    delayed = np.column_stack(
        [np.concatenate([np.zeros(n), u])[: len(u)] for n, u in zip(behind, samples.T, strict=True)]
    )
    _, _, x = signal.dlsim((a, b, c, d, 3.0), np.vstack([delayed, delayed[-1:]]))
    expected = x[1:] @ c.T + delayed @ d.T
    assert ours[parts - 1 :: parts] == pytest.approx(expected, abs=1e-10)


def test_a_discrete_system_with_steps_longer_than_its_samples():
    system = StateSpace([[0.5]], [[1.0]], [[1.0]], [[0.0]], sample_time=1.0)
    shown = both(system, 2.5, np.ones((4, 1)), [0.0])
    assert shown[:, 0] == pytest.approx([2 - 0.5 ** (n - 1) for n in (2, 5, 7, 10)], abs=1e-12)


@pytest.mark.parametrize("step", [0.01, 0.3, 2.0, 50.0])
def test_an_oscillator_is_exact_for_any_step(step):
    """x'' + x = u from rest with u = 1: x = 1 - cos t, x' = sin t."""
    system = StateSpace([[0.0, 1.0], [-1.0, 0.0]], [[0.0], [1.0]], np.eye(2), np.zeros((2, 1)))
    times = step * np.arange(1, 101)
    expected = np.column_stack([1 - np.cos(times), np.sin(times)])
    assert both(system, step, np.ones((100, 1)), [0.0], 2) == pytest.approx(expected, abs=1e-10)


ANSWERS = {
    "integrator": ((2.0,), (1.0, 0.0), lambda t: 2 * t),
    "double integrator": ((1.0,), (1.0, 0.0, 0.0), lambda t: t * t / 2),
    "unstable": ((1.0,), (5.0, -1.0), lambda t: math.exp(t / 5) - 1),
    "inverse response": ((-2.0, 1.0), (6.0, 5.0, 1.0), lambda t: 1 + 4 * math.exp(-t / 2) - 5 * math.exp(-t / 3)),
    "lead and lag": ((4.0, 1.0), (2.0, 1.0), lambda t: 1 + math.exp(-t / 2)),
    "pure gain": ((3.0,), (2.0,), lambda t: 1.5),
    "leading zeros": ((0.0, 0.0, 3.0), (0.0, 2.0), lambda t: 1.5),
    "two equal lags": ((1.0,), (9.0, 6.0, 1.0), lambda t: 1 - (1 + t / 3) * math.exp(-t / 3)),
    "slow and fast": ((1.0,), (1e4, 10001.0, 1.0), lambda t: 1 - (1e4 * math.exp(-t / 1e4) - math.exp(-t)) / 9999),
}


@pytest.mark.parametrize("dead_time", [0.0, 0.3, 1.0, 2.7, 14.0])
@pytest.mark.parametrize("name", ANSWERS)
def test_step_responses(name, dead_time):
    numerator, denominator, answer = ANSWERS[name]
    shown = both(alone(numerator, denominator, dead_time), 0.5, np.ones((60, 1)), [0.0])[:, 0]
    times = 0.5 * np.arange(1, 61) - dead_time
    expected = [answer(t) if t > 1e-9 else 0.0 for t in times]
    moved = np.abs(times) > 1e-9
    assert shown[moved] == pytest.approx(np.array(expected)[moved], abs=1e-10, rel=1e-10)


def test_channels_with_the_same_target_add_up_around_the_operating_point():
    system = TransferFunction(
        (Channel(0, 0, 2.0, 3.0, 1.0), Rational(0, 1, (1.0,), (1.0,)), Rational(1, 1, (4.0, 0.0), (2.0, 1.0))),
        (10.0, 20.0), ((0, 100.0), (1, 200.0), (0, 0.0)),
    )  # fmt: skip
    shown = both(system, 4.0, np.array([[11.0, 22.0]]), [10.0, 20.0], 3)[0]
    first = 2 * (1 - math.exp(-1)) + 2
    assert shown == pytest.approx([100 + first, 200 + 4 * math.exp(-2), first], abs=1e-12)


@pytest.mark.parametrize("held", [-2.0, 0.0, 3.0])
def test_what_begins_steady_stays_there(held):
    """Also an unstable plant; an integrator begins at its nominal value, where it stays if its input is nominal."""
    for numerator, denominator, gain in (((2.0, 3.0), (4.0, 5.0, 1.0), 3.0), ((1.0,), (5.0, -1.0), -1.0)):
        shown = outputs(alone(numerator, denominator, 2.2), 0.7, np.full((20, 1), held), [held])
        assert shown == pytest.approx(np.full((20, 1), gain * held), abs=1e-9)
    shown = outputs(alone((1.0,), (1.0, 0.0), 2.2), 0.7, np.full((20, 1), held), [held])[:, 0]
    assert shown == pytest.approx(held * 0.7 * np.arange(1, 21), abs=1e-9)


@given(st.lists(st.floats(0.0, 9.0), min_size=1, max_size=8), st.floats(0.2, 3.0))
@settings(max_examples=40, deadline=None)
def test_a_dead_time_that_is_an_input_is_the_constant_one_once_it_rests(dead_times, step):
    given_one = TransferFunction((Channel(0, 0, 2.0, 3.0, 0.0, longest=9.0, dead_time_input=1),), (0.0,), ((0, 0.0),))
    for dead_time in dead_times:
        inputs = np.random.default_rng(3).uniform(-1, 1, (40, 1))
        with_input = np.column_stack([inputs, np.full(40, dead_time)])
        ours = both(given_one, step, with_input, [0.0, dead_time])
        constant = outputs(
            TransferFunction((Channel(0, 0, 2.0, 3.0, dead_time),), (0.0,), ((0, 0.0),)), step, inputs, [0.0]
        )
        assert ours == pytest.approx(constant, abs=1e-12)


@pytest.mark.parametrize("wrong", [-5.0, 1e9, math.inf, math.nan])
def test_a_dead_time_outside_its_limits_reads_nothing_outside_the_ring(wrong):
    system = TransferFunction((Channel(0, 0, 2.0, 3.0, 0.0, longest=9.0, dead_time_input=1),), (0.0,), ((0, 0.0),))
    held = outputs(system, 0.5, np.array([[1.0, wrong]] * 40), [0.0, 0.0])
    kept = outputs(system, 0.5, np.array([[1.0, 0.0 if wrong < 0 else 9.0]] * 40), [0.0, 0.0])
    assert held.tobytes() == kept.tobytes()
