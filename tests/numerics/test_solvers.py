"""The solvers and blocks against scipy and against analytic solutions."""

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from plant.blocks.dead_time import DelayLine, capacity, fill, past, push, split
from plant.blocks.state_space import StateSpace
from plant.errors import SolverFailed
from plant.models import ethylene_oxidation, quadruple_tank
from plant.solvers.fixed import rk4, substeps
from plant.solvers.steady_state import steady_state

TANKS = partial(quadruple_tank.rates, quadruple_tank.MINIMUM_PHASE)


def reference(rates, start, inputs, until):
    return solve_ivp(lambda _t, x: rates(x, inputs), (0, until), start, "DOP853", rtol=1e-11, atol=1e-13).y[:, -1]


@given(st.floats(0.1, 0.7042), st.floats(0.3, 2.4), st.floats(0.9, 1.15), st.sampled_from([1.0, 5.0, 10.0]))
@settings(max_examples=25, deadline=None)
def test_ethylene_agrees_with_dop853(flow, feed, coolant, step):
    dynamics = ethylene_oxidation.MODEL.build(step)
    inputs, state = np.array([flow, feed, coolant]), np.array(ethylene_oxidation.NOMINAL_STATE)
    for _ in range(round(50 / step)):
        dynamics.advance(state, inputs)
    expected = reference(ethylene_oxidation.rates, ethylene_oxidation.NOMINAL_STATE, inputs.tolist(), 5.0)
    assert state == pytest.approx(expected, abs=1e-6)


@given(
    st.floats(1.0, 3.5),
    st.floats(1.0, 3.5),
    st.floats(0.3, 0.8),
    st.floats(0.3, 0.8),
    st.sampled_from([0.5, 1.0, 10.0]),
)
@settings(max_examples=25, deadline=None)
def test_tanks_agree_with_dop853(first, second, split1, split2, step):
    dynamics, inputs = quadruple_tank.MODEL.build(step), [first, second, split1, split2]
    start = quadruple_tank.equilibrium(quadruple_tank.MINIMUM_PHASE, quadruple_tank.NOMINAL_INPUTS)
    expected = reference(TANKS, start, inputs, 100.0)
    assume(expected.max() < 19.9)
    state = np.array(start)
    for _ in range(round(100 / step)):
        dynamics.advance(state, np.array(inputs))
    assert state == pytest.approx(expected, abs=1e-6)


def test_rk4_is_of_fourth_order():
    """Half the step leaves a sixteenth of the error, on dx/dt = -x."""
    errors = []
    for count in (10, 20):
        x = [1.0]
        for _ in range(count):
            x = rk4(lambda state, _inputs: [-state[0]], x, (), 1 / count)
        errors.append(abs(x[0] - np.exp(-1)))
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.1)


@given(st.floats(0.05, 60), st.floats(0.01, 5))
def test_substeps_are_no_longer_than_allowed(step, longest):
    count = substeps(step, longest)
    assert step / count <= longest * (1 + 1e-9)
    assert count == 1 or step / (count - 1) > longest * (1 - 1e-9)


def test_no_steady_state_is_said():
    with pytest.raises(SolverFailed, match="no steady state"):
        steady_state(lambda x, _inputs: [x[0] ** 2 + 1], [0.3], ())


@given(st.floats(0, 50), st.floats(0.05, 20), st.integers(1, 60))
def test_a_delay_line_answers_the_input_of_the_past(dead_time, step, pushes):
    """At any moment of a step the delayed input is the one that was held `dead_time` ago."""
    line = DelayLine(2, capacity(50.0, step))
    state = np.zeros(2 + line.size)
    fill(line, state, -1.0)
    for number in range(pushes):
        push(line, state, float(number))
    steps, rest = split(dead_time, step)
    before, after = past(line, state, steps)
    for part, answer in ((0.5 * rest, before), (0.5 * (rest + step), after)):
        moment = (pushes - 1) * step + part - dead_time
        held = moment / step
        if min(held % 1, 1 - held % 1) > 1e-6:
            assert answer == max(-1.0, np.floor(held))
    assert state[:2].tolist() == [0, 0]


def double_integrator(step: float) -> StateSpace:
    a, b = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[0.0], [1.0]])
    return StateSpace.continuous(a, b, np.eye(2), np.zeros((2, 1)), step)


def test_state_space_of_a_double_integrator():
    """Exact also where A is singular: position t²/2, velocity t."""
    system, x, one = double_integrator(0.3), np.zeros(2), np.ones(1)
    for _ in range(20):
        system.advance(x, one)
    assert system.outputs(x, one) == pytest.approx([18.0, 6.0], abs=1e-12)


@given(st.integers(0, 10_000), st.integers(2, 6))
@settings(max_examples=30)
def test_state_space_has_the_same_values_with_any_step(seed, times):
    random = np.random.default_rng(seed)
    a, b = random.normal(size=(3, 3)) - 3 * np.eye(3), random.normal(size=(3, 2))
    c, d, u = random.normal(size=(2, 3)), random.normal(size=(2, 2)), random.normal(size=2)
    outputs = []
    for step, count in ((0.1, 10 * times), (0.1 * times, 10)):
        system, x = StateSpace.continuous(a, b, c, d, step), np.zeros(3)
        for _ in range(count):
            system.advance(x, u)
        outputs.append(system.outputs(x, u))
    assert outputs[0] == pytest.approx(outputs[1], abs=1e-9)


def test_state_space_agrees_with_dop853():
    a, b = np.array([[-0.5, 2.0], [-2.0, -0.5]]), np.array([[1.0], [0.5]])
    system = StateSpace.continuous(a, b, np.eye(2), np.zeros((2, 1)), 0.7)
    x, u = np.array([1.0, -1.0]), np.array([0.3])
    expected = reference(lambda state, _inputs: a @ np.array(state) + b @ u, x.copy(), (), 7.0)
    for _ in range(10):
        system.advance(x, u)
    assert x == pytest.approx(expected, abs=1e-9)


def test_discrete_state_space():
    """y(k) = 0.5 y(k-1) + u(k-1): 0, 1, 1.5, 1.75."""
    system = StateSpace(np.array([[0.5]]), np.array([[1.0]]), np.array([[1.0]]), np.array([[0.0]]))
    x, seen = np.zeros(1), []
    for _ in range(4):
        seen.append(float(system.outputs(x, np.ones(1))[0]))
        system.advance(x, np.ones(1))
    assert seen == [0, 1, 1.5, 1.75]
    assert system.size == 1
