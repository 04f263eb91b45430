"""One hosted simulation without clock or socket: what is due, what commands do, what its frames say."""

import math
from base64 import b64encode
from dataclasses import replace

import numpy as np
import pytest

from connections.action import Action
from plant.frames import Kind
from plant.lifecycle import State
from plant.pace import UNLIMITED
from plant.quality import Quality
from tests.hosting import assignment
from workers import frames
from workers.actions import apply
from workers.hosted import Hosted, begin
from workers.moment import Moment, Note
from workers.past import Past
from workers.steps import advance

SECOND = 10**9
SIGN_OF_LIFE = 1.0


def at(seconds: float) -> Moment:
    return Moment(100.0 + seconds, 1_000 * SECOND + int(seconds * SECOND))


def hosted(**changes: object) -> Hosted:
    made = begin(replace(assignment(speed=1.0), **changes), math.inf, at(0))  # type: ignore[arg-type]
    frames.start(made, at(0))
    return made


def command(number: int, name: str, argument: float | None = None) -> Action:
    return Action("operator", "test", 0, {}, name, argument, number)


def run(sim: Hosted, until: float) -> list[int]:
    """Make every step that is due until then, on time; the ticks."""
    ticks = []
    while not sim.ended and sim.step_due() <= at(until).mono:
        frame = advance(sim, at(max(sim.step_due() - at(0).mono, 0.0)))
        assert frame is not None
        ticks.append(frame.tick)
    return ticks


def test_steps_are_due_one_period_apart() -> None:
    sim = hosted(speed=2.0)
    assert sim.step_due() == at(0.5).mono
    assert run(sim, 5.0) == list(range(1, 11))
    assert sim.overruns == 0


def test_a_sign_of_life_is_due_when_no_sample_is() -> None:
    sim = hosted(speed=0.1)
    assert sim.event_due(SIGN_OF_LIFE) == at(1.0).mono
    frames.echo(sim, at(1.0))
    assert sim.event_due(SIGN_OF_LIFE) == at(2.0).mono


def test_late_steps_are_stamped_when_they_were_due_and_counted() -> None:
    sim = hosted()
    samples = [advance(sim, at(10.0)) for _ in range(10)]
    walls = [(frame.wall_time - at(0).wall) / SECOND for frame in samples if frame]
    assert walls == pytest.approx(list(range(1, 11)), abs=1e-6)
    assert sim.overruns == sum(10 - tick > 1 for tick in range(1, 11))
    codes = [None if frame.status is None else int(frame.status[0]) for frame in samples if frame]
    assert codes == [int(Quality.UNCERTAIN_LAST_USABLE_VALUE) if 10 - n > frames.LATE else None for n in range(1, 11)]


def test_what_is_told_while_late_takes_no_sample_its_time() -> None:
    sim = hosted()
    advance(sim, at(10.0))
    echo = apply(sim, Action("operator", "test", 0, {"reflux_flow": 2.0}, number=1), at(10.0))
    life = frames.echo(sim, at(10.0))
    assert echo is not None
    samples = [frame for _ in range(9) if (frame := advance(sim, at(10.0)))]
    assert [frame.wall_time / SECOND for frame in samples] == pytest.approx(np.arange(1002, 1011), abs=1e-6)
    assert at(1.0).wall < echo.wall_time < life.wall_time < samples[0].wall_time + 10
    assert frames.echo(sim, at(10.4)).wall_time == at(10.4).wall


def test_wall_time_rises_even_when_the_clock_goes_back() -> None:
    sim = hosted()
    walls = [frames.echo(sim, Moment(100.0, 1_000 * SECOND - back)).wall_time for back in (0, 5, 500, 3)]
    assert np.all(np.diff(walls) > 0)


def test_pause_stops_the_steps_and_resume_forgets_the_time_between() -> None:
    sim = hosted()
    run(sim, 3.0)
    assert apply(sim, command(1, "pause"), at(3.2)).state is State.PAUSED  # type: ignore[union-attr]
    assert sim.step_due() == math.inf
    apply(sim, command(2, "resume"), at(60.0))
    assert sim.step_due() == at(61.0).mono
    assert run(sim, 62.0) == [4, 5]
    assert sim.overruns == 0


