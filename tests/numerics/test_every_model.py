"""What must hold for every model of the catalogue."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plant.catalog import MODELS
from plant.errors import DamagedSnapshot, SolverFailed
from plant.loops import AUTO, MANUAL
from plant.model import Model
from plant.simulation import Simulation
from plant.tags import Role

EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
LOOPS = pytest.mark.parametrize(
    ("model", "loop"),
    [(model, loop) for model in MODELS.values() for loop in model.loops],
    ids=[f"{model.id}-{loop.controlled}" for model in MODELS.values() for loop in model.loops],
)


def run(simulation: Simulation, steps: int) -> Simulation:
    for _ in range(steps):
        simulation.advance()
    return simulation


def value(simulation: Simulation, name: str) -> float:
    return float(simulation.values[simulation.model.index(name)])


def spread(model: Model) -> np.ndarray:
    return np.array([tag.high - tag.low for tag in model.tags])


@st.composite
def plans(draw: st.DrawFn) -> tuple[Model, list[dict[str, float]]]:
    """A model and, for some steps, values of anything writable within the declared ranges."""
    model = draw(st.sampled_from(list(MODELS.values())))
    writable = [tag for tag in model.tags if tag.writable]
    changes = st.dictionaries(st.sampled_from(writable), st.floats(0, 1), max_size=4)
    plan = []
    for change in draw(st.lists(changes, min_size=1, max_size=12)):
        at = {tag.name: tag.low + part * (tag.high - tag.low) for tag, part in change.items()}
        plan.append(
            {name: round(v) if model.tag(name).states else min(v, model.tag(name).high) for name, v in at.items()}
        )
    return model, plan


@EVERY
def test_starts_inside_ranges_at_a_steady_state(model):
    """At the start every value is inside its range and its alarm limits, and for an hour nothing moves."""
    simulation = Simulation(model, model.sample_time)
    for tag, start in zip(model.tags, simulation.values.tolist(), strict=True):
        assert tag.low <= start <= tag.high, tag.name
        limits = tag.limits
        assert start < (limits.high if limits.high is not None else np.inf), tag.name
        assert start > (limits.low if limits.low is not None else -np.inf), tag.name
        assert start == pytest.approx(tag.nominal, abs=1e-7 * (tag.high - tag.low))
    before = simulation.values.copy()
    run(simulation, 3600)
    assert (np.abs(simulation.values - before) / spread(model)).max() < 1e-9


@given(plans(), st.sampled_from([0.05, 1.0, 7.3, 60.0]))
@settings(max_examples=60, deadline=None)
def test_finite_whatever_an_engineer_writes(planned, step):
    """Any writes inside the ranges, loops in auto included: values stay finite and inputs inside their ranges."""
    model, plan = planned
    simulation = Simulation(model, step)
    for change in plan:
        for name, number in change.items():
            simulation.set(name, number)
        run(simulation, 10)
        assert np.isfinite(simulation.values).all()
        for tag, present in zip(model.tags, simulation.values.tolist(), strict=True):
            assert tag.role in (Role.OUTPUT, Role.STATE) or tag.low <= present <= tag.high


@given(plans(), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_a_restored_run_equals_the_original_bit_for_bit(planned, split):
    """Snapshot, restore into a fresh simulation, go on: no bit differs."""
    model, plan = planned
    original = Simulation(model, model.sample_time, plan[0])
    run(original, split)
    restored = Simulation(model, model.sample_time)
    restored.restore(original.snapshot())
    for change in plan:
        for name, number in change.items():
            original.set(name, number)
            restored.set(name, number)
        run(original, 7)
        run(restored, 7)
        assert original.values.tobytes() == restored.values.tobytes()
    assert original.snapshot() == restored.snapshot()
    assert original.time == restored.time


@EVERY
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_snapshot_is_refused(model, data):
    """One wrong byte, a piece missing, or something else altogether: refused, and nothing is changed."""
    simulation = run(Simulation(model, 1.0), 3)
    whole = simulation.snapshot()
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.one_of(
            st.binary(max_size=200),
            st.just(whole[:place]),
            st.just(whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]),
        )
    )
    with pytest.raises(DamagedSnapshot):
        simulation.restore(damaged)
    assert simulation.snapshot() == whole


@EVERY
def test_a_snapshot_of_another_model_or_step_is_refused(model):
    for other in MODELS.values():
        for step in (1.0, 2.0):
            if (other, step) != (model, 1.0):
                with pytest.raises(DamagedSnapshot):
                    Simulation(model, 1.0).restore(Simulation(other, step).snapshot())


@EVERY
def test_reset_goes_back_to_the_start(model):
    fresh = Simulation(model, 1.0)
    moved = Simulation(model, 1.0)
    for tag in model.tags:
        if tag.writable and not tag.states:
            moved.set(tag.name, 0.5 * (tag.low + tag.high))
    run(moved, 50)
    moved.reset()
    assert moved.snapshot() == fresh.snapshot()


@EVERY
def test_a_failed_step_changes_nothing(model):
    """NaN can't pass the gate; should it ever arrive, the step fails and the state before it is kept."""
    simulation = run(Simulation(model, 1.0), 5)
    first_input = next(tag.name for tag in model.tags if tag.role is Role.INPUT)
    simulation.set(first_input, float("nan"))
    while tick_until_failure(simulation):
        assert simulation.tick < 1000, "NaN went through the equations unnoticed"


def tick_until_failure(simulation: Simulation) -> bool:
    """Take one step; when it fails, everything is as it was before."""
    before, tick = simulation.snapshot(), simulation.tick
    with suppress(SolverFailed):
        simulation.advance()
    if simulation.tick == tick:
        assert simulation.snapshot() == before
    return simulation.tick > tick


