"""The solvers and blocks against scipy and against analytic solutions."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from plant.equations import Equations, Method, Solver
from plant.errors import SolverFailed
from plant.models import ethylene_oxidation, quadruple_tank
from plant.solvers.explicit import substeps
from plant.solvers.steady_state import steady_state
from tests.numerics import calling
from tests.numerics.moving import moved


def reference(equations, inputs, until):
    def rates(_t, x):
        return calling.rates(equations, x, inputs)

    return solve_ivp(rates, (0, until), equations.start, "DOP853", rtol=1e-11, atol=1e-13).y[:, -1]


@given(st.floats(0.1, 0.7042), st.floats(0.3, 2.4), st.floats(0.9, 1.15), st.sampled_from([0.1, 0.5, 1.0]))
@settings(max_examples=25, deadline=None)
def test_ethylene_agrees_with_dop853(flow, feed, coolant, step):
    equations, inputs = ethylene_oxidation.EQUATIONS, [flow, feed, coolant]
    assert moved(equations, inputs, step, 5.0) == pytest.approx(reference(equations, inputs, 5.0), abs=1e-6)


@given(
    st.floats(1.0, 3.5),
    st.floats(1.0, 3.5),
    st.floats(0.3, 0.8),
    st.floats(0.3, 0.8),
    st.sampled_from([0.5, 1.0, 10.0]),
)
@settings(max_examples=25, deadline=None)
def test_tanks_agree_with_dop853(first, second, split1, split2, step):
    equations, inputs = quadruple_tank.EQUATIONS, [first, second, split1, split2, 3.33, 3.35]
    expected = reference(equations, inputs, 100.0)
    assume(expected.max() < 19.9)
    assert moved(equations, inputs, step, 100.0) == pytest.approx(expected, abs=1e-6)


def oscillator(x, u, dx):
    """Van der Pol's oscillator, stiff for a large u[0]."""
    dx[0] = x[1]
    dx[1] = u[0] * (1 - x[0] * x[0]) * x[1] - x[0]


def shown(x, u, y):
    y[0] = x[0]


def van_der_pol(solver: Solver) -> Equations:
    return Equations(("x", "v"), oscillator, shown, (2.0, 0.0), solver, steady=False)


@pytest.mark.parametrize(("method", "order"), [(Method.EULER, 1), (Method.RUNGE_KUTTA, 4)])
def test_order_of_the_fixed_methods(method, order):
    """Half the sub-step leaves 1/2^order of the error."""
    exact = reference(van_der_pol(Solver(method, 1.0)), [1.0], 2.0)
    errors = [np.abs(moved(van_der_pol(Solver(method, h)), [1.0], 2.0, 2.0) - exact).max() for h in (0.02, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(2**order, rel=0.15)


@pytest.mark.parametrize("method", [Method.DORMAND_PRINCE, Method.ROSENBROCK])
@pytest.mark.parametrize("stiffness", [2.0, 100.0])
def test_adaptive_methods_keep_their_tolerance(method, stiffness):
    """The error follows the tolerance over six decades, stiff or not."""
    exact = solve_ivp(
        lambda _t, x: calling.rates(van_der_pol(Solver(method, 1.0)), x, [stiffness]),
        (0, 20), (2.0, 0.0), "Radau", rtol=1e-12, atol=1e-13,
    ).y[:, -1]  # fmt: skip
    for tolerance in (1e-4, 1e-6, 1e-8, 1e-10):
        solver = Solver(method, 1e9, relative=tolerance, absolute=tolerance)
        assert np.abs(moved(van_der_pol(solver), [stiffness], 2.0, 20.0) - exact).max() < 100 * tolerance


def runaway(x, u, dx):
    dx[0] = x[0] * x[0]
    dx[1] = u[0]


@pytest.mark.parametrize("method", [Method.DORMAND_PRINCE, Method.ROSENBROCK])
def test_a_runaway_is_said(method):
    """x' = x² from 1 is infinite at t = 1: no sub-step is small enough."""
    equations = Equations(("x", "y"), runaway, shown, (1.0, 0.0), Solver(method, 1.0), steady=False)
    with pytest.raises(SolverFailed):
        moved(equations, [0.0], 2.0, 2.0)


@given(st.floats(0.05, 60), st.floats(0.01, 5))
def test_substeps_are_no_longer_than_allowed(step, longest):
    count = substeps(step, longest)
    assert step / count <= longest * (1 + 1e-9)
    assert count == 1 or step / (count - 1) > longest * (1 - 1e-9)


def test_no_steady_state_is_said():
    with pytest.raises(SolverFailed, match="no steady state"):
        steady_state(lambda x: x**2 + 1, np.array([0.3]))


def test_a_steady_state_of_an_integrating_plant_is_the_nearest():
    """Two tanks in a ring: any split of the stored amount is steady once the levels are equal."""
    found = steady_state(lambda x: np.array([x[1] - x[0], x[0] - x[1]]), np.array([1.0, 3.0]))
    assert found == pytest.approx([found[1], found[0]])
    assert 1.0 < found[0] < 3.0
