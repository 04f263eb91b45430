"""The Tennessee Eastman process against the published program, and what is not one number."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import fmean, pstdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant.model import Start
from plant.models.tennessee_eastman import EQUATIONS, MODEL, process
from plant.models.tennessee_eastman.operating_points import BASE_CASE
from plant.models.tennessee_eastman.protection import SETPOINTS
from plant.models.tennessee_eastman.tags import COMMANDS, DISTURBANCES, NOMINAL_INPUTS, OUTPUTS
from plant.simulation import Simulation
from plant.solvers.acceleration import THREE_VECTORS, compiled
from plant.tags import Role

REFERENCE = json.loads((Path(__file__).parent / "references" / "tennessee_eastman.json").read_text())
VALVES = [name for name, _ in COMMANDS]
IDV = {number: name for number, (name, _) in enumerate(DISTURBANCES, 1)}
XMEAS = [tag.name for tag in MODEL.own_tags if "XMEAS(" in tag.description]
TRIPS = [lock.name for lock in MODEL.interlocks[: process.TRIPS]]
TRIPPING = {
    "reactor_pressure_trip": {"d_feed_valve": 0.0},
    "reactor_overfill_trip": {"e_feed_valve": 100.0},
    "reactor_temperature_trip": {"e_feed_valve": 0.0, "a_and_c_feed_valve": 0.0, "reactor_coolant_valve": 0.0},
    "separator_overfill_trip": {"d_feed_valve": 100.0, "condenser_coolant_valve": 100.0},
    "separator_empty_trip": {"a_and_c_feed_valve": 0.0},
    "stripper_overfill_trip": {"stripper_product_valve": 0.0},
    "stripper_empty_trip": {"separator_liquid_valve": 0.0},
}
CLOSED = [start.name for start in MODEL.starts if start.name.endswith("closed-loop")]
HELD_BY_BASE_CONTROL = [number for number in IDV if number not in (6, 18)]


def value(simulation: Simulation, tag: str) -> float:
    return float(simulation.values[MODEL.index(tag)])


def tripped(simulation: Simulation) -> list[str]:
    return [name for name in TRIPS if value(simulation, name)]


def run_until_trip(simulation: Simulation, hours: float) -> list[str]:
    for _ in range(round(60 * hours)):
        simulation.advance(60)
        if tripped(simulation):
            break
    return tripped(simulation)


def course(simulation: Simulation, tag: str, steps: int) -> list[float]:
    readings = []
    for _ in range(steps):
        simulation.advance()
        readings.append(value(simulation, tag))
    return readings


def memory(states: list[float], walks: list[float]) -> list[float]:
    x = [*states, *process.start_of_memory(), 0.0]
    x[process.LEVEL : process.LEVEL + len(walks)] = walks
    return x


def inputs(commands: list[float], disturbances: list[int]) -> list[float]:
    u = [*NOMINAL_INPUTS, *(0.0,) * len(MODEL.interlocks)]
    u[: len(commands)] = commands
    for number in disturbances:
        u[process.DISTURBANCE + number] = 1.0
    return u


@pytest.mark.parametrize("point", REFERENCE["points"], ids=lambda point: f"IDV {point['disturbances']}")
def test_derivatives_and_measurements_are_those_of_the_published_program(point):
    x, u = memory(point["states"], point["walks"]), inputs(point["commands"], point["disturbances"])
    dx, y = [0.0] * process.STATES, [0.0] * OUTPUTS
    process.rates(x, u, dx)
    process.outputs(x, u, y)
    assert dx == pytest.approx(point["rates"], rel=1e-9, abs=1e-8)
    assert y[:22] == pytest.approx(point["measured"], rel=1e-11, abs=1e-9)


@pytest.mark.parametrize("run", REFERENCE["runs"], ids=lambda run: f"IDV {run['disturbances']}, {run['seconds']} s")
def test_runs_are_those_of_the_published_program(run):
    """Sticking valves, analysers and step disturbances included; all 41 measurements at the end."""
    simulation = Simulation(MODEL, 1.0, {IDV[number]: 1.0 for number in run["disturbances"]})
    for second in range(run["seconds"]):
        for at, place, position in run["moves"]:
            if at == second:
                simulation.set(VALVES[place], position)
        simulation.advance()
    assert [value(simulation, name) for name in XMEAS[:41]] == pytest.approx(run["measured"], rel=1e-9)


def test_half_the_step_changes_the_fifth_digit_at_most():
    coarse, fine = (Simulation(MODEL, step, {IDV[4]: 1.0}) for step in (1.0, 0.5))
    coarse.advance(360)
    fine.advance(720)
    for tag in ("reactor_pressure", "reactor_level", "reactor_temperature", "separator_temperature"):
        assert value(coarse, tag) == pytest.approx(value(fine, tag), rel=2e-4)


def test_open_loop_is_unstable():
    """In manual, without any disturbance, the pressure trips the plant after some hours; when is due to rounding."""
    simulation = Simulation(MODEL, 1.0)
    assert run_until_trip(simulation, 8.0) == ["reactor_pressure_trip"]
    assert 2 * 3600 < simulation.time < 6 * 3600


@pytest.mark.parametrize("start", CLOSED)
def test_the_base_control_holds(start):
    """Two days at every operating point that it can hold, within 0.1 kPa and 0.01 °C in the end."""
    simulation = Simulation(MODEL, 1.0, start=start)
    before = {tag: value(simulation, tag) for tag in ("reactor_pressure", "reactor_temperature", "product_g")}
    assert run_until_trip(simulation, 48) == []
    for tag, at_first in before.items():
        assert value(simulation, tag) == pytest.approx(at_first, abs=0.1), tag


@pytest.mark.parametrize("number", HELD_BY_BASE_CONTROL, ids=lambda number: f"IDV {number}")
def test_the_base_control_survives_the_disturbance(number):
    simulation = Simulation(MODEL, 1.0, {IDV[number]: 1.0}, start="closed-loop")
    assert run_until_trip(simulation, 24) == []
    assert value(simulation, "reactor_temperature") == pytest.approx(120.4, abs=1.5)


def test_the_loss_of_the_a_feed_trips_the_plant_after_hours():
    simulation = Simulation(MODEL, 1.0, {"a_feed_loss": 1.0}, start="closed-loop")
    assert run_until_trip(simulation, 24)
    assert simulation.time > 2 * 3600


@pytest.mark.parametrize("trip", TRIPPING)
def test_a_trip_freezes_the_plant_at_its_limit(trip):
    """The moment is found inside the step; then nothing moves any more, whatever is done, until a new start."""
    simulation = Simulation(MODEL, 1.0, TRIPPING[trip])
    assert run_until_trip(simulation, 12) == [trip]
    lock = next(lock for lock in MODEL.interlocks if lock.name == trip)
    assert value(simulation, lock.watched) == pytest.approx(lock.limit, abs=1e-9 * lock.limit)
    states = simulation.states[: process.STATES].tobytes()
    for name in VALVES:
        simulation.set(name, 50.0)
    simulation.set("trip_reset", 1.0)
    simulation.advance(600)
    assert tripped(simulation) == [trip]
    assert simulation.states[: process.STATES].tobytes() == states
    simulation.reset()
    assert tripped(simulation) == []


def test_the_empty_reactor_trips():
    """No way of running leads there alone: the reactor begins with little liquid and loses it."""
    states = [*BASE_CASE]
    states[3:9] = [0.13 * number for number in states[3:9]]
    model = replace(MODEL, starts=(Start("empty", "Little liquid", {"e_feed_valve": 0.0}, tuple(states), holds=False),))
    simulation = Simulation(model, 1.0)
    assert 2.0 < value(simulation, "reactor_liquid_volume") < 2.5
    simulation.set("d_feed_valve", 0.0)
    simulation.set("condenser_coolant_valve", 100.0)
    assert "reactor_empty_trip" in run_until_trip(simulation, 1)
    assert value(simulation, "reactor_liquid_volume") == pytest.approx(2.0, abs=1e-9)


@pytest.mark.parametrize(("component", "period"), [("purge_b", 360), ("reactor_feed_a", 360), ("product_g", 900)])
def test_analysers_show_what_was_one_period_ago_and_hold_it(component, period):
    """The valves are moved at 100 s: nothing is seen at the next sample's instant, all of it one period later."""
    simulation = Simulation(MODEL, 1.0)
    first = value(simulation, component)
    simulation.advance(100)
    simulation.set("purge_valve", 80.0)
    simulation.set("a_feed_valve", 60.0)
    simulation.set("stripper_steam_valve", 90.0)
    readings = course(simulation, component, 3 * period - 100)
    changes = [101 + at for at, (one, other) in enumerate(pairwise([first, *readings])) if one != other]
    assert changes == [2 * period, 3 * period]


