"""Linear blocks: what they refuse, in words that name the matrix or the channel."""

import math

import numpy as np
import pytest

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import Channel, Rational, TransferFunction
from plant.errors import InvalidRequest, InvalidValue, OutOfRange

A, B, C, D = np.zeros((2, 2)), np.ones((2, 1)), np.ones((3, 2)), np.zeros((3, 1))


@pytest.mark.parametrize(
    ("matrices", "words"),
    [
        ((np.zeros((2, 3)), B, C, D), r"matrix a must be of shape \(2, 2\), not \(2, 3\)"),
        ((A, np.ones((3, 1)), C, D), r"matrix b must be of shape \(2, 1\), not \(3, 1\)"),
        ((A, B, np.ones((3, 1)), D), r"matrix c must be of shape \(3, 2\), not \(3, 1\)"),
        ((A, B, C, np.zeros((3, 2))), r"matrix d must be of shape \(3, 1\), not \(3, 2\)"),
        ((A, np.ones(2), C, D), r"matrix b must have two dimensions, not the shape \(2,\)"),
        ((A, B, C, np.array(1.0)), r"matrix d must have two dimensions, not the shape \(\)"),
        ((A * math.nan, B, C, D), "matrix a holds a number that is not finite"),
        ((A, B * math.inf, C, D), "matrix b holds a number that is not finite"),
        (([[1.0], [1.0, 2.0]], B, C, D), "matrix a must be rows of numbers"),
    ],
)
def test_matrices_that_do_not_fit_are_named(matrices, words):
    with pytest.raises(InvalidValue, match=words):
        StateSpace(*matrices)


def test_all_matrices_that_do_not_fit_are_named_at_once():
    with pytest.raises(InvalidRequest) as caught:
        StateSpace(np.zeros((2, 3)), B, C, np.zeros((1, 1)))
    assert [sentence.split(" must")[0] for sentence in caught.value.problems] == ["matrix a", "matrix d"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"dead_times": (-1.0,)}, "negative"),
        ({"dead_times": (math.nan,)}, "finite"),
        ({"dead_times": (1.0, 2.0)}, "one for each input"),
        ({"nominal_inputs": (1.0, 2.0)}, "one for each input"),
        ({"nominal_outputs": (1.0,)}, "one for each output"),
        ({"sample_time": 0.0}, "sample time must be positive"),
        ({"sample_time": 2.0, "dead_times": (3.0,)}, "no whole multiple"),
    ],
)
def test_wrong_settings_of_a_state_space(given, words):
    with pytest.raises(InvalidValue, match=words):
        StateSpace(A, B, C, D, **given)


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (
            Rational(0, 0, (1.0, 0.0, 0.0), (1.0, 1.0)),
            "improper: the numerator is of order 2, the denominator of order 1",
        ),
        (Rational(0, 0, (1.0,), (0.0, 0.0)), "denominator is zero"),
        (Rational(0, 0, (1.0,), (1.0,), -0.1), "the dead time -0.1 is negative"),
        (Rational(0, 0, (math.nan,), (1.0,)), "finite"),
        (Rational(0, 0, (1.0,), (1.0, math.inf)), "finite"),
        (Channel(0, 0, 1.0, 2.0, math.inf), "finite"),
        (Channel(0, 3, 1.0, 2.0, 0.0), "there is no input number 3"),
        (Channel(0, 0, 1.0, 0.0, 0.0, 5.0, 1), "needs a lag"),
        (Channel(0, 0, 0.0, 1.0, 0.0, spread=0.5, spread_input=1), "gain of zero"),
    ],
)
def test_channels_that_cannot_be_simulated(channel, words):
    with pytest.raises(InvalidValue, match=words):
        TransferFunction((channel,), (0.0,), ((0, 0.0),))


def test_a_channel_that_cannot_be_simulated_is_numbered():
    with pytest.raises(InvalidRequest, match=r"channel 1: .*; channel 2: "):
        TransferFunction(
            (Rational(0, 0, (1.0,), (1.0,)), Rational(0, 0, (1.0,), ()), Rational(0, 0, (1.0,), (1.0,), -1.0)),
            (0.0,), ((0, 0.0),),
        )  # fmt: skip


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize(
    "system", [StateSpace(A, B, C, D), TransferFunction((), (0.0,), ((0, 0.0),))], ids=["state space", "channels"]
)
def test_the_step_must_be_positive(system, step):
    with pytest.raises(InvalidValue, match="step"):
        system.build(step)


def test_a_dead_time_of_too_many_steps():
    with pytest.raises(OutOfRange, match="longer sample time"):
        TransferFunction((Rational(0, 0, (1.0,), (1.0,), 1e9),), (0.0,), ((0, 0.0),)).build(0.05)
