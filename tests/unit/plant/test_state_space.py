"""State space: what it refuses, and an oscillator against the analytic solution."""

import math

import numpy as np
import pytest

from plant.blocks.state_space import StateSpace

A, B, C, D = np.zeros((2, 2)), np.ones((2, 1)), np.ones((3, 2)), np.zeros((3, 1))


@pytest.mark.parametrize(
    "make", [StateSpace, lambda *m: StateSpace.continuous(*m, 1.0)], ids=["discrete", "continuous"]
)
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
    ],
)
def test_matrices_that_do_not_fit_are_named(make, matrices, words):
    with pytest.raises(ValueError, match=words):
        make(*matrices)


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan, math.inf])
def test_the_step_must_be_positive(step):
    with pytest.raises(ValueError, match="step"):
        StateSpace.continuous(A, B, C, D, step)


@pytest.mark.parametrize("step", [0.01, 0.3, 2.0, 50.0])
def test_an_oscillator_is_exact_for_any_step(step):
    """x'' + x = u from rest with u = 1: x = 1 - cos t, x' = sin t."""
    a, b = np.array([[0.0, 1.0], [-1.0, 0.0]]), np.array([[0.0], [1.0]])
    system = StateSpace.continuous(a, b, np.eye(2), np.zeros((2, 1)), step)
    x, one = np.zeros(2), np.ones(1)
    for number in range(1, 101):
        system.advance(x, one)
        time = number * step
        assert system.outputs(x, one) == pytest.approx([1 - math.cos(time), math.sin(time)], abs=1e-10)
