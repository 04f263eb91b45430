"""The scheduler: steps whatever is due, in slices, so that nobody waits long for anybody else."""

import asyncio
import heapq
import math
import time
from collections.abc import Callable
from itertools import count

from connections.durations import Durations
from connections.log import logger
from plant.frames import Frame
from plant.lifecycle import State
from plant.pace import UNLIMITED
from workers import frames, steps
from workers.hosted import Hosted
from workers.mark import Mark
from workers.moment import Moment

SLICE = 0.003
"""Seconds that one simulation may compute before the next one gets its turn."""
TURN = 0.005
"""Seconds of computing before the loop looks after its sockets."""
RETRY = 0.05
"""Seconds until a simulation is tried again that may not write or has no room to write to."""
STRIKES = 3
"""Turns over the budget, one after the other, until a simulation has to go."""

_LOG = logger(__name__)


class Beat:
    """A heap of due times on an event loop; `show(hosted, frame)` takes every frame, `may_step` can hold one back.

    `move(hosted, seconds)` is called for one that computes for longer than `budget` seconds (of the processor) in each
    of its turns; `mark` shows to the watchdog whose turn it is. `held_back` counts the turns that `may_step` refused,
    `jitter` by how many seconds steps that have their time on the clock were late.
    """

    def __init__(
        self, show: Callable[[Hosted, Frame], None], may_step: Callable[[Hosted], bool], sign_of_life: float,
        budget: float, move: Callable[[Hosted, float], None], mark: Mark,
    ) -> None:  # fmt: skip
        self._show, self._may_step, self._sign_of_life = show, may_step, sign_of_life
        self._budget, self._move, self._mark = budget, move, mark
        self.held_back, self.jitter = 0, Durations()
        self._used = 0.0
        self._heap: list[tuple[float, int, Hosted]] = []
        self._tickets = count(1)
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None

    def schedule(self, hosted: Hosted, earliest: float = 0.0) -> None:
        """Look after this simulation when it wants it (not before `earliest`); replaces what was planned for it."""
        hosted.ticket = next(self._tickets)
        due = max(hosted.event_due(self._sign_of_life), earliest)
        heapq.heappush(self._heap, (due, hosted.ticket, hosted))
        if self._heap[0][1] == hosted.ticket:
            self._arm()

    def forget(self, hosted: Hosted) -> None:
        """Plan nothing more for it."""
        hosted.ticket = 0

    def stop(self) -> None:
        """Step nothing any more."""
        self._heap.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._heap and self._heap[0][1] != self._heap[0][2].ticket:
            heapq.heappop(self._heap)
        if self._heap:
            loop, delay = asyncio.get_running_loop(), self._heap[0][0] - time.monotonic()
            self._timer = loop.call_later(delay, self._turn) if delay > 0 else loop.call_soon(self._turn)

    def _turn(self) -> None:
        started = now = time.monotonic()
        self._used = time.thread_time()
        while self._heap and self._heap[0][0] <= now < started + TURN:
            _, ticket, hosted = heapq.heappop(self._heap)
            if ticket == hosted.ticket:
                self._serve_safely(hosted)
            now = time.monotonic()
        self._arm()

    def _serve_safely(self, hosted: Hosted) -> None:
        try:
            self._serve(hosted)
        except Exception as error:  # one simulation's mistake stops neither the others nor the beat
            _LOG.exception("simulation broken", sim_id=hosted.sim_id)
            if not hosted.ended:
                self._show(hosted, frames.end(hosted, State.FAILED, f"{type(error).__name__}: {error}", Moment.now()))

    def _serve(self, hosted: Hosted) -> None:
        now = Moment.now()
        if not self._may_step(hosted):
            self.held_back += 1
            self.schedule(hosted, now.mono + RETRY)
            return
        now = self._compute(hosted, now)
        if hosted.ended or hosted.moved:
            return
        if (cause := hosted.over(now)) is not None:
            self._show(hosted, frames.end(hosted, State.TIMED_OUT, cause, now))
        elif now.mono >= hosted.sent + self._sign_of_life and not hosted.replaying:
            self._show(hosted, frames.echo(hosted, now))
        if not hosted.ended:
            self.schedule(hosted, now.mono)

    def _compute(self, hosted: Hosted, now: Moment) -> Moment:
        """Make the steps of one turn; when that was done."""
        began, replaying = now.mono, hosted.replaying
        until = began + SLICE
        if -math.inf < (due := hosted.step_due()) <= began:
            self.jitter.observe(began - due)
        self._mark.begin(hosted.number, began)
        while hosted.step_due() <= now.mono < until and not hosted.ended:
            frame = steps.advance(hosted, now)
            if frame is not None:
                self._show(hosted, frame)
            now = Moment.now()
        self._mark.end()
        took = now.mono - began
        if took > self._budget and not replaying:
            self._judge(hosted)
        elif took > 0:  # a turn without a step, for a sign of life, says nothing
            hosted.strikes = 0
        return now

    def _judge(self, hosted: Hosted) -> None:
        """It took long: was that its computing, or did others hold the processor?"""
        before, self._used = self._used, time.thread_time()
        used = self._used - before
        if used <= self._budget:
            hosted.strikes = 0
            return
        hosted.strikes += 1
        hosted.overruns += 1
        _LOG.warning("over its budget", sim_id=hosted.sim_id, seconds=round(used, 3), budget=self._budget)
        if hosted.strikes == STRIKES and not hosted.ended:
            self._move(hosted, used)


def unlimited(hosted: Hosted) -> bool:
    """Whether it computes as fast as it can."""
    return hosted.pace.speed == UNLIMITED or hosted.pending > 0
