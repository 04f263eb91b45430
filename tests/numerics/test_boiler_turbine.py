"""The boiler-turbine unit against equations written anew; its valves, loops and trips."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from plant.models.boiler_turbine import EQUATIONS, MODEL, NOMINAL_VALVES, START
from plant.simulation import Simulation
from tests.numerics.calling import rates

VALVES = ("fuel_valve", "steam_valve", "feedwater_valve")
LIMITS = ((-0.007, 0.007), (-2.0, 0.02), (-0.05, 0.05))


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[MODEL.index(name)])


def ramped(time: float, wanted: tuple[float, ...]) -> list[float]:
    """The positions of the valves after a jump of the wanted ones from the nominal ones at time 0."""
    return [
        start + min(max(end - start, low * time), high * time)
        for start, end, (low, high) in zip(NOMINAL_VALVES, wanted, LIMITS, strict=True)
    ]


def published(time, x, wanted):
    u1, u2, u3 = ramped(time, wanted)
    flow = x[0] ** (9 / 8)
    return [
        -0.0018 * u2 * flow + 0.9 * u1 - 0.15 * u3, (0.073 * u2 - 0.016) * flow - 0.1 * x[1],
        (141 * u3 - (1.1 * u2 - 0.19) * x[0]) / 85,
    ]  # fmt: skip


def reference(wanted: tuple[float, ...], until: float) -> np.ndarray:
    """Integrated from kink to kink."""
    arrivals = {
        (end - start) / (high if end > start else low)
        for start, end, (low, high) in zip(NOMINAL_VALVES, wanted, LIMITS, strict=True)
        if end != start
    }
    x, time = np.array(START[:3]), 0.0
    for end in (*sorted(arrival for arrival in arrivals if arrival < until), until):
        x = solve_ivp(published, (time, end), x, "DOP853", rtol=1e-12, atol=1e-11, args=(wanted,)).y[:, -1]
        time = end
    return x


@pytest.mark.parametrize("wanted", [(0.40, 0.69, 0.44), (0.30, 0.75, 0.47), (0.38, 0.55, 0.40)])
@pytest.mark.parametrize("step", [0.3, 1.0, 10.0, 60.0])
def test_agrees_with_an_independent_integration_with_ramps(wanted, step):
    """All three valves jump; their ramps end inside steps of any length."""
    simulation = Simulation(MODEL, step, dict(zip(VALVES, wanted, strict=True)))
    simulation.advance(round(60 / step))
    assert simulation.states[:3] == pytest.approx(reference(wanted, 60.0), abs=2e-6)
    assert [value(simulation, f"{name}_position") for name in VALVES] == pytest.approx(ramped(60.0, wanted), abs=1e-12)


@pytest.mark.parametrize("step", [0.5, 1.0, 7.0])
def test_no_valve_is_faster_than_its_limit(step):
    """Random jumps; each step's way is the smaller of what is wanted and what the limit allows, trips included."""
    random = np.random.default_rng(3)
    simulation = Simulation(MODEL, step)
    before, wanted = list(NOMINAL_VALVES), list(NOMINAL_VALVES)
    for _ in range(120):
        if random.random() < 0.2:
            wanted = random.uniform(0.2, 0.8, 3).tolist()
            for name, number in zip(VALVES, wanted, strict=True):
                simulation.set(name, number)
        simulation.advance()
        wanted = [value(simulation, name) for name in VALVES]
        now = [value(simulation, f"{name}_position") for name in VALVES]
        for old, new, end, (low, high) in zip(before, now, wanted, LIMITS, strict=True):
            assert low * step - 1e-9 <= new - old <= high * step + 1e-9
            tripped = any(value(simulation, lock.name) for lock in MODEL.interlocks)
            assert tripped or new == pytest.approx(old + min(max(end - old, low * step), high * step), abs=1e-9)
        before = now


def test_without_limits_a_valve_is_there_at_once():
    simulation = Simulation(MODEL, 1.0, {"rate_limits": 0.0, "fuel_valve": 0.9})
    simulation.advance()
    assert value(simulation, "fuel_valve_position") == 0.9
    simulation.set("rate_limits", 1.0)
    simulation.set("fuel_valve", 0.8)
    simulation.advance()
    assert value(simulation, "fuel_valve_position") == pytest.approx(0.893, abs=1e-12)


def test_every_start_is_at_rest():
    for start in MODEL.starts:
        simulation = Simulation(MODEL, 1.0, start=start.name)
        inputs = [*simulation.values[MODEL.input_indices], 0.0, 0.0, 0.0]
        assert rates(EQUATIONS, simulation.states[:6], inputs) == pytest.approx([0.0] * 6, abs=1e-12)


@pytest.mark.parametrize(("power", "pressure"), [(60.0, 108.0), (90.0, 108.0), (66.65, 115.0)])
def test_closed_loop_follows_setpoints(power, pressure):
    simulation = Simulation(MODEL, 1.0, {"power_setpoint": power, "drum_pressure_setpoint": pressure}, "closed-loop")
    simulation.advance(600)
    assert value(simulation, "power") == pytest.approx(power, abs=0.5)
    simulation.advance(6600)
    assert value(simulation, "power") == pytest.approx(power, abs=0.01)
    assert value(simulation, "drum_pressure") == pytest.approx(pressure, abs=0.05)
    assert value(simulation, "drum_level") == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("inputs", "trip", "forced"),
    [
        ({"fuel_valve": 0.8}, "pressure_high_trip", "fuel_valve"),
        ({"fuel_valve": 0.1}, "level_low_trip", "fuel_valve"),
        ({"feedwater_valve": 0.8}, "level_high_trip", "feedwater_valve"),
    ],
)
def test_trips_close_a_valve_no_faster_than_it_can(inputs, trip, forced):
    simulation = Simulation(MODEL, 1.0, inputs)
    while not value(simulation, trip):
        before = value(simulation, f"{forced}_position")
        simulation.advance()
        assert simulation.time < 3600
    assert value(simulation, forced) == 0.0
    slowest = dict(zip(VALVES, LIMITS, strict=True))[forced][0]
    assert value(simulation, f"{forced}_position") >= before + slowest - 1e-12
    simulation.advance(150)
    assert value(simulation, f"{forced}_position") == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_whatever_the_inputs_readings_stay_inside_their_ranges(seed):
    random = np.random.default_rng(seed)
    simulation = Simulation(MODEL, 1.0)
    for _ in range(20):
        for name in VALVES:
            simulation.set(name, float(random.integers(2)))
        simulation.set("trip_reset", float(random.integers(2)))
        simulation.advance(200)
        for place in MODEL.output_indices:
            tag = MODEL.tags[place]
            if tag.name not in ("drum_level", "fluid_density") and not tag.name.endswith("_position"):
                assert tag.low < simulation.values[place] < tag.high, tag.name