def test_steps_are_made_at_once_while_paused_and_only_then() -> None:
    sim = hosted(paused=True)
    apply(sim, command(1, "step", 3), at(1))
    assert [advance(sim, at(1)).tick for _ in range(3)] == [1, 2, 3]  # type: ignore[union-attr]
    assert sim.step_due() == math.inf
    apply(sim, command(2, "resume"), at(2))
    apply(sim, command(3, "step", 3), at(2))
    assert sim.pending == 0


def test_speed_changes_from_now_on() -> None:
    sim = hosted()
    run(sim, 2.0)
    apply(sim, command(1, "speed", 10), at(2.5))
    assert sim.step_due() == pytest.approx(at(2.6).mono)
    assert apply(sim, command(2, "speed", None), at(2.5)).speed == UNLIMITED  # type: ignore[union-attr]
    assert sim.step_due() == -math.inf


def test_reset_begins_again_but_ticks_go_on() -> None:
    sim = hosted(inputs={"reflux_flow": 2.0})
    apply(sim, Action("operator", "test", 0, {"reflux_flow": 2.2}, number=1), at(0))
    run(sim, 5.0)
    echo = apply(sim, command(2, "reset"), at(5.5))
    assert echo is not None
    assert (echo.tick, echo.sim_time, echo.kind) == (5, 0.0, Kind.ECHO)
    assert 2.0 in echo.values
    frame = advance(sim, at(6.5))
    assert frame is not None
    assert (frame.tick, frame.sim_time) == (6, 1.0)


def test_an_action_is_applied_once_and_in_order() -> None:
    sim = hosted()
    echo = apply(sim, Action("operator", "test", 0, {"reflux_flow": 2.2}, number=4), at(0.1))
    assert echo is not None
    assert (echo.action, echo.sequence, echo.tick) == (4, 2, 0)
    assert apply(sim, Action("operator", "test", 0, {"reflux_flow": 1.0}, number=4), at(0.2)) is None
    assert apply(sim, Action("operator", "test", 0, {"reflux_flow": 1.0}, number=3), at(0.2)) is None
    assert 2.2 in sim.simulation.values
    assert sim.notes == {4: Note(0, at(0.1).wall)}


def test_unknown_tags_and_commands_change_nothing() -> None:
    sim = hosted()
    before = sim.simulation.values.copy()
    echo = apply(sim, Action("operator", "test", 0, {"no_tag": 1.0, "reflux_flow": 9.0}, number=1), at(0))
    again = apply(sim, command(2, "explode"), at(0))
    assert echo is not None
    assert again is not None
    assert echo.values.tolist() == again.values.tolist() == before.tolist()


def test_the_last_sample_says_that_it_is_finished() -> None:
    sim = hosted(duration=3.0)
    states = [advance(sim, at(n)).state for n in (1, 2, 3)]  # type: ignore[union-attr]
    assert states == [State.RUNNING, State.RUNNING, State.FINISHED]


def test_a_failed_step_is_a_bad_sample_and_the_end() -> None:
    sim = hosted()
    sim.simulation.set("reflux_flow", math.nan)
    frame = advance(sim, at(1))
    while frame is not None and frame.state is State.RUNNING:
        frame = advance(sim, at(1))
    assert frame is not None
    assert frame.status is not None
    outputs = sim.simulation.model.output_indices
    assert set(frame.status[outputs]) == {Quality.BAD_OUT_OF_RANGE}
    assert np.isnan(frame.values[outputs]).all()
    assert (frame.state, frame.kind) == (State.FAILED, Kind.SAMPLE)
    assert "failed at" in str(sim.cause)


def test_the_past_is_repeated_in_silence_at_the_same_ticks() -> None:
    first = hosted()
    run(first, 4.0)
    action = Action("operator", "test", 0, {"reflux_flow": 2.3}, number=1)
    apply(first, action, at(4.2))
    run(first, 9.0)
    second = hosted()
    second.past = Past()
    second.past.actions.append((action, first.notes[1]))
    second.past.tick = 9
    silent = []
    while second.replaying:
        silent.append(advance(second, at(20)))
    assert set(silent) == {None}
    assert (second.tick, second.action) == (9, 1)
    assert second.simulation.snapshot() == first.simulation.snapshot()


@pytest.mark.parametrize(
    "action",
    [
        Action("", "", 0, {"reflux_flow": "much"}, number=1),  # type: ignore[dict-item]
        Action("", "", 0, {}, "speed", -1.0, number=1),
        Action("", "", 0, {}, "step", math.nan, number=1),
    ],
)
def test_what_no_door_lets_pass_ends_this_simulation_alone(action: Action) -> None:
    sim = hosted(paused=True)
    echo = apply(sim, action, at(1))
    assert echo is not None
    assert echo.state is State.FAILED
    assert "action 1 could not be applied" in str(sim.cause)