@EVERY
def test_cost_of_a_step_is_constant(model):
    """The number of Python calls of a step and the size of the state do not grow with time or with dead time."""
    import sys

    def calls(simulation: Simulation) -> int:
        count = 0

        def count_one(_frame: object, event: str, _argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(count_one)
        try:
            simulation.advance()
        finally:
            sys.setprofile(None)
        return count

    simulation = run(Simulation(model, 1.0), 2)
    size, first = len(simulation.snapshot()), calls(simulation)
    run(simulation, 5000)
    assert calls(simulation) == first
    assert len(simulation.snapshot()) - size in range(8)


@EVERY
def test_memory_of_a_simulation(model):
    """A hosted simulation needs less than 100 kB."""
    import tracemalloc

    Simulation(model, model.sample_time)
    tracemalloc.start()
    try:
        hosted = [Simulation(model, model.sample_time) for _ in range(10)]
        used = tracemalloc.get_traced_memory()[0] / len(hosted)
    finally:
        tracemalloc.stop()
    assert used < 100_000


def small_step(model: Model, loop_tag: str) -> float:
    tag = model.tag(loop_tag)
    return {
        "distillate_methanol": 0.3,
        "bottoms_methanol": 0.2,
        "reactor_temperature": 0.01,
        "ethylene_oxide": 0.001,
    }.get(tag.name, 0.3)


@LOOPS
def test_a_loop_settles_on_its_setpoint(model, loop):
    """In auto with the shipped tuning a small change of the setpoint is followed."""
    simulation = Simulation(model, 1.0, {loop.mode_name: AUTO})
    wanted = model.tag(loop.controlled).nominal + small_step(model, loop.controlled)
    simulation.set(loop.setpoint_name, wanted)
    run(simulation, round(40 * max(loop.integral_time, 60)))
    assert value(simulation, loop.controlled) == pytest.approx(wanted, abs=0.01 * small_step(model, loop.controlled))


@LOOPS
def test_manual_to_auto_is_bumpless(model, loop):
    """The first execution in auto moves the output by no more than one integral action."""
    simulation = Simulation(model, 1.0)
    tag = model.tag(loop.manipulated)
    simulation.set(loop.manipulated, tag.nominal + 0.02 * (tag.high - tag.low))
    run(simulation, 100)
    before = value(simulation, loop.manipulated)
    simulation.set(loop.mode_name, AUTO)
    run(simulation, 1)
    error = value(simulation, loop.setpoint_name) - value(simulation, loop.controlled)
    assert abs(value(simulation, loop.manipulated) - before) <= 2 * abs(loop.gain * error) / loop.integral_time + 1e-12


@LOOPS
def test_a_value_written_with_the_change_to_auto_is_kept(model, loop):
    """An output moved by hand in the same moment as the change to auto is where auto begins."""
    tag = model.tag(loop.manipulated)
    moved = tag.nominal + 0.01 * (tag.high - tag.low)
    simulation = run(Simulation(model, 1.0), 10)
    simulation.set(loop.manipulated, moved)
    simulation.set(loop.mode_name, AUTO)
    run(simulation, 1)
    assert value(simulation, loop.manipulated) == pytest.approx(moved, abs=1e-3 * (tag.high - tag.low))


@LOOPS
def test_auto_to_manual_leaves_the_output_alone(model, loop):
    simulation = run(Simulation(model, 1.0, {loop.mode_name: AUTO}), 5)
    simulation.set(loop.setpoint_name, model.tag(loop.controlled).nominal + small_step(model, loop.controlled))
    run(simulation, 20)
    before = value(simulation, loop.manipulated)
    simulation.set(loop.mode_name, MANUAL)
    run(simulation, 50)
    assert value(simulation, loop.manipulated) == before


@LOOPS
def test_no_windup(model, loop):
    """A loop tuned ten times as sharp, half an hour against the end of its range: the way back begins at once.

    Where the output can hold even the highest setpoint there is nothing to wind up: then it is held.
    """
    simulation = Simulation(model, 1.0, {loop.mode_name: AUTO})
    tag, output = model.tag(loop.controlled), model.tag(loop.manipulated)
    upward = loop.gain > 0
    simulation.set(f"{loop.controlled}_gain", 10 * loop.gain)
    simulation.set(loop.setpoint_name, tag.high)
    run(simulation, 1800)
    if value(simulation, loop.manipulated) != (output.high if upward else output.low):
        assert value(simulation, loop.controlled) == pytest.approx(tag.high, abs=0.05 * (tag.high - tag.low))
        return
    simulation.set(loop.setpoint_name, tag.low)
    run(simulation, 2)
    assert value(simulation, loop.manipulated) not in ((output.high,) if upward else (output.low,))


def samples(model: Model, step: float, count: int, inputs: dict[str, float]) -> Sequence[float]:
    simulation = run(Simulation(model, step, inputs), count)
    return simulation.values[model.output_indices].tolist()


@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(-0.3, 0.3), st.integers(2, 9))
@settings(max_examples=30, deadline=None)
def test_a_linear_model_has_the_same_values_with_any_step(reflux, steam, feed, times):
    """Wood-Berry is moved by the exact solution: values at common times agree to 1e-9 for steps h and n h."""
    inputs = {"reflux_flow": 1.95 + reflux, "steam_flow": 1.71 + steam, "feed_flow": 2.45 + feed}
    fine = samples(MODELS["wood-berry"], 3.0, 50 * times, inputs)
    coarse = samples(MODELS["wood-berry"], 3.0 * times, 50, inputs)
    assert fine == pytest.approx(coarse, abs=1e-9)
