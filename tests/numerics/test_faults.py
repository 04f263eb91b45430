"""Faults in a simulation: what instruments read, what reaches the process, and that a restored run is the same run."""

import hashlib
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant.catalog import MODELS, find
from plant.errors import DamagedSnapshot, SolverFailed
from plant.faults import KINDS, Fault, Kind, Size
from plant.faults_acting import BIAS, LOSS, STUCK
from plant.model import Model
from plant.quality import Quality
from plant.simulation import Simulation
from plant.solvers.acceleration import plain
from plant.tags import Role

TANK = find("quadruple-tank")
COLUMN = find("wood-berry")
SENSORS = [kind for kind in Kind if Role.OUTPUT in KINDS[kind].roles]
ACTUATORS = [kind for kind in Kind if kind not in SENSORS]
LEVEL = TANK.index("level_1")


def simulated(model: Model, steps: int, *faults: Fault, **inputs: float) -> np.ndarray:
    """Values of all tags at the start and after each step."""
    simulation = Simulation(model, 1.0, inputs, faults=numbered(faults))
    rows = [simulation.values.copy()]
    for _ in range(steps):
        simulation.advance()
        rows.append(simulation.values.copy())
    return np.array(rows)


def numbered(faults: tuple[Fault, ...]) -> list[Fault]:
    return [replace(fault, number=number) for number, fault in enumerate(faults, 1)]


@st.composite
def plans(draw: st.DrawFn) -> tuple[Model, list[Fault]]:
    """A model and faults of any kind that fit its tags."""
    model = draw(st.sampled_from(list(MODELS.values())))
    faults: list[Fault] = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(Kind))
        fitting = [t for t in model.own_tags if t.role in KINDS[kind].roles and not t.states]
        if not fitting:
            continue
        tag = draw(st.sampled_from(fitting))
        part = draw(st.floats(0.01, 1))
        size = tag.low + part * (tag.high - tag.low) if KINDS[kind].size is Size.INSIDE else part
        size = draw(st.sampled_from([1.0, -1.0])) if KINDS[kind].size is Size.SIDE else min(size, tag.high)
        faults.append(
            Fault(
                tag.name, kind, size, draw(st.floats(0, 8)), draw(st.sampled_from([0.0, 3.0])),
                draw(st.sampled_from([math.inf, 1.5, 6.0])), 4.0, len(faults) + 1,
            )
        )  # fmt: skip
    return model, faults


def test_the_codes_are_in_the_order_of_the_kinds() -> None:
    assert [list(Kind).index(kind) for kind in (Kind.BIAS, Kind.STUCK, Kind.LOSS)] == [BIAS, STUCK, LOSS]
    assert [kind for kind in Kind if list(Kind).index(kind) < STUCK] == SENSORS


@pytest.mark.parametrize("kind", SENSORS)
def test_a_faulty_instrument_leaves_process_and_other_readings_alone(kind: Kind) -> None:
    fault = Fault("level_1", kind, 1.0, 20.0, duration=30.0, interval=5.0)
    healthy, faulty = simulated(TANK, 80, pump_1_voltage=4.0), simulated(TANK, 80, fault, pump_1_voltage=4.0)
    others = np.arange(len(TANK.tags)) != LEVEL
    assert (healthy[:, others] == faulty[:, others]).all()
    assert (healthy[:20, LEVEL] == faulty[:20, LEVEL]).all()
    assert (healthy[50:, LEVEL] == faulty[50:, LEVEL]).all()
    assert (healthy[20:50, LEVEL] != faulty[20:50, LEVEL]).any()


@given(plans(), st.integers(0, 12), st.booleans())
@settings(max_examples=60)
def test_a_restored_run_is_the_same_run_bit_for_bit(plan: tuple[Model, list[Fault]], at: int, later: bool) -> None:
    model, faults = plan
    whole = Simulation(model, 1.0, faults=faults)
    for _ in range(at):
        whole.advance()
    if later and faults:
        whole.inject(replace(faults[0], start=None), 99)
    other = Simulation(model, 1.0)
    other.restore(whole.snapshot())
    assert other.faults == whole.faults
    for _ in range(12):
        whole.advance()
        other.advance()
        assert whole.values.tobytes() == other.values.tobytes()
    assert whole.snapshot() == other.snapshot()


