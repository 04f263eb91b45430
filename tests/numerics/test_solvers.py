"""The solvers and blocks against scipy and against analytic solutions."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from plant.equations import Equations, Method, Solver
from plant.errors import SolverFailed
from plant.models import column_a, cryst_batch, drum_boiler, ethylene_oxidation, quadruple_tank
from plant.solvers import rosenbrock
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


@pytest.mark.parametrize(("method", "order"), [(Method.DORMAND_PRINCE, 5), (Method.ROSENBROCK, 4)])
def test_order_of_the_adaptive_methods(method, order):
    """With tolerances that never refuse, half the step leaves no more than 1/2^order of the error."""
    loose = van_der_pol(Solver(method, 1e9, relative=1e3, absolute=1e3))
    exact = reference(loose, [1.0], 3.0)
    errors = [np.abs(moved(loose, [1.0], h, 3.0) - exact).max() for h in (0.1, 0.05)]
    assert 0.9 * 2**order < errors[0] / errors[1] < 4 * 2**order


CHAIN = 30


def chain(x, u, dx):
    """A stiff chain in which each state pulls at its neighbours: a Jacobian of three diagonals."""
    for i in range(30):
        left = x[i - 1] if i > 0 else u[0]
        right = x[i + 1] if i < 29 else 0.0
        dx[i] = 50.0 * (left - 2 * x[i] + right) - 0.3 * x[i] * x[i] * right


def lower_chain(x, u, dx):
    """A chain in which only what is two places before pulls: more diagonals below than above."""
    for i in range(30):
        pull = x[i - 2] if i > 1 else u[0]
        after = x[i + 1] if i < 29 else 0.0
        dx[i] = 40.0 * (pull - x[i]) * (1 + 0.1 * after)


@pytest.mark.parametrize(("rates", "band"), [(chain, (1, 1)), (lower_chain, (2, 1)), (lower_chain, (5, 3))])
def test_a_banded_jacobian_gives_what_a_full_one_gives(rates, band):
    """Stored by its band or wholly: the same values, those of Radau."""
    ways = []
    for each in (band, None):
        solver = Solver(Method.ROSENBROCK, 1e9, relative=1e-9, absolute=1e-9, band=each)
        names = tuple(f"x{i}" for i in range(CHAIN))
        ways.append(Equations(names, rates, shown, (0.5,) * CHAIN, solver, steady=False))
    banded, full = (moved(equations, [1.0], 0.5, 2.0) for equations in ways)
    assert banded == pytest.approx(full, rel=1e-11)
    exact = solve_ivp(
        lambda _t, x: calling.rates(ways[0], x, [1.0]), (0, 2), (0.5,) * CHAIN, "Radau", rtol=1e-11, atol=1e-12
    ).y[:, -1]  # fmt: skip
    assert banded == pytest.approx(exact, abs=1e-8)


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(0, 4), st.integers(0, 4))
def test_banded_equations_are_solved(seed, n, lower, upper):
    """(d I - J) x = b with exchanges of rows inside any band, as numpy solves it."""
    random = np.random.default_rng(seed)
    lower, upper = min(lower, n - 1), min(upper, n - 1)
    j = np.triu(np.tril(random.normal(size=(n, n)), upper), -lower)
    diagonal, b = float(random.normal()), random.normal(size=n)
    assume(np.linalg.cond(diagonal * np.eye(n) - j) < 1e8)
    down, shift = rosenbrock.step_down(n, lower, upper), rosenbrock.offset(n, lower, upper)
    matrix, pivots, x = np.zeros(n * rosenbrock.row(n, lower, upper)), np.zeros(n), b.copy()
    for row, column in np.argwhere(j):
        matrix[row * down + column + shift] = j[row, column]
    assert rosenbrock.factorise(matrix, pivots, n, lower, upper, diagonal)
    rosenbrock.solve(matrix, pivots, x, n, lower, upper)
    assert x == pytest.approx(np.linalg.solve(diagonal * np.eye(n) - j, b), rel=1e-6, abs=1e-6)


UNLIKE = {
    "column-a": (column_a, {0: 2.8, 1: 3.3, 4: 1.1}, 10.0, 1.0),
    "drum-boiler": (drum_boiler, {1: 55.0, 2: 95.0}, 60.0, 5.0),
    "cryst-batch": (cryst_batch, {0: 33.0, 1: 0.0}, 20.0, 1.0),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_unlike_states_agree_with_radau(name):
    """Models with states of very different speed or size, against Radau with a relative tolerance of 1e-10."""
    module, changes, until, step = UNLIKE[name]
    equations, inputs = module.EQUATIONS, [*module.NOMINAL_INPUTS, 0.0, 0.0]
    for place, number in changes.items():
        inputs[place] = number
    size = np.maximum(np.abs(equations.start), 1e-3)

    def rates(_t, z):
        return np.array(calling.rates(equations, z * size, inputs)) / size

    exact = solve_ivp(rates, (0, until), equations.start / size, "Radau", rtol=1e-10, atol=1e-12).y[:, -1]
    assert moved(equations, inputs, step, until) / size == pytest.approx(exact, rel=1e-7, abs=1e-8)


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
