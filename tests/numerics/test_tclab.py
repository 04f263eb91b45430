"""The Temperature Control Lab: both variants, sensors, trip, loops."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.tclab import MODEL
from plant.simulation import Simulation
from plant.solvers.acceleration import plain


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def package(q1, q2, room, p1, p2):
    def change(_t, x):
        h1, h2, t1, t2 = x
        return [
            p1 * q1 / 5720 + (room - h1) / 20 - (h1 - h2) / 100,
            p2 * q2 / 5720 + (room - h2) / 20 + (h1 - h2) / 100,
            (h1 - t1) / 140,
            (h2 - t2) / 140,
        ]

    return change


def course(q1, q2, room):
    mass_heat, u, area, between, emission, ta = 0.004 * 500, 10.0, 1e-3, 2e-4, 0.9 * 5.67e-8, room + 273.15

    def change(_t, x):
        t1, t2 = x
        convection, radiation = u * between * (t2 - t1), emission * between * (t2**4 - t1**4)
        first = u * area * (ta - t1) + emission * area * (ta**4 - t1**4) + convection + radiation + 0.01 * q1
        second = u * area * (ta - t2) + emission * area * (ta**4 - t2**4) - convection - radiation + 0.0075 * q2
        return [first / mass_heat, second / mass_heat]

    return change


@pytest.mark.parametrize("inputs", [(80.0, 30.0, 10.0, 200.0, 100.0), (0.0, 40.0, 40.0, 255.0, 255.0)])
@pytest.mark.parametrize("step", [0.2, 1.0, 60.0])
def test_the_package_variant(inputs, step):
    names = ("heater_1", "heater_2", "ambient_temperature", "heater_1_power", "heater_2_power")
    simulation = Simulation(MODEL, step, dict(zip(names, inputs, strict=True)))
    simulation.advance(round(180 / step))
    answer = solve_ivp(package(*inputs), (0, 180), [21.0] * 4, rtol=1e-11, atol=1e-11).y[:, -1]
    assert value(simulation, "temperature_1") == pytest.approx(answer[2], abs=1e-7)
    assert value(simulation, "temperature_2") == pytest.approx(answer[3], abs=1e-7)
    assert value(simulation, "heater_temperature_1") == pytest.approx(answer[0], abs=1e-7)


@pytest.mark.parametrize("heaters", [(50.0, 0.0), (80.0, 100.0), (0.0, 30.0)])
def test_the_physics_variant(heaters):
    simulation = Simulation(MODEL, 1.0, dict(zip(("heater_1", "heater_2"), heaters, strict=True)), "physics")
    assert value(simulation, "temperature_1") == pytest.approx(23.0, abs=1e-12)
    simulation.advance(200)
    answer = solve_ivp(course(*heaters, 23.0), (0, 200), [296.15] * 2, rtol=1e-11, atol=1e-11).y[:, -1] - 273.15
    assert value(simulation, "temperature_1") == pytest.approx(answer[0], abs=1e-8)
    assert value(simulation, "temperature_2") == pytest.approx(answer[1], abs=1e-8)


@pytest.mark.parametrize("variant", [0, 1])
def test_a_change_of_the_variant_makes_no_reading_jump(variant):
    simulation = Simulation(MODEL, 1.0, {"heater_1": 60.0, "variant": variant})
    simulation.advance(120)
    before = value(simulation, "temperature_1")
    simulation.set("variant", 1 - variant)
    simulation.advance()
    assert value(simulation, "temperature_1") == pytest.approx(before, abs=0.5)


def test_noise_and_resolution_of_the_sensors_are_on_demand():
    simulation = Simulation(MODEL, 1.0, start="warm")
    true = value(simulation, "temperature_1")
    simulation.set("noise_level", 1.0)
    readings = []
    for _ in range(2000):
        simulation.advance()
        readings.append(value(simulation, "temperature_1"))
    assert np.mean(readings) == pytest.approx(true, abs=0.005)
    assert np.std(readings) == pytest.approx(0.043, rel=0.1)
    simulation.set("quantisation", 1)
    simulation.advance()
    steps = value(simulation, "temperature_1") / 0.3223
    assert steps == pytest.approx(round(steps), abs=1e-9)


def test_too_hot_trips_both_heaters_until_a_reset():
    simulation = Simulation(MODEL, 1.0, {"heater_1": 100.0, "heater_2": 20.0, "led_brightness": 30.0})
    simulation.advance(60)
    assert value(simulation, "led") == 30.0
    simulation.advance(3600)
    assert value(simulation, "temperature_1_trip") == 1.0
    assert (value(simulation, "heater_1"), value(simulation, "heater_2")) == (0.0, 0.0)
    assert value(simulation, "led") == 100.0
    simulation.set("heater_1", 50.0)
    simulation.advance()
    assert value(simulation, "heater_1") == 0.0
    simulation.set("trip_reset", 1)
    simulation.set("heater_1", 50.0)
    simulation.advance()
    assert (value(simulation, "heater_1"), value(simulation, "led")) == (50.0, 30.0)


@pytest.mark.parametrize("variant", [0, 1])
def test_the_loops_settle(variant):
    simulation = Simulation(MODEL, 1.0, {"variant": variant}, "closed-loop")
    simulation.advance(3600)
    assert value(simulation, "temperature_1") == pytest.approx(45.0, abs=0.05)
    assert value(simulation, "temperature_2") == pytest.approx(35.0, abs=0.05)


def test_the_plain_run_is_the_same_bit_for_bit_in_this_variant_too():
    fast = Simulation(MODEL, 10.0, {"heater_1": 73.0, "heater_2": 31.0}, "physics")
    with plain():
        slow = Simulation(MODEL, 10.0, {"heater_1": 73.0, "heater_2": 31.0}, "physics")
    for simulation in (fast, slow):
        simulation.advance(60)
    assert fast.snapshot() == slow.snapshot()