@given(plans())
@settings(max_examples=15)
def test_one_batch_and_the_plain_form_give_the_same_bits(plan: tuple[Model, list[Fault]]) -> None:
    model, faults = plan
    stepped, batch = Simulation(model, 1.0, faults=faults), Simulation(model, 1.0, faults=faults)
    with plain():
        fallback = Simulation(model, 1.0, faults=faults)
    for _ in range(12):
        stepped.advance()
        fallback.advance()
    batch.advance(12)
    assert stepped.snapshot() == batch.snapshot()
    assert stepped.values == pytest.approx(fallback.values, rel=1e-12, abs=1e-12)


@given(plans())
@settings(max_examples=30)
def test_readings_stay_in_their_ranges(plan: tuple[Model, list[Fault]]) -> None:
    model, faults = plan
    simulation = Simulation(model, 1.0, faults=faults)
    for _ in range(10):
        simulation.advance()
        for tag, value in zip(model.tags, simulation.values.tolist(), strict=True):
            assert tag.role is Role.STATE or tag.low <= value <= tag.high, tag.name


def test_a_bias_grows_over_its_ramp_and_stays() -> None:
    error = simulated(TANK, 60, Fault("level_1", Kind.BIAS, -2.0, 10.0, ramp=20.0))[:, LEVEL] - TANK.tags[LEVEL].nominal
    assert error[:10] == pytest.approx(0.0, abs=1e-9)
    assert error[10:31] == pytest.approx(np.linspace(0.0, -2.0, 21), abs=1e-9)
    assert error[31:] == pytest.approx(-2.0, abs=1e-9)


def test_a_drift_goes_on_by_its_size_an_hour() -> None:
    error = simulated(TANK, 1800, Fault("level_1", Kind.DRIFT, 3.0, 900.0))[:, LEVEL] - TANK.tags[LEVEL].nominal
    assert error[[900, 1350, 1800]] == pytest.approx([0.0, 0.375, 0.75], abs=1e-9)


def test_a_frozen_reading_is_the_one_of_its_beginning() -> None:
    rows = simulated(TANK, 60, Fault("level_1", Kind.FREEZE, 0.0, 20.0), pump_1_voltage=4.0)[:, LEVEL]
    assert len(set(rows[20:])) == 1
    assert rows[20] == simulated(TANK, 20, pump_1_voltage=4.0)[20, LEVEL]


def test_noise_has_its_deviation_and_follows_the_seed() -> None:
    noisy = Fault("level_1", Kind.NOISE, 0.2, 0.0)
    error = simulated(TANK, 2000, noisy)[1:, LEVEL] - TANK.tags[LEVEL].nominal
    assert (error.mean(), error.std()) == (pytest.approx(0.0, abs=0.015), pytest.approx(0.2, rel=0.05))
    assert (simulated(TANK, 50, noisy) == simulated(TANK, 50, noisy)).all()
    seeded = replace(TANK, random=True)
    runs = [simulated(seeded, 50, noisy, noise_seed=float(seed))[1:, LEVEL] for seed in (1, 7, 7)]
    assert (runs[0] != runs[1]).all()
    assert (runs[1] == runs[2]).all()


def test_two_noisy_instruments_are_not_wrong_alike() -> None:
    rows = simulated(TANK, 500, Fault("level_1", Kind.NOISE, 0.2, 0.0), Fault("level_2", Kind.NOISE, 0.2, 0.0))
    assert abs(np.corrcoef(rows[1:, LEVEL], rows[1:, TANK.index("level_2")])[0, 1]) < 0.15


def test_spikes_strike_first_at_once_and_then_now_and_then() -> None:
    error = simulated(TANK, 3000, Fault("level_1", Kind.SPIKE, 1.5, 10.0, interval=30.0))[:, LEVEL]
    struck = np.flatnonzero(np.abs(error - TANK.tags[LEVEL].nominal) > 1.0)
    assert struck[0] == 10
    assert len(struck) == pytest.approx(100, abs=30)