def test_an_analyser_shows_the_true_value_of_one_period_ago():
    simulation = Simulation(MODEL, 1.0, {"purge_valve": 80.0})
    simulation.advance(360)
    x, y = simulation.states, np.zeros(OUTPUTS)
    process.algebra(x, inputs([], []))
    then = 100 * float(x[process.SEPARATOR_GAS + 1])
    simulation.advance(360)
    process.outputs(simulation.states, inputs([], []), y)
    assert value(simulation, "purge_b") == pytest.approx(then, rel=1e-12)
    assert y[29] == value(simulation, "purge_b")


@pytest.mark.parametrize(
    ("number", "valve"),
    [(14, 10), (15, 11), (19, 5), (19, 7), (19, 8), (19, 9)],
    ids=str,
)
def test_a_sticking_valve_moves_only_beyond_its_band(number, valve):
    name, position = VALVES[valve - 1], f"{VALVES[valve - 1]}_position"
    simulation = Simulation(MODEL, 1.0, {IDV[number]: 1.0})
    simulation.advance(5)
    nominal = value(simulation, name)
    simulation.set(name, nominal + 1.9)
    simulation.advance(60)
    assert value(simulation, position) == pytest.approx(nominal, abs=1e-9)
    simulation.set(name, nominal + 2.1)
    simulation.advance(600)
    assert value(simulation, position) == pytest.approx(nominal + 2.1, abs=0.02)
    simulation.set(IDV[number], 0.0)
    simulation.set(name, nominal + 1.0)
    simulation.advance(600)
    assert value(simulation, position) == pytest.approx(nominal + 1.0, abs=0.02)


