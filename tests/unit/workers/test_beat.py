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
    """A beat whose every turn takes so long on the clock and of the processor."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, costs: list[tuple[float, float]]) -> None:
        self.moved: list[float] = []
        self.mark = Mark(bytearray(SIZE))
        self.beat = Beat(self._show, lambda _: True, 1.0, 0.05, self._move, self.mark)
        self.costs, self.clock, self.processor = costs, 100.0, 0.0
        monkeypatch.setattr(beat.time, "thread_time", lambda: self.processor)
        monkeypatch.setattr(Moment, "now", lambda: Moment(self.clock, 0))

    def turn(self, hosted: Hosted) -> None:
        """One turn of this simulation alone."""
        hosted.pending += 1
        self.beat._used = self.processor
        began = Moment(self.clock, 0)
        wall, processor = self.costs.pop(0)
        self.clock, self.processor = self.clock + wall, self.processor + processor
        self.beat._compute(hosted, began)

    def _show(self, hosted: Hosted, frame: Frame) -> None:
        assert self.mark.read()[0] == hosted.number, "the watchdog sees whose turn it is"

    def _move(self, hosted: Hosted, used: float) -> None:
        hosted.moved = True
        self.moved.append(used)


def one() -> Hosted:
    made = begin(assignment(paused=True), math.inf, Moment(100.0, 0))
    made.number = 3
    return made


LONG, SHORT = (0.25, 0.2), (0.02, 0.01)
STARVED = (0.9, 0.01)
"""Long on the clock, since others had the processor."""


def test_three_turns_over_the_budget_in_a_row_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted, turns = one(), Turns(monkeypatch, [LONG] * STRIKES)
    for _ in range(STRIKES):
        turns.turn(hosted)
    assert turns.moved == [pytest.approx(0.2)]
    assert hosted.overruns == STRIKES
    assert turns.mark.read()[0] == 0


@pytest.mark.parametrize("between", [SHORT, STARVED])
def test_a_turn_within_the_budget_forgives(monkeypatch: pytest.MonkeyPatch, between: tuple[float, float]) -> None:
    hosted, turns = one(), Turns(monkeypatch, [LONG, LONG, between, LONG, LONG])
    while turns.costs:
        turns.turn(hosted)
    assert turns.moved == []
    assert hosted.strikes == 2


def test_a_turn_without_a_step_forgives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted, turns = one(), Turns(monkeypatch, [cost for _ in range(STRIKES) for cost in (LONG, (0.0, 0.0))])
    while turns.costs:
        turns.turn(hosted)
    assert turns.moved == [pytest.approx(0.2)]


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
