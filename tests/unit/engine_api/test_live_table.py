"""The live table: newest frames only, accepted values until they are applied, honest quality."""

from dataclasses import replace

import numpy as np
import pytest

from connections.record import Record, now
from engine_api.live import Live
from engine_api.metrics import Metrics
from plant import catalog
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.quality import Quality

MODEL = catalog.find("wood-berry")
REFLUX = MODEL.index("reflux_flow")
MOMENT = now()
RECORD = Record(
    "wood-berry-1",
    1,
    "wood-berry",
    "W",
    State.RUNNING,
    1,
    1,
    1,
    1.0,
    1.0,
    60.0,
    1,
    MOMENT,
    MOMENT,
    {"reflux_flow": 2.0},
)


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def live(clock: Clock) -> Live:
    return Live(1.0, Metrics(), clock)


def frame(sequence: int, reflux: float = 1.95, epoch: int = 1, action: int = 0) -> Frame:
    values = np.array([tag.nominal for tag in MODEL.tags])
    values[REFLUX] = reflux
    return Frame(
        "wood-berry-1", Kind.SAMPLE, State.RUNNING, epoch, sequence, sequence, action, sequence, 10**18, 1.0, 0, values
    )


def reflux(live: Live, record: Record = RECORD) -> tuple[float, int]:
    present = live.present(record)
    return float(present.values[REFLUX]), int(present.status[REFLUX])


def test_without_a_frame_there_is_no_value(live: Live) -> None:
    present = live.present(RECORD)
    assert np.isnan(present.values).all()
    assert set(present.status.tolist()) == {Quality.BAD_WAITING_FOR_INITIAL_DATA}
    assert live.values(RECORD)[REFLUX] == 2.0


def test_older_frames_are_refused(live: Live) -> None:
    live.take(frame(5, 2.0, epoch=2))
    for older in (frame(5, 9.0, epoch=2), frame(4, 9.0, epoch=2), frame(99, 9.0, epoch=1)):
        live.take(older)
    assert reflux(live) == (2.0, Quality.GOOD)
    live.take(frame(0, 3.0, epoch=3))
    assert reflux(live) == (3.0, Quality.GOOD)


def test_accepted_values_show_until_their_action_is_applied(live: Live) -> None:
    live.take(frame(1, 1.95, action=3))
    live.accept("wood-berry-1", 4, {"reflux_flow": 2.5})
    assert reflux(live) == (2.5, Quality.GOOD)
    live.take(frame(2, 1.95, action=3))
    assert reflux(live)[0] == 2.5
    live.take(frame(3, 2.4, action=4))
    assert reflux(live)[0] == 2.4
    live.accept("wood-berry-1", 4, {"reflux_flow": 9.0})
    assert reflux(live)[0] == 2.4


def test_silence_makes_values_uncertain_and_a_frame_good_again(live: Live, clock: Clock) -> None:
    live.take(frame(1))
    clock.time = 3.0
    assert reflux(live)[1] == Quality.GOOD
    before = live.present(RECORD).changed
    clock.time = 3.1
    assert reflux(live)[1] == Quality.UNCERTAIN_LAST_USABLE_VALUE
    assert live.present(RECORD).changed != before
    live.take(frame(2))
    assert reflux(live)[1] == Quality.GOOD


def test_after_the_end_values_are_uncertain_and_bad_ones_stay_bad(live: Live) -> None:
    status = np.zeros(len(MODEL.tags), np.uint32)
    status[REFLUX] = Quality.BAD_OUT_OF_RANGE
    live.take(replace(frame(1), status=status))
    present = live.present(replace(RECORD, status=State.FAILED))
    assert present.status[REFLUX] == Quality.BAD_OUT_OF_RANGE
    assert np.isnan(present.values[REFLUX])
    assert set(np.delete(present.status, REFLUX).tolist()) == {Quality.UNCERTAIN_LAST_USABLE_VALUE}


def test_events_older_than_what_is_known_change_nothing(live: Live) -> None:
    live.load([replace(RECORD, version=5)], "0-0")
    live.event({"kind": "lifecycle", "record": replace(RECORD, version=4, status=State.FAILED).message()})
    assert live.records["wood-berry-1"].status is State.RUNNING
    live.event({"kind": "deleted", "sim_id": "wood-berry-1"})
    assert live.records == {}


def test_listeners_hear_in_order_and_know_when_they_lost_something(live: Live) -> None:
    with live.listening(2) as listener:
        for version in (2, 3):
            live.event({"kind": "lifecycle", "record": replace(RECORD, version=version).message()})
        assert not listener.overflowed
        live.event({"kind": "lifecycle", "record": replace(RECORD, version=4).message()})
        assert listener.overflowed
        assert [(told.number, told.event["version"]) for told in listener.take()] == [(1, 2), (2, 3)]
    live.event({"kind": "lifecycle", "record": RECORD.message()})
    assert listener.take() == []