@pytest.mark.parametrize("valve", range(12), ids=VALVES.__getitem__)
def test_valves_lag_as_published(valve):
    """A step of 5 %: after the time constant 1 - 1/e of it (Euler's method with 1 s: a little more)."""
    seconds = (8, 8, 6, 9, 7, 5, 5, 5, 120, 5, 5, 5)[valve]
    name = VALVES[valve]
    position = f"{name.removesuffix('_speed')}_position"
    simulation = Simulation(MODEL, 1.0)
    nominal = value(simulation, name)
    simulation.set(name, nominal + 5.0)
    simulation.advance(seconds)
    assert value(simulation, position) - nominal == pytest.approx(5 * (1 - (1 - 1 / seconds) ** seconds), abs=1e-9)


RANDOM = {
    "d_feed_temperature": (9, 35, 55), "a_and_c_feed_temperature": (10, 35, 55),
    "reactor_coolant_inlet_temperature": (11, 25, 45), "condenser_coolant_inlet_temperature": (12, 30, 50),
    "a_feed_temperature": (21, 35, 55), "e_feed_temperature": (22, 35, 55), "a_feed_flow": (23, 0.238, 0.264),
    "d_feed_flow": (24, 3480, 3848), "e_feed_flow": (25, 4283, 4736), "a_and_c_feed_flow": (26, 8.88, 9.82),
    "reactor_coolant_flow": (27, 88.6, 98.1), "condenser_coolant_flow": (28, 46.9, 51.9),
}  # fmt: skip


