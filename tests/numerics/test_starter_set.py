"""DC motor, heat exchanger and surge tank against exact and independent solutions; loops and trips."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from plant.model import Model
from plant.models import dc_motor, heat_exchanger, surge_tank
from plant.simulation import Simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[simulation.model.index(name)])


@pytest.mark.parametrize("step", [0.05, 0.3, 2.0])
def test_the_motor_follows_its_matrix_exponential(step):
    """Voltage and load jump; the states are those of exp(A t), whatever the step."""
    voltage, load = 7.0, 0.03
    simulation = Simulation(dc_motor.MODEL, step, {"voltage": voltage, "load_torque": load})
    a = np.array([[-10.0, 1.0], [-0.02, -2.0]])
    b = np.array([-100 * load, 2 * voltage])
    for _ in range(5):
        simulation.advance()
        expected = np.linalg.solve(a, (expm(a * simulation.time) - np.eye(2)) @ b)
        assert [value(simulation, "shaft_speed"), value(simulation, "current")] == pytest.approx(expected, abs=1e-12)
    assert value(simulation, "shaft_speed_per_minute") == pytest.approx(
        value(simulation, "shaft_speed") * 30 / np.pi, rel=1e-12
    )
    assert value(simulation, "motor_torque") == pytest.approx(0.01 * value(simulation, "current"), rel=1e-12)


def test_the_motors_loop_holds_the_speed_under_load():
    simulation = Simulation(dc_motor.MODEL, 0.1, {"shaft_speed_setpoint": 2.0}, "closed-loop")
    simulation.advance(60)
    assert value(simulation, "shaft_speed") == pytest.approx(2.0, abs=2e-3)
    simulation.set("load_torque", 0.2)
    simulation.advance(100)
    assert value(simulation, "shaft_speed") == pytest.approx(2.0, abs=2e-3)
    assert value(simulation, "voltage") == pytest.approx(2.0 / dc_motor.GAIN + 0.2 / 0.01, abs=0.1)


@pytest.mark.parametrize(("voltage", "trip"), [(100.0, "overcurrent_trip"), (-100.0, "reverse_overcurrent_trip")])
def test_overcurrent_takes_the_voltage_away(voltage, trip):
    simulation = Simulation(dc_motor.MODEL, 0.1, {"voltage": voltage})
    simulation.advance(10)
    assert not value(simulation, trip)
    simulation.advance(10)
    assert value(simulation, trip) == 1
    assert value(simulation, "voltage") == 0


def exchanger(_time, x, hot, cold, hot_in, cold_in, conductance):
    """The cells as arrays: first the hot side, then the cold one."""
    h, c = x[:20], x[20:]
    exchanged = conductance / 20 * (h - c)
    before, after = np.concatenate(([hot_in], h[:-1])), np.concatenate((c[1:], [cold_in]))
    return np.concatenate(
        ((hot * 4180 * (before - h) - exchanged) / (1.0 * 4180), (cold * 4180 * (after - c) + exchanged) / (1.5 * 4180))
    )


@pytest.mark.parametrize(
    "inputs", [(2.5, 3.0, 90.0, 20.0, 12000.0), (4.0, 0.5, 60.0, 35.0, 24000.0), (0.0, 6.0, 90.0, 5.0, 6000.0)]
)
@pytest.mark.parametrize("step", [1.0, 5.0])
def test_the_exchanger_agrees_with_an_independent_integration(inputs, step):
    start = np.array(heat_exchanger.EQUATIONS.start)
    both = np.concatenate((start[::2], start[1::2]))
    expected = solve_ivp(exchanger, (0, 30), both, "DOP853", rtol=1e-11, atol=1e-11, args=inputs).y[:, -1]
    names = [heat_exchanger.MODEL.tags[i].name for i in heat_exchanger.MODEL.input_indices]
    simulation = Simulation(heat_exchanger.MODEL, step, dict(zip(names, inputs, strict=True)))
    simulation.advance(round(30 / step))
    states = simulation.states[:40]
    assert np.concatenate((states[::2], states[1::2])) == pytest.approx(expected, abs=2e-6)


def test_the_exchangers_duty_warms_the_cold_side():
    simulation = Simulation(heat_exchanger.MODEL, 1.0)
    warmed = 3.0 * 4.180 * (value(simulation, "cold_outlet_temperature") - 20.0)
    assert value(simulation, "duty") == pytest.approx(warmed, rel=1e-9)
    assert value(simulation, "effectiveness") == pytest.approx(warmed / (2.0 * 4.180 * 70.0), rel=1e-9)


@pytest.mark.parametrize(("tag", "wanted"), [("cold_outlet_temperature", 47.0), ("hot_outlet_temperature", 50.0)])
def test_both_loops_of_the_exchanger_settle(tag, wanted):
    simulation = Simulation(heat_exchanger.MODEL, 1.0, {f"{tag}_setpoint": wanted}, "closed-loop")
    simulation.advance(1800)
    targets = {"cold_outlet_temperature": 49.458784, "hot_outlet_temperature": 45.811825, tag: wanted}
    for name, target in targets.items():
        assert value(simulation, name) == pytest.approx(target, abs=0.01)


def test_the_exchanger_trips_before_it_boils():
    inputs = {"cold_flow": 0.2, "hot_inlet_temperature": 95.0, "hot_flow": 4.0}
    simulation = Simulation(heat_exchanger.MODEL, 1.0, inputs)
    simulation.advance(600)
    assert value(simulation, "overheat_trip") == 1
    assert value(simulation, "hot_flow") == 0


def test_the_exchanger_agrees_with_the_ntu_method():
    """With other flows too: the extrapolated cells are the formula of counter-current exchangers."""
    for hot, cold, conductance in ((2.0, 3.0, 12000.0), (3.0, 2.0, 8000.0), (1.0, 5.0, 20000.0)):
        least, most = sorted((hot * 4180, cold * 4180))
        ntu, ratio = conductance / least, least / most
        part = np.exp(-ntu * (1 - ratio))
        effectiveness = (1 - part) / (1 - ratio * part)
        outlets = [heat_exchanger.profile((hot, cold, 90.0, 20.0, conductance), n)[-2] for n in (20_000, 40_000)]
        expected = 90 - effectiveness * least * 70 / (hot * 4180)
        assert 2 * outlets[1] - outlets[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("step", [1.0, 10.0, 60.0])
def test_the_tank_drains_by_torricellis_law(step):
    simulation = Simulation(surge_tank.MODEL, step, {"inflow": 0.0, "outlet": 1.0})
    while simulation.time < 120:
        simulation.advance()
        assert value(simulation, "level") == pytest.approx((1 - 0.005 * simulation.time) ** 2, abs=1e-9)


def test_the_pumped_tank_integrates():
    simulation = Simulation(surge_tank.MODEL, 1.0, {"outlet": 0.3}, "pumped")
    simulation.advance(200)
    assert value(simulation, "level") == pytest.approx(1 + 0.004 * 200 / 2, abs=1e-12)


@pytest.mark.parametrize(("start", "wanted"), [("", 1.5), ("", 0.5), ("pumped", 1.3)])
def test_the_level_loop_settles(start, wanted):
    inputs = {"level_mode": 1.0, "level_setpoint": wanted}
    simulation = Simulation(surge_tank.MODEL, 1.0, inputs, start)
    simulation.advance(7200)
    assert value(simulation, "level") == pytest.approx(wanted, abs=1e-3)


@pytest.mark.parametrize("kind", [0.0, 1.0])
def test_the_tank_trips_at_both_ends(kind):
    full = Simulation(surge_tank.MODEL, 1.0, {"inflow": 0.03, "outlet": 0.0, "outlet_kind": kind})
    full.advance(300)
    assert value(full, "overfill_trip") == 1
    assert value(full, "level") == pytest.approx(1.95, abs=1e-9)
    empty = Simulation(surge_tank.MODEL, 1.0, {"inflow": 0.0, "outlet": 1.0, "outlet_kind": kind})
    empty.advance(600)
    assert value(empty, "dry_run_trip") == 1
    assert value(empty, "level") == pytest.approx(0.02, abs=1e-9)


def test_a_full_tank_overflows_and_a_dry_pump_delivers_what_runs_in():
    y = [0.0] * 4
    surge_tank.outputs([2.0, 0.0], [0.03, 0.5, 1.0, 0.0, 0.0], y)
    assert y[:3] == [2.0, 0.01, pytest.approx(0.02)]
    surge_tank.outputs([0.0, 0.0], [0.003, 0.5, 1.0, 0.0, 0.0], y)
    assert y[:3] == [0.0, 0.003, 0.0]


@pytest.mark.parametrize("model", [dc_motor.MODEL, heat_exchanger.MODEL, surge_tank.MODEL], ids=lambda m: m.id)
@pytest.mark.parametrize("seed", range(4))
def test_readings_are_never_cut(model: Model, seed: int):
    """Jumps between the ends of all inputs: what the ranges promise holds."""
    random = np.random.default_rng(seed)
    simulation = Simulation(model, model.sample_time)
    tags = [model.tags[i] for i in model.input_indices]
    for _ in range(30):
        for tag in tags:
            simulation.set(tag.name, (tag.low, tag.high)[random.integers(2)])
        if "trip_reset" in model.places:
            simulation.set("trip_reset", 1.0)
        simulation.advance(100)
        for place in model.output_indices:
            assert model.tags[place].low <= simulation._machinery.y[list(model.output_indices).index(place)]
            assert simulation._machinery.y[list(model.output_indices).index(place)] <= model.tags[place].high
