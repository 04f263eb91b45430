"""Every alert about simulations, workers and disks: what is seen raises it, and what is well does not."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connections.placement import Seat
from connections.record import Record, now
from engine_api.alerts.measures import Watcher, disk, redis_disk, refused_channels
from engine_api.alerts.rules import Board, Limits, Measure, rules
from engine_api.scene import Scene, Worker
from plant.frames import Frame, Kind
from plant.lifecycle import State
from tests.unit.connections.test_records import record

RULES = rules(Limits(stuck=10, skew=1.0, lease=7.0, disk=0.1, attempts=5))
SIM = "wood-berry-1"
FRAME = Frame(SIM, Kind.SAMPLE, State.RUNNING, 1, 5, 5, 0, 5.0, 10, 1.0, 0, np.zeros(1), None)
RUNNING = record(sim_id=SIM, status=State.RUNNING, epoch=1, attempts=1)
WORKER = Worker("w", Seat.of({"machine": "m", "slots": "2", "hosted": "1"}), "m", 0.1, 0.01)
WELL = Scene((RUNNING,), {SIM: (1, 0.5)}, (WORKER,))


@dataclass
class Shown:
    """The newest frame and the records, as the live values show them."""

    newest: Frame = FRAME
    records: dict[str, Record] = field(default_factory=lambda: {SIM: RUNNING})

    def frame(self, _: str) -> Frame:
        return self.newest


@dataclass
class Look:
    """A watcher whose time and live values the test moves."""

    shown: Any = field(default_factory=Shown)
    now: float = 0.0

    def __post_init__(self) -> None:
        self.watcher, self.board = Watcher(self.shown, lambda: self.now), Board(RULES)

    def after(self, seconds: float, scene: Scene = WELL, **frame: Any) -> set[str]:
        """The rules raised when it looks again."""
        self.now += seconds
        self.shown.newest = replace(self.shown.newest, **{"tick": self.shown.newest.tick + 1} | frame)
        return self.raised([*self.watcher.measures(scene), *self.watcher.failed()])

    def raised(self, measures: list[Measure]) -> set[str]:
        self.board.look(measures, self.now)
        return {alert.rule for alert in self.board.raised.values()}


@pytest.fixture
def look() -> Iterator[Look]:
    made = Look()
    assert made.after(0) == made.after(5) == made.after(60) == set()
    yield made
    assert made.after(130) == set()


def test_stuck(look: Look) -> None:
    tick = look.shown.newest.tick
    assert look.after(8, tick=tick) == set()
    assert look.after(4, tick=tick) == {"stuck"}
    assert look.after(1) == set()


def test_late(look: Look) -> None:
    assert look.after(1, overruns=9) == set()
    assert look.after(1, overruns=10) == {"late"}
    assert look.after(60, overruns=10) == {"late"}, "for a whole window more"


def test_crash_loop(look: Look) -> None:
    assert look.after(1, replace(WELL, records=(replace(RUNNING, attempts=2),))) == set()
    assert look.after(1, replace(WELL, records=(replace(RUNNING, attempts=3),))) == {"crash_loop"}


def test_lease(look: Look) -> None:
    assert look.after(1, replace(WELL, leases={SIM: (1, 7.5)})) == {"lease"}


def test_skew_of_a_clock(look: Look) -> None:
    off = replace(WELL, workers=(replace(WORKER, skew=-3600.0),))
    assert look.after(1, off) == set(), "not at the first look: a heartbeat may have been on its way"
    assert look.after(2.5, off) == {"skew"}


def test_waiting_and_no_worker(look: Look) -> None:
    queued = Scene((replace(RUNNING, status=State.QUEUED),))
    assert look.after(1, queued) == set()
    assert look.after(6, queued) == {"no_worker"}
    assert look.after(60, queued) == {"no_worker", "waiting"}


def test_failed(look: Look) -> None:
    for seconds, expected in ((0.0, {"failed"}), (601.0, set())):
        ended = replace(RUNNING, status=State.FAILED, ended_at=now() - timedelta(seconds=seconds))
        look.shown.records = {SIM: ended}
        assert look.after(1, Scene()) == expected


def test_disks(look: Look, tmp_path: Path) -> None:
    free = disk(tmp_path)
    assert 0 < free.value < 1
    assert look.raised([replace(free, value=0.91)]) == {"disk"}
    assert look.raised([redis_disk({"aof_last_write_status": "ok", "aof_enabled": 1})]) == set()
    assert look.raised([redis_disk({"aof_last_write_status": "err"})]) == {"redis_disk"}


def test_ten_refused_channels_within_a_minute() -> None:
    look = Look()
    for count, raised in ((9, False), (10, True), (1, True), (0, False)):
        told = {"refused_channels": count, "last_refused": "192.0.2.7 BadSecurityChecksFailed"}
        assert look.raised([refused_channels(told)]) == ({"refused_channels"} if raised else set())
        if raised:
            (alert,) = look.board.raised.values()
            assert alert.message.endswith("last: 192.0.2.7 BadSecurityChecksFailed")
    assert look.raised([refused_channels({})]) == set()  # no OPC UA server