@pytest.mark.parametrize("tag", RANDOM)
def test_a_random_disturbance_moves_its_cause_within_its_published_bounds(tag):
    """Off it stands still; on it wanders smoothly through most of its range, in manual."""
    number, low, high = RANDOM[tag]
    still, moving = Simulation(MODEL, 1.0), Simulation(MODEL, 1.0, {IDV[number]: 1.0})
    assert len(set(course(still, tag, 600))) == 1
    readings, seen = [], MODEL.index(tag)
    for seed in range(12):
        moving.reset({IDV[number]: 1.0, "noise_seed": float(seed)})
        for _ in range(50):
            moving.advance(60)
            readings.append(float(moving.values[seen]))
    assert low <= min(readings) <= max(readings) <= high
    assert max(readings) - min(readings) > 0.5 * (high - low)
    assert max(abs(one - other) for one, other in pairwise(readings[:50])) < 0.25 * (high - low)


@pytest.mark.parametrize("number", [8, 13, 16, 17, 18, 20])
def test_hidden_disturbances_do_nothing_when_off_and_something_when_on(number):
    still, moved, other = (
        Simulation(MODEL, 1.0, {IDV[number]: size, "noise_seed": seed}, start="closed-loop")
        for size, seed in ((0.0, 1.0), (1.0, 1.0), (1.0, 2.0))
    )
    for simulation in (still, moved, other):
        simulation.advance(6 * 3600)
    readings = [simulation.states[: process.STATES] for simulation in (still, moved, other)]
    assert np.abs(readings[1] / readings[0] - 1).max() > 1e-3
    assert np.abs(readings[2] / readings[1] - 1).max() > 1e-4


def test_random_disturbances_do_not_depend_on_the_step():
    ends = []
    for step in (0.5, 1.0):
        simulation = Simulation(MODEL, step, {IDV[11]: 1.0, IDV[9]: 1.0, "noise_seed": 5.0}, start="closed-loop")
        simulation.advance(round(7200 / step))
        ends.append([value(simulation, tag) for tag in ("reactor_coolant_inlet_temperature", "d_feed_temperature")])
    assert ends[0] == pytest.approx(ends[1], abs=0.02)


STEPS = (
    (1, "a_and_c_feed_a", -3.0), (1, "a_and_c_feed_b", 0.0), (1, "a_and_c_feed_c", 3.0),
    (2, "a_and_c_feed_a", -0.243719), (2, "a_and_c_feed_b", 0.5), (2, "a_and_c_feed_c", -0.256281),
    (3, "d_feed_temperature", 5.0), (4, "reactor_coolant_inlet_temperature", 5.0),
    (5, "condenser_coolant_inlet_temperature", 5.0), (6, "a_feed_flow", -0.25052138),
    (7, "a_and_c_feed_flow", -1.869548),
)  # fmt: skip


@pytest.mark.parametrize(("number", "tag", "change"), STEPS)
@pytest.mark.parametrize("size", [1.0, 0.5])
def test_a_step_disturbance_has_its_published_size(number, tag, change, size):
    """In manual, as the instruments see it after two periods of the analysers; half on is half of it."""
    simulation = Simulation(MODEL, 1.0, {IDV[number]: size})
    before = value(Simulation(MODEL, 1.0), tag)
    simulation.advance(725)
    assert value(simulation, tag) - before == pytest.approx(size * change, abs=2e-6)


