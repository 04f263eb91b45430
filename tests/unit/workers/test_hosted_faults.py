"""Faults and start states of a hosted simulation: actions of the stream, frames, replay and reset."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from connections.action import Action
from plant import catalog
from plant.faults_check import check_faults
from plant.lifecycle import State
from plant.quality import Quality
from tests.hosting import assignment
from workers import frames
from workers.actions import apply
from workers.hosted import Hosted, begin
from workers.moment import Moment
from workers.past import Past
from workers.steps import advance

SECOND = 10**9
MODEL = catalog.find("wood-berry")
TOP = MODEL.index("distillate_methanol")


def at(seconds: float) -> Moment:
    return Moment(100.0 + seconds, 1_000 * SECOND + int(seconds * SECOND))


def planned(*asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [fault.begun(0.0, fault.number).words() for fault in check_faults(MODEL, asked)]


def hosted(**changes: object) -> Hosted:
    made = begin(replace(assignment(speed=1.0), **changes), math.inf, at(0))  # type: ignore[arg-type]
    frames.start(made, at(0))
    return made


def injected(number: int, **words: Any) -> Action:
    (fault,) = check_faults(MODEL, [words])
    return Action("engineer", "test", 0, number=number, fault=fault.words())


def run(sim: Hosted, until: int) -> None:
    while sim.tick < until:
        advance(sim, at(sim.tick + 1))


def test_an_injected_fault_is_echoed_at_once_under_its_number() -> None:
    sim = hosted(faults=planned({"tag": "bottoms_methanol", "kind": "freeze", "start": 50}))
    run(sim, 5)
    echo = apply(sim, injected(3, tag="distillate_methanol", kind="bias", size=0.5), at(5.2))
    assert echo is not None
    assert echo.values[TOP] == pytest.approx(MODEL.tags[TOP].nominal + 0.5)
    assert [(fault.number, fault.start) for fault in sim.simulation.faults] == [(1, 50.0), (4, 5.0)]


def test_a_bad_reading_has_its_code_and_no_number() -> None:
    sim = hosted()
    echo = apply(sim, injected(1, tag="distillate_methanol", kind="open_circuit"), at(0.2))
    assert echo is not None
    assert echo.status is not None
    assert echo.status[TOP] == Quality.BAD_SENSOR_FAILURE
    assert math.isnan(echo.values[TOP])
    assert np.isfinite(np.delete(echo.values, TOP)).all()
    assert sim.simulation.values[TOP] == MODEL.tags[TOP].low
    cleared = apply(sim, Action("engineer", "test", 0, command="clear_faults", number=2), at(0.3))
    assert cleared is not None
    assert cleared.status is None


def test_one_fault_is_cleared_by_its_number() -> None:
    sim = hosted()
    for number, tag in ((1, "distillate_methanol"), (2, "bottoms_methanol")):
        apply(sim, injected(number, tag=tag, kind="freeze"), at(0.1))
    apply(sim, Action("engineer", "test", 0, command="clear_faults", argument=1.0, number=3), at(0.2))
    assert [fault.number for fault in sim.simulation.faults] == [2]


def test_a_late_sample_is_uncertain_unless_it_is_worse() -> None:
    sim = hosted(faults=planned({"tag": "distillate_methanol", "kind": "out_of_range", "start": 0}))
    frame = advance(sim, at(10.0))
    assert frame is not None
    assert frame.status is not None
    assert frame.status[TOP] == Quality.BAD_OUT_OF_RANGE
    assert set(np.delete(frame.status, TOP)) == {Quality.UNCERTAIN_LAST_USABLE_VALUE}


def test_reset_keeps_the_planned_faults_alone() -> None:
    sim = hosted(faults=planned({"tag": "bottoms_methanol", "kind": "freeze", "start": 50}))
    apply(sim, injected(1, tag="distillate_methanol", kind="freeze"), at(0.1))
    apply(sim, Action("engineer", "test", 0, command="reset", number=2), at(0.2))
    assert [fault.number for fault in sim.simulation.faults] == [1]


def test_the_next_attempt_repeats_faults_at_their_ticks() -> None:
    first = hosted()
    run(first, 4)
    actions = [
        injected(1, tag="distillate_methanol", kind="drift", size=500.0),
        Action("engineer", "test", 0, command="clear_faults", number=2),
        injected(3, tag="reflux_flow", kind="stuck"),
    ]
    for action in actions:
        apply(first, action, at(first.tick + 0.2))
        run(first, first.tick + 3)
    second = hosted()
    second.past = Past()
    second.past.actions.extend((action, first.notes[action.number]) for action in actions)
    second.past.tick = first.tick
    while second.replaying:
        assert advance(second, at(30)) is None
    assert second.simulation.snapshot() == first.simulation.snapshot()


def test_a_fault_that_no_door_lets_pass_ends_this_simulation_alone() -> None:
    sim = hosted()
    echo = apply(sim, Action("engineer", "test", 0, number=1, fault={"tag": "distillate_methanol"}), at(0))
    assert echo is not None
    assert echo.state is State.FAILED


def test_the_start_state_holds_for_the_start_and_for_every_reset() -> None:
    model = next(m for m in catalog.MODELS.values() if len(m.starts) > 1 and m.starts[1].inputs)
    start = model.starts[1]
    sim = hosted(model_id=model.id, sample_time=model.sample_time, start=start.name)
    values = sim.simulation.values.copy()
    for name, value in start.inputs.items():
        assert values[model.index(name)] == value
    run(sim, 3)
    apply(sim, Action("engineer", "test", 0, command="reset", number=1), at(9))
    assert (sim.simulation.values == values).all()