@pytest.mark.parametrize(
    ("kind", "size", "reading", "quality"),
    [
        (Kind.OPEN_CIRCUIT, -1.0, 0.0, Quality.BAD_SENSOR_FAILURE),
        (Kind.OPEN_CIRCUIT, 1.0, 20.0, Quality.BAD_SENSOR_FAILURE),
        (Kind.OUT_OF_RANGE, 1.0, 20.0, Quality.BAD_OUT_OF_RANGE),
        (Kind.NOISE, 0.001, None, Quality.UNCERTAIN_SENSOR_NOT_ACCURATE),
        (Kind.BIAS, 1.0, None, Quality.GOOD),
    ],
)
def test_status_codes_come_and_go_with_their_fault(
    kind: Kind, size: float, reading: float | None, quality: Quality
) -> None:
    simulation = Simulation(TANK, 1.0, faults=[Fault("level_1", kind, size, 3.0, duration=4.0)])
    codes = []
    for _ in range(9):
        simulation.advance()
        status = simulation.status
        codes.append(0 if status is None else int(status[LEVEL]))
        assert status is None or status.sum() == status[LEVEL]
        if reading is not None and 3 <= simulation.tick < 7:
            assert simulation.values[LEVEL] == reading
    assert codes == [0, 0, *[int(quality)] * 4, 0, 0, 0]


def test_the_worst_code_wins() -> None:
    faults = [Fault("level_1", Kind.OPEN_CIRCUIT, -1.0, 0.0), Fault("level_1", Kind.NOISE, 1.0, 0.0)]
    status = Simulation(TANK, 1.0, faults=numbered(tuple(faults))).status
    assert status is not None
    assert status[LEVEL] == Quality.BAD_SENSOR_FAILURE


def test_a_loop_acts_on_what_its_instrument_reads() -> None:
    auto = {"level_1_signal_mode": 1.0, "level_2_signal_mode": 1.0}
    rows = simulated(TANK, 3000, Fault("level_1_signal", Kind.BIAS, 0.5, 100.0), **auto)
    signal, level = TANK.index("level_1_signal"), TANK.index("level_1")
    assert rows[-1, signal] == pytest.approx(TANK.tags[signal].nominal, abs=1e-3)
    assert rows[-1, level] == pytest.approx(TANK.tags[level].nominal - 1.0, abs=2e-3)


def test_a_stuck_valve_keeps_its_place_and_its_tag_the_command() -> None:
    simulation = Simulation(TANK, 1.0, faults=[Fault("pump_1_voltage", Kind.STUCK, 0.0, 10.0, duration=100.0)])
    simulation.advance(20)
    simulation.set("pump_1_voltage", 5.0)
    simulation.advance(80)
    assert simulation.values[TANK.index("pump_1_voltage")] == 5.0
    assert simulation.values[LEVEL] == pytest.approx(TANK.tags[LEVEL].nominal, abs=1e-9)
    simulation.advance(60)
    assert simulation.values[LEVEL] > TANK.tags[LEVEL].nominal + 0.5


def test_a_sticky_valve_moves_only_when_the_command_is_far_away() -> None:
    simulation = Simulation(TANK, 1.0, faults=[Fault("pump_1_voltage", Kind.STICTION, 0.3, 0.0)])
    simulation.advance()
    for command in (3.1, 3.2, 3.29):
        simulation.set("pump_1_voltage", command)
        simulation.advance(30)
        assert simulation.values[LEVEL] == pytest.approx(TANK.tags[LEVEL].nominal, abs=1e-9)
    simulation.set("pump_1_voltage", 3.4)
    simulation.advance(30)
    moved = Simulation(TANK, 1.0, {"pump_1_voltage": 3.4})
    moved.advance(30)
    assert simulation.values[LEVEL] == pytest.approx(moved.values[LEVEL], rel=1e-12)


def test_a_leaking_valve_never_closes() -> None:
    leaking = simulated(TANK, 400, Fault("pump_1_voltage", Kind.LEAK, 1.0, 0.0), pump_1_voltage=0.0)
    closed = simulated(TANK, 400, pump_1_voltage=1.0)
    assert (leaking[:, LEVEL] == closed[:, LEVEL]).all()
    opened = simulated(TANK, 50, Fault("pump_1_voltage", Kind.LEAK, 1.0, 0.0), pump_1_voltage=4.0)
    assert (opened == simulated(TANK, 50, pump_1_voltage=4.0)).all()