def test_the_purge_opens_at_high_pressure_and_goes_back():
    """In auto: wide open from 2950 kPa until below 2633.7 kPa, then as published."""
    simulation = Simulation(MODEL, 1.0, {"purge_flow_mode": 1.0, "compressor_recycle_valve": 90.0}, start="mode-6")
    before = run_to(simulation, "purge_opening", 1.0, "separator_pressure", hours=2)
    assert before == pytest.approx(2950.0, abs=0.5)
    simulation.set("a_and_c_feed_valve", 5.0)
    simulation.set("d_feed_valve", 20.0)
    simulation.advance()
    assert value(simulation, "purge_valve") == 100.0
    before = run_to(simulation, "purge_opening", 0.0, "separator_pressure", hours=2)
    assert before == pytest.approx(2633.7, abs=2.0)
    assert value(simulation, "purge_flow_setpoint") == 0.33712


def test_the_purge_closes_at_low_pressure_and_goes_back():
    """Shut below 2300 kPa until above 2633.7 kPa; the loop goes on from the published 40.06 %."""
    simulation = Simulation(MODEL, 1.0, start="closed-loop")
    simulation.advance(5)
    for tag, wanted in (("purge_flow", 1.2), ("a_and_c_feed_flow", 7.0)):
        simulation.set(f"{tag}_mode", 1.0)
        simulation.set(f"{tag}_setpoint", wanted)
    before = run_to(simulation, "purge_closing", 1.0, "separator_pressure", hours=6)
    assert before == pytest.approx(2300.0, abs=0.5)
    simulation.advance(30)
    assert value(simulation, "purge_valve") == 0.0
    assert value(simulation, "purge_flow") == pytest.approx(0.0, abs=1e-3)
    before = run_to(simulation, "purge_closing", 0.0, "separator_pressure", hours=6)
    assert before == pytest.approx(2633.7, abs=2.0)
    assert value(simulation, "purge_flow_setpoint") == 0.33712
    simulation.advance(60)
    assert value(simulation, "purge_valve") == pytest.approx(40.06, abs=3.0)


def run_to(simulation: Simulation, flag: str, wanted: float, tag: str, hours: float) -> float:
    """Run second by second until the flag has this value; what the tag was just before."""
    for _ in range(round(3600 * hours)):
        before = value(simulation, tag)
        simulation.advance()
        if value(simulation, flag) == wanted:
            return before
    raise AssertionError(f"{flag} never became {wanted:g}")


def test_in_manual_the_purge_is_left_alone():
    simulation = Simulation(MODEL, 1.0, {"d_feed_valve": 85.0}, start="mode-3")
    purge = value(simulation, "purge_valve")
    assert run_until_trip(simulation, 2) == ["reactor_pressure_trip"]
    assert value(simulation, "separator_pressure") > 2950
    assert (value(simulation, "purge_opening"), value(simulation, "purge_valve")) == (0.0, purge)


@pytest.mark.parametrize(
    ("loop", "change", "hours"),
    [("reactor_level", -5.0, 24), ("reactor_temperature", 1.0, 4), ("stripper_underflow", 0.5, 24),
     ("purge_b", 0.5, 48), ("separator_level", 5.0, 4)],
)  # fmt: skip
def test_loops_follow_their_setpoints_in_cascade(loop, change, hours):
    simulation = Simulation(MODEL, 1.0, start="closed-loop")
    simulation.advance(60)
    simulation.set(f"{loop}_setpoint", SETPOINTS[loop] + change)
    assert run_until_trip(simulation, hours) == []
    assert value(simulation, loop) == pytest.approx(SETPOINTS[loop] + change, abs=0.1 * abs(change))


def test_a_velocity_loop_without_integral_action_starts_where_the_valve_is():
    """Manual to auto and cascade moves no valve at once."""
    simulation = Simulation(MODEL, 1.0)
    simulation.advance(60)
    before = [value(simulation, name) for name in VALVES]
    for name in SETPOINTS:
        simulation.set(f"{name}_mode", 1.0)
    simulation.advance()
    after = [value(simulation, name) for name in VALVES]
    assert after == pytest.approx(before, abs=0.02)


