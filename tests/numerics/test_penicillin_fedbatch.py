"""The penicillin fermentation: trajectories, recipe, starvation, lack of air, a full vessel."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.penicillin_fedbatch import AFTER_200_HOURS, INOCULATED, MODEL
from plant.simulation import Simulation
from plant.solvers.acceleration import plain

STATES = ("biomass", "glucose", "dissolved_oxygen", "penicillin", "volume", "carbon_dioxide")


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def textbook(_t, state, flow, air, power, warmth, ph, glucose):
    x, s, cl, p, v, _co2, kelvin, acidity = state
    h = 10.0**-acidity
    arrhenius = 7e3 * np.exp(-5100 / (1.987 * kelvin)) - 1e33 * np.exp(-50000 / (1.987 * kelvin))
    mu = 0.092 / (1 + 1e-10 / h + h / 7e-5) * (s / (0.15 * x + s)) * (cl / (0.02 * x + cl)) * arrhenius
    mpp = 0.005 * s / (0.0002 + s + s**2 / 0.1) * cl**3 / (5e-4 * x + cl**3)
    dv = flow - v * 2.5e-4 * (np.exp(5 * (kelvin - 273) / 100) - 1)
    dx = mu * x - x / v * dv
    kla = 70 * np.sqrt(air) * (power / v) ** 0.4
    return [
        dx,
        -mu / 0.45 * x - mpp / 0.9 * x - 0.014 * x + flow * glucose / v - s / v * dv,
        -mu / 0.04 * x - mpp / 0.2 * x - 0.467 * x + kla * (1.16 - cl) - cl / v * dv,
        mpp * x - 0.04 * p - p / v * dv,
        dv,
        0.143 * dx + 4e-7 * x + 1e-4,
        (warmth - kelvin) / 1.0,
        (ph - acidity) / 0.3,
    ]


@pytest.mark.parametrize(
    "inputs",
    [(0.042, 8.6, 29.9, 298.0, 5.0, 600.0), (0.1, 15.0, 50.0, 302.0, 6.0, 400.0), (0.08, 6.0, 20.0, 293.0, 4.5, 700.0)],
)
@pytest.mark.parametrize(("start", "state"), [("batch", INOCULATED), ("production", AFTER_200_HOURS)])
@pytest.mark.parametrize("step", [7.5, 60.0])
def test_trajectories_are_those_of_an_independent_integration(inputs, start, state, step):
    names = ("feed_flow", "air_flow", "agitator_power", "temperature_target", "ph_target", "feed_glucose")
    simulation = Simulation(MODEL, step, {**dict(zip(names, inputs, strict=True)), "recipe_mode": 0}, start)
    simulation.advance(round(20 * 3600 / step))
    answer = solve_ivp(textbook, (0, 20), state, "Radau", rtol=1e-11, atol=1e-13, args=inputs)
    assert [value(simulation, name) for name in STATES] == pytest.approx(answer.y[:6, -1], rel=1e-6, abs=1e-9)


def test_the_recipe_feeds_when_the_glucose_is_spent_and_goes_on():
    simulation = Simulation(MODEL, 60.0)
    simulation.advance(44 * 60)
    assert (value(simulation, "phase"), value(simulation, "vessel_feed")) == (1.0, 0.0)
    simulation.advance(1)
    assert (value(simulation, "phase"), value(simulation, "vessel_feed")) == (2.0, 0.042)
    simulation.set("feed_flow", 0.2)
    simulation.advance(60 * 10)
    assert value(simulation, "glucose") > 0.3
    assert value(simulation, "phase") == 2.0


@pytest.mark.parametrize("step", [1.0, 10.0, 60.0])
def test_the_moment_of_the_switch_does_not_depend_on_the_step(step):
    simulation = Simulation(MODEL, step)
    simulation.advance(round(50 * 3600 / step))
    fine = Simulation(MODEL, 0.5)
    fine.advance(100 * 3600)
    assert value(simulation, "glucose") == pytest.approx(value(fine, "glucose"), abs=2e-8)
    assert value(simulation, "biomass") == pytest.approx(value(fine, "biomass"), abs=2e-7)


@pytest.mark.parametrize("feed", [0.042, 0.2])
def test_the_feed_once_begun_goes_on_even_if_it_raises_the_glucose(feed):
    simulation = Simulation(MODEL, 60.0, {"feed_flow": feed}, "fed-batch")
    simulation.advance()
    assert (value(simulation, "phase"), value(simulation, "vessel_feed")) == (2.0, feed)
    simulation.advance(100)
    assert (value(simulation, "glucose") > 0.3) == (feed == 0.2)


def test_in_manual_the_feed_is_the_operators():
    simulation = Simulation(MODEL, 60.0, {"recipe_mode": 0, "feed_flow": 0.1})
    simulation.advance()
    assert (value(simulation, "phase"), value(simulation, "vessel_feed")) == (0.0, 0.1)


def test_starved_cells_do_not_eat_what_is_not_there():
    simulation = Simulation(MODEL, 60.0, {"feed_flow": 0.0}, "production")
    simulation.advance(60 * 100)
    assert value(simulation, "glucose") == 0.0
    assert value(simulation, "growth_rate") == 0.0
    simulation.set("feed_flow", 0.1)
    simulation.advance(60 * 20)
    assert value(simulation, "glucose") > 0.0


@pytest.mark.parametrize("name", ["air_flow", "agitator_power"])
def test_without_air_the_oxygen_runs_out_and_the_alarms_see_it(name):
    simulation = Simulation(MODEL, 10.0, {name: 0.0}, "production")
    simulation.advance(360 * 3)
    assert value(simulation, "dissolved_oxygen") == 0.0
    assert value(simulation, "oxygen_saturation") == 0.0
    simulation.set(name, MODEL.tag(name).nominal)
    simulation.advance(360)
    assert value(simulation, "oxygen_saturation") > 80


def test_an_overfed_vessel_gets_full_and_stays_inside_the_ranges():
    simulation = Simulation(MODEL, 60.0, {"recipe_mode": 0, "feed_flow": 0.2, "feed_glucose": 700.0})
    for _ in range(400):
        simulation.advance(60)
        for tag, number in zip(MODEL.tags, simulation.values.tolist(), strict=True):
            assert tag.low <= number <= tag.high, tag.name
            assert not (tag.name in STATES and number == tag.high), tag.name
    assert 119.8 < value(simulation, "volume") <= 120.0


def test_temperature_and_ph_follow_their_targets():
    simulation = Simulation(MODEL, 60.0, {"temperature_target": 300.0, "ph_target": 6.0})
    simulation.advance(60)
    assert value(simulation, "broth_temperature") == pytest.approx(300 - 2 * np.exp(-1), abs=1e-6)
    assert value(simulation, "broth_ph") == pytest.approx(6 - np.exp(-1 / 0.3), abs=1e-6)


def test_the_plain_run_is_the_same_bit_for_bit_on_the_way_of_the_recipe():
    fast = Simulation(MODEL, 10.0, {"feed_flow": 0.13, "agitator_power": 17.0, "recipe_mode": 0}, "batch")
    with plain():
        slow = Simulation(MODEL, 10.0, {"feed_flow": 0.13, "agitator_power": 17.0, "recipe_mode": 0}, "batch")
    for simulation in (fast, slow):
        simulation.advance(60)
    assert fast.snapshot() == slow.snapshot()
