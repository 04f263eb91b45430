"""The beat's budget: who computes too long again and again has to go, whoever does once may stay."""

import asyncio
import math
from dataclasses import replace

import pytest

from plant.frames import Frame
from tests.hosting import assignment
from workers import beat
from workers.beat import STRIKES, Beat
from workers.hosted import Hosted, begin
from workers.mark import SIZE, Mark
from workers.moment import Moment


class Turns:
    """A beat whose every turn takes as long as `costs` says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, costs: list[float]) -> None:
        self.moved: list[float] = []
        self.mark = Mark(bytearray(SIZE))
        self.beat = Beat(self._show, lambda _: True, 1.0, 0.05, self._move, self.mark)
        readings = [reading for cost in costs for reading in (0.0, cost)]
        monkeypatch.setattr(beat.time, "thread_time", lambda: readings.pop(0))

    def _show(self, hosted: Hosted, frame: Frame) -> None:
        assert self.mark.read()[0] == hosted.number, "the watchdog sees whose turn it is"

    def _move(self, hosted: Hosted, used: float) -> None:
        hosted.moved = True
        self.moved.append(used)


def one() -> Hosted:
    made = begin(assignment(paused=True), math.inf, Moment.now())
    made.number, made.sent = 3, Moment.now().mono
    return made


def step(turns: Turns, hosted: Hosted, times: int) -> None:
    for _ in range(times):
        hosted.pending += 1
        turns.beat._compute(hosted, Moment.now())


def test_three_turns_over_the_budget_in_a_row_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted, turns = one(), Turns(monkeypatch, [0.2] * STRIKES)
    step(turns, hosted, STRIKES)
    assert turns.moved == [0.2]
    assert hosted.overruns == STRIKES
    assert turns.mark.read()[0] == 0


def test_a_turn_within_the_budget_forgives(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted, turns = one(), Turns(monkeypatch, [0.2, 0.2, 0.01, 0.2, 0.2])
    step(turns, hosted, 5)
    assert turns.moved == []
    assert hosted.strikes == 2


async def test_what_may_not_step_is_held_back_and_counted() -> None:
    seen: list[Frame] = []
    held = Beat(lambda _, frame: seen.append(frame), lambda _: False, 1.0, 0.05, lambda *_: None, Mark(bytearray(16)))
    hosted = begin(replace(assignment(), speed=None), math.inf, Moment.now())
    held.schedule(hosted)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    held.stop()
    assert held.held_back >= 1
    assert not seen
