"""The ethylene oxidation reactor against published and independently computed figures."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.ethylene_oxidation import EQUATIONS, MODEL, NOMINAL_INPUTS, TIME_UNIT
from plant.simulation import Simulation
from plant.solvers.linearize import linearize
from tests.numerics import calling

NOMINAL_STATE = EQUATIONS.start

NAMES = ("gas_density", "ethylene", "ethylene_oxide", "reactor_temperature")


def state(simulation: Simulation) -> list[float]:
    return [float(simulation.values[MODEL.index(name)]) for name in NAMES]


def rates(x, u):
    return calling.rates(EQUATIONS, x, u)


def derived(x, u):
    return calling.outputs(EQUATIONS, x, u, 8)[4:]


def settled(inputs: tuple[float, float, float]) -> list[float]:
    """The steady state that is reached from the nominal one, by an independent solver."""
    answer = solve_ivp(lambda _t, x: rates(x, inputs), (0, 2000), NOMINAL_STATE, "LSODA", rtol=1e-9, atol=1e-11)
    return answer.y[:, -1].tolist()


def test_nominal_steady_state():
    """x = (0.998, 0.424, 0.032, 1.002) in the papers of the Christofides group; eight digits computed."""
    memory = np.array([1.0, 0.4, 0.03, 1.0, 0.0])
    found = EQUATIONS.settled(memory, np.array(NOMINAL_INPUTS))
    assert found == pytest.approx([0.99803785, 0.42352724, 0.03199196, 1.00196601], abs=1e-8)


def test_nominal_yield_and_conversion():
    """Yield 6.41 % (Durand, Ellis, Christofides 2016), production 0.01122, conversion 15.13 %."""
    yielded, production, conversion, selectivity = derived(NOMINAL_STATE, NOMINAL_INPUTS)
    assert yielded == pytest.approx(0.06411, abs=1e-5)
    assert production == pytest.approx(0.01122, abs=1e-5)
    assert conversion == pytest.approx(15.13, abs=0.01)
    assert selectivity == pytest.approx(100 * 0.06411 / 0.1513, abs=0.1)


def test_nominal_steady_state_is_a_stable_node():
    """All eigenvalues are real and negative; the fast one is about 20 times the slow ones."""
    simulation = Simulation(MODEL, 1.0)
    poles = np.linalg.eigvals(linearize(MODEL, simulation.states, simulation.values).a)
    assert np.abs(poles.imag).max() < 1e-6
    assert poles.real.max() < 0
    assert 15 < poles.real.min() / poles.real.max() < 30


@pytest.mark.parametrize(("flow", "oxide"), [(0.38, 0.030), (0.24, 0.040), (0.15, 0.050)])
def test_oxide_over_feed_flow(flow, oxide):
    """x3 = 0.030, 0.040, 0.050 at u1 = 0.38, 0.24, 0.15 (MathWorks' example of model predictive control)."""
    assert settled((flow, 0.5, 1.0))[2] == pytest.approx(oxide, abs=5e-4)


def production(supply: float, feed: float, coolant: float) -> float:
    inputs = (supply / feed, feed, coolant)
    return derived(settled(inputs), inputs)[1]


@pytest.mark.parametrize(
    ("supply", "coolant", "best"), [(0.175, 1.1, 0.0156), (0.175, 1.15, 0.0135), (0.25, 1.15, 0.0195)]
)
def test_best_production_with_limited_supply(supply, coolant, best):
    """With the ethylene supply held the production has a maximum: 0.0156 near u2 = 1.6, 0.0135, 0.0195."""
    found = {feed: production(supply, feed, coolant) for feed in np.arange(0.4, 2.4, 0.1)}
    assert max(found.values()) == pytest.approx(best, abs=6e-5)
    if coolant == 1.1:
        assert max(found, key=found.__getitem__) == pytest.approx(1.6, abs=0.21)


def test_production_at_the_nominal_feed():
    """0.0138 at u2 = 0.5, Tc = 1.1 and a supply of 0.175."""
    assert production(0.175, 0.5, 1.1) == pytest.approx(0.0138, abs=5e-5)


@pytest.mark.parametrize("step", [1.0, 0.5, 10.0])
def test_coolant_step(step):
    """Computed independently: u3 1.00 -> 1.05 at nominal, at t = 5."""
    simulation = Simulation(MODEL, step, {"coolant_temperature": 1.05})
    for _ in range(round(5 * TIME_UNIT / step)):
        simulation.advance()
    assert state(simulation) == pytest.approx([0.95949952, 0.38222179, 0.03601654, 1.05070253], abs=2e-8)


def test_oxide_loop_settles_in_about_20_units():
    """Kc = -12, Ti = 3: the setpoint 0.032 -> 0.035 settles in about 20 units with little overshoot."""
    simulation = Simulation(MODEL, 1.0, {"ethylene_oxide_mode": 1, "ethylene_oxide_setpoint": 0.035})
    trace = []
    for _ in range(round(30 * TIME_UNIT)):
        simulation.advance()
        trace.append(state(simulation)[2])
    assert trace[-1] == pytest.approx(0.035, abs=2e-5)
    assert max(trace) < 0.035 + 0.1 * 0.003


def test_both_loops_together_settle():
    simulation = Simulation(
        MODEL, 1.0, {"ethylene_oxide_setpoint": 0.04, "reactor_temperature_setpoint": 1.02}, "closed-loop"
    )
    simulation.advance(1500)
    assert state(simulation)[2:] == pytest.approx([0.04, 1.02], abs=1e-5)


def test_the_same_supply_makes_more_with_little_flow_and_rich_feed():
    place = MODEL.index("production")
    poor, best = (Simulation(MODEL, 1.0, start=name).values[place] for name in ("limited-supply", "best-production"))
    assert best > 1.1 * poor


def test_start_up_ends_at_the_nominal_state():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    simulation.advance(5000)
    assert state(simulation) == pytest.approx(NOMINAL_STATE, abs=1e-7)