def test_what_was_missed_is_left_out_on_request_and_counted() -> None:
    sim = hosted(stall="skip")
    run(sim, 2.0)
    frame = advance(sim, at(10.0))  # ticks 3 to 10 are due
    assert frame is not None
    assert (frame.tick, frame.sim_time, frame.status) == (3, 3.0, None)
    assert frame.wall_time >= at(10.0).wall
    assert sim.overruns == 8
    assert sim.step_due() == at(11.0).mono


def test_the_loss_of_a_worker_is_made_up_even_by_one_that_skips_stalls() -> None:
    sim = hosted(stall="skip")
    sim.catching = True
    samples = [advance(sim, at(3.0)) for _ in range(3)]
    assert [frame.tick for frame in samples if frame] == [1, 2, 3]
    assert sim.step_due() == at(4.0).mono
    advance(sim, at(4.0))
    assert not sim.catching


def test_one_that_holds_goes_on_from_where_it_stood_and_says_so() -> None:
    sim = hosted(resume="hold")
    run(sim, 2.0)
    sim.held = True
    assert sim.step_due() == -math.inf
    frame = advance(sim, at(60.0))
    assert frame is not None
    assert (frame.tick, frame.sim_time) == (3, 3.0)
    assert frame.status is not None
    assert set(frame.status) == {Quality.UNCERTAIN_LAST_USABLE_VALUE}
    assert sim.step_due() == at(61.0).mono
    assert advance(sim, at(61.0)).status is None  # type: ignore[union-attr]
    assert sim.overruns == 0


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_wall_clock_that_is_set_moves_no_step(jump: float) -> None:
    sim = hosted()
    run(sim, 3.0)
    set_clock = Moment(at(3.5).mono, at(3.5 + jump).wall)
    frames.echo(sim, set_clock)
    assert sim.step_due() == at(4.0).mono
    assert sim.over(set_clock) is None
    frame = advance(sim, Moment(at(4.0).mono, at(4.0 + jump).wall))
    assert frame is not None
    assert (frame.tick, sim.overruns, frame.status) == (4, 0, None)


def test_its_life_ends_when_nobody_acts_and_can_be_extended() -> None:
    sim = replace_ends(hosted(idle=5.0), 20.0)
    assert sim.event_due(1e9) == at(1.0).mono
    assert sim.over(at(4.9)) is None
    assert sim.over(at(5.0)) == "nobody acted on it for 5 s"
    apply(sim, Action("operator", "test", 0, {"reflux_flow": 2.0}, number=1), at(4.9))
    assert sim.over(at(9.0)) is None
    apply(sim, command(2, "ends_at", at(50.0).wall / 1e9), at(9.0))
    apply(sim, command(3, "duration", 2.0), at(9.0))
    assert sim.ends_at == pytest.approx(at(50.0).mono)
    assert [advance(sim, at(n)).state for n in (1, 2)] == [State.RUNNING, State.FINISHED]  # type: ignore[union-attr]


def replace_ends(sim: Hosted, seconds: float) -> Hosted:
    sim.ends_at = at(seconds).mono
    return sim


def test_a_restored_snapshot_puts_time_back_and_ticks_on() -> None:
    sim = hosted()
    run(sim, 5.0)
    snapshot, values = sim.simulation.snapshot(), sim.simulation.values.copy()
    apply(sim, Action("operator", "test", 0, {"reflux_flow": 2.4}, number=1), at(5.1))
    run(sim, 9.0)
    content = b64encode(snapshot).decode()
    echo = apply(sim, Action("operator", "test", 0, command="restore", number=2, name="x", content=content), at(9.5))
    assert echo is not None
    assert (echo.tick, echo.sim_time) == (9, 5.0)
    assert echo.values.tobytes() == values.tobytes()
    assert sim.step_due() == at(10.5).mono


def test_a_snapshot_that_does_not_fit_changes_nothing() -> None:
    sim = hosted()
    run(sim, 2.0)
    content = b64encode(b"something else").decode()
    echo = apply(sim, Action("operator", "test", 0, command="restore", number=1, content=content), at(2.5))
    assert echo is not None
    assert (echo.state, echo.sim_time) == (State.RUNNING, 2.0)