def test_a_lost_supply_falls_over_its_ramp_while_the_command_stays() -> None:
    lost = simulated(TANK, 30, Fault("pump_1_voltage", Kind.LOSS, 0.0, 0.0, ramp=10.0))
    assert (lost[:, TANK.index("pump_1_voltage")] == 3.0).all()
    assert (np.diff(lost[1:, LEVEL]) < 0).all()
    simulation = Simulation(TANK, 1.0)
    for tick in range(30):
        simulation.set("pump_1_voltage", 3.0 * (1 - min(1.0, tick / 10)))
        simulation.advance()
    assert simulation.values[LEVEL] == pytest.approx(lost[-1, LEVEL], rel=1e-12)


def test_a_lost_disturbance_shows_what_reaches_the_process_and_comes_back() -> None:
    feed = COLUMN.index("feed_flow")
    simulation = Simulation(COLUMN, 1.0, faults=[Fault("feed_flow", Kind.LOSS, 1.0, 5.0, duration=10.0)])
    shown = []
    for tick in range(20):
        if tick == 8:
            simulation.set("feed_flow", 3.0)
        simulation.advance()
        shown.append(float(simulation.values[feed]))
    assert shown == [COLUMN.tags[feed].nominal] * 5 + [1.0] * 10 + [3.0] * 5


def test_clearing_gives_a_lost_disturbance_its_value_back() -> None:
    simulation = Simulation(COLUMN, 1.0, faults=[Fault("feed_flow", Kind.LOSS, 1.0, 0.0, number=1)])
    simulation.advance(3)
    assert simulation.values[COLUMN.index("feed_flow")] == 1.0
    simulation.clear()
    assert simulation.values[COLUMN.index("feed_flow")] == COLUMN.tag("feed_flow").nominal
    assert simulation.faults == ()


def test_injected_and_cleared_while_running_it_shows_at_once() -> None:
    simulation = Simulation(TANK, 1.0)
    simulation.advance(10)
    healthy = float(simulation.values[LEVEL])
    first = simulation.inject(Fault("level_1", Kind.BIAS, 1.0), 4)
    second = simulation.inject(Fault("level_1", Kind.BIAS, 0.5, 2.0), 5)
    assert (first.start, first.number, second.start) == (10.0, 4, 10.0)
    assert simulation.values[LEVEL] == pytest.approx(healthy + 1.5)
    simulation.clear(4)
    assert simulation.values[LEVEL] == pytest.approx(healthy + 0.5)
    simulation.clear()
    assert (simulation.values[LEVEL], simulation.faults) == (healthy, ())


def test_faults_that_have_ended_leave_when_another_comes() -> None:
    simulation = Simulation(TANK, 1.0, faults=[Fault("level_1", Kind.BIAS, 1.0, 0.0, duration=2.0, number=1)])
    simulation.advance(5)
    assert [fault.stage(simulation.time) for fault in simulation.faults] == ["ended"]
    simulation.inject(Fault("level_2", Kind.BIAS, 1.0), 2)
    assert [fault.number for fault in simulation.faults] == [2]


def test_reset_begins_with_the_faults_it_is_given() -> None:
    planned = [Fault("level_1", Kind.BIAS, 1.0, 0.0, number=1)]
    simulation = Simulation(TANK, 1.0, faults=planned)
    start = simulation.values.copy()
    simulation.inject(Fault("level_2", Kind.BIAS, 1.0), 2)
    simulation.advance(5)
    simulation.reset(None, planned)
    assert (simulation.values == start).all()
    assert simulation.values[LEVEL] == pytest.approx(TANK.tags[LEVEL].nominal + 1.0)
    simulation.reset()
    assert simulation.faults == ()


def test_a_failed_step_leaves_the_memory_of_faults_as_it_was() -> None:
    simulation = Simulation(TANK, 1.0, faults=[Fault("pump_2_voltage", Kind.STICTION, 0.3, 0.0)])
    simulation.advance(3)
    simulation.set("pump_2_voltage", 9.0)
    simulation.set("pump_1_voltage", math.nan)
    before = simulation.snapshot()
    with pytest.raises(SolverFailed):
        simulation.advance()
    assert simulation.snapshot() == before


def test_a_snapshot_with_faults_of_another_version_is_refused() -> None:
    simulation = Simulation(TANK, 1.0, faults=[Fault("level_1", Kind.BIAS, 1.0, 0.0, number=1)])
    body = simulation.snapshot()[:-32].replace(b'"bias"', b'"bent"')
    with pytest.raises(DamagedSnapshot, match="another version"):
        Simulation(TANK, 1.0).restore(body + hashlib.sha256(body).digest())
