"""The exothermic stirred tank: multiplicity, trip and loop, against an independently written right-hand side."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.cstr_exotherm import HIGH_CONVERSION, LOW_CONVERSION, MIDDLE, MODEL, NOMINAL_INPUTS, rates
from plant.simulation import Simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def textbook(coolant, flow, concentration, warmth):
    def change(_t, x):
        reaction = 7.2e10 * np.exp(-8750.0 / x[1]) * x[0]
        heat = 5e4 / (1000 * 0.239) * reaction + 5e4 / (100 * 1000 * 0.239) * (coolant - x[1])
        return [flow / 100 * (concentration - x[0]) - reaction, flow / 100 * (warmth - x[1]) + heat]

    return change


@pytest.mark.parametrize(
    "inputs",
    [(310.0, 100.0, 1.0, 350.0), (270.0, 150.0, 0.5, 330.0), (300.0, 60.0, 1.5, 370.0), (350.0, 100.0, 1.5, 370.0)],
)
@pytest.mark.parametrize("step", [1.0, 7.5, 60.0])
def test_trajectories_are_those_of_an_independent_integration(inputs, step):
    names = ("coolant_temperature", "feed_flow", "feed_concentration", "feed_temperature")
    simulation = Simulation(MODEL, step, {**dict(zip(names, inputs, strict=True)), "protection_mode": 0})
    simulation.advance(round(300 / step))
    answer = solve_ivp(textbook(*inputs), (0, 5), LOW_CONVERSION, "Radau", rtol=1e-11, atol=1e-12)
    assert value(simulation, "reactant_concentration") == pytest.approx(answer.y[0, -1], abs=2e-6)
    assert value(simulation, "reactor_temperature") == pytest.approx(answer.y[1, -1], abs=2e-4)


@pytest.mark.parametrize(
    ("state", "unstable"), [(LOW_CONVERSION, 0), (MIDDLE, 1), (HIGH_CONVERSION, 2)], ids=["calm", "saddle", "focus"]
)
def test_stability_of_the_three_steady_states(state, unstable):
    """A stable focus, a saddle and an unstable focus."""
    columns = []
    for e in np.eye(2):
        up, down = [0.0, 0.0], [0.0, 0.0]
        rates(state + 1e-6 * e, NOMINAL_INPUTS, up)
        rates(state - 1e-6 * e, NOMINAL_INPUTS, down)
        columns.append(np.subtract(up, down) / 2e-6)
    poles = np.linalg.eigvals(np.array(columns).T)
    assert (poles.real > 0).sum() == unstable
    assert np.iscomplex(poles).any() == (unstable != 1)


@pytest.mark.parametrize(("push", "hot"), [(0.1, True), (-0.1, False)])
def test_the_saddle_falls_to_either_side(push, hot):
    simulation = Simulation(MODEL, 1.0, {"coolant_temperature": 300.0 + push}, "middle-open-loop")
    hottest = 0.0
    for _ in range(600):
        simulation.advance()
        hottest = max(hottest, value(simulation, "reactor_temperature"))
    assert (hottest > 370) == hot


def test_the_loop_holds_the_middle_and_moves_it():
    """SP 350 -> 355 settles in about three minutes."""
    simulation = Simulation(MODEL, 1.0, start="middle")
    simulation.advance(600)
    assert value(simulation, "reactor_temperature") == pytest.approx(350.0, abs=1e-3)
    simulation.set("reactor_temperature_setpoint", 355.0)
    simulation.advance(240)
    assert value(simulation, "reactor_temperature") == pytest.approx(355.0, abs=0.1)
    simulation.advance(600)
    assert value(simulation, "reactor_temperature") == pytest.approx(355.0, abs=1e-3)


def test_the_softer_tuning_works_too():
    """Kc = 2, Ti = 1 min."""
    simulation = Simulation(
        MODEL, 1.0, {"reactor_temperature_gain": 2.0, "reactor_temperature_integral_time": 60.0}, "middle"
    )
    simulation.set("reactor_temperature_setpoint", 352.0)
    simulation.advance(3600)
    assert value(simulation, "reactor_temperature") == pytest.approx(352.0, abs=1e-2)


def test_running_away_trips_and_a_reset_brings_the_feed_back():
    simulation = Simulation(MODEL, 1.0, {"coolant_temperature": 320.0})
    while not value(simulation, "temperature_trip"):
        simulation.advance()
        assert simulation.time < 600, "it should have tripped"
    assert value(simulation, "reactor_temperature") > 399
    simulation.advance(120)
    assert (value(simulation, "feed_flow"), value(simulation, "coolant_temperature")) == (0.0, 250.0)
    assert value(simulation, "reactor_temperature") < 300
    simulation.set("trip_reset", 1)
    simulation.set("coolant_temperature", 300.0)
    simulation.advance()
    assert (value(simulation, "temperature_trip"), value(simulation, "feed_flow")) == (0.0, 100.0)


def test_without_protection_nothing_trips():
    simulation = Simulation(MODEL, 1.0, start="limit-cycle")
    simulation.advance(1800)
    assert not value(simulation, "temperature_trip")


def test_start_up_ends_at_the_calm_state():
    simulation = Simulation(MODEL, 1.0, start="start-up")
    simulation.advance(3600)
    assert value(simulation, "reactor_temperature") == pytest.approx(LOW_CONVERSION[1], abs=1e-3)


@pytest.mark.parametrize("concentration", [0.5, 1.5])
@pytest.mark.parametrize("flow", [0.0, 20.0, 150.0])
def test_an_explosion_stays_inside_the_range(concentration, flow):
    inputs = {"coolant_temperature": 350.0, "feed_concentration": concentration, "feed_temperature": 370.0}
    simulation = Simulation(MODEL, 1.0, {**inputs, "coolant_temperature": 250.0, "protection_mode": 0})
    simulation.advance(1200)
    for name, number in {**inputs, "feed_flow": flow}.items():
        simulation.set(name, number)
    for _ in range(600):
        simulation.advance()
        assert 249.9 < value(simulation, "reactor_temperature") < 700