def test_the_cost_counts_steam_power_purge_and_product():
    """Twice the purge loses twice the gas: 0.44791 * 0.33712 kscmh * 711.9 $ of components = 113.9 $/h at the base."""
    y, dear = [0.0] * OUTPUTS, [0.0] * OUTPUTS
    EQUATIONS.outputs(memory(list(BASE_CASE), []), inputs([], []), y)
    states = list(BASE_CASE)
    states[process.POSITION + 5] *= 2
    EQUATIONS.outputs(memory(states, []), inputs([], []), dear)
    assert y[73] - 0.0318 * y[18] - 0.0536 * y[19] == pytest.approx(
        dear[73] - y[73] + 4.541 * 46.534 * 0.14324, abs=0.1
    )


@pytest.mark.parametrize("tag", ["reactor_temperature", "reactor_level", "d_feed_flow", "compressor_work"])
def test_noise_has_the_published_deviation(tag):
    quiet, noisy = (Simulation(MODEL, 1.0, {"noise_level": level}) for level in (0.0, 1.0))
    differences = [a - b for a, b in zip(course(noisy, tag, 2000), course(quiet, tag, 2000), strict=True)]
    assert pstdev(differences) == pytest.approx(MODEL.tag(tag).noise, rel=0.08)
    assert fmean(differences) == pytest.approx(0.0, abs=0.1 * MODEL.tag(tag).noise)


def test_analysers_hold_their_noise_with_their_sample():
    simulation = Simulation(MODEL, 1.0, {"noise_level": 1.0})
    gas, product = course(simulation, "purge_b", 1800), []
    assert len(set(gas)) == 6
    simulation.reset({"noise_level": 1.0})
    product = course(simulation, "product_g", 1800)
    assert len(set(product)) == 3


def test_the_last_digit_of_a_seed_matters():
    runs = []
    for seed in (1.0, 2.0, 1.0):
        simulation = Simulation(MODEL, 1.0, {"noise_level": 1.0, "noise_seed": seed, IDV[8]: 1.0}, start="closed-loop")
        simulation.advance(7200)
        runs.append(simulation.values.tobytes())
    assert runs[0] == runs[2] != runs[1]


def true_outputs(simulation: Simulation, u: list[float]) -> np.ndarray:
    y = np.zeros(OUTPUTS)
    compiled(process.outputs, THREE_VECTORS).call(simulation.states, np.array(u), y)
    return y


@given(st.lists(st.sampled_from([0.0, 20.0, 50.0, 80.0, 100.0, None]), min_size=12, max_size=12), st.data())
@settings(max_examples=40, deadline=None)
def test_outputs_stay_inside_their_ranges_until_the_trip(positions, data):
    """Any valves in manual, any disturbances: no instrument needs more than its range."""
    active = data.draw(st.sets(st.sampled_from(sorted(IDV)), max_size=6))
    moved = {name: wanted for name, wanted in zip(VALVES, positions, strict=True) if wanted is not None}
    simulation = Simulation(MODEL, 1.0, moved | {IDV[number]: 1.0 for number in active})
    low, high = MODEL.shown_range
    for _ in range(60):
        simulation.advance(60)
        y = true_outputs(simulation, inputs([value(simulation, name) for name in VALVES], sorted(active)))
        outside = MODEL.output_indices[(y < low) | (y > high)]
        assert [MODEL.tags[place].name for place in outside] == []
        if tripped(simulation):
            break


def test_names_are_numbered_as_published():
    """Labels carry the numbers of XMEAS, XMV and IDV."""
    assert [tag.label for tag in MODEL.own_tags if tag.role is Role.INPUT] == [f"XMV({n})" for n in range(1, 13)]
    assert [tag.label for tag in MODEL.own_tags if tag.role is Role.DISTURBANCE] == [f"IDV({n})" for n in range(1, 29)]
    assert [MODEL.tag(name).label.split("_")[1] for name in XMEAS] == [str(n) for n in range(1, 74)]
    assert all(MODEL.tag(name).description.endswith(f"XMEAS({n})") for n, name in enumerate(XMEAS, 1))
