"""Takes the checkpoints of all hosted simulations, each in its turn, and reports progress now and then."""

import asyncio
from collections.abc import Callable, Mapping

from workers import checkpoint
from workers.hosted import Hosted
from workers.items import Saved
from workers.moment import Moment
from workers.outbox import Outbox

ROUNDS = 20
"""Rounds within one checkpoint period: each takes its share of the simulations."""
PROGRESS = 6
"""Checkpoints between two reports of progress."""
_GOLDEN = 0.618
"""Multiples of the golden ratio, modulo one, spread any number of simulations evenly over the period."""


class Saver:
    """Puts checkpoints into the outbox; `period` in seconds; `progress(hosted)` tells how far a simulation is."""

    def __init__(
        self, outbox: Outbox, hosted: Mapping[str, Hosted], period: float, progress: Callable[[Hosted], None]
    ) -> None:
        self._outbox, self._hosted, self._period, self._progress = outbox, hosted, period, progress

    def begin(self, hosted: Hosted, now: Moment) -> None:
        """Give a simulation its place in the rounds."""
        hosted.save_at = now.mono + self._period * (len(self._hosted) * _GOLDEN % 1)

    async def run(self) -> None:
        """Save for ever."""
        while True:
            await asyncio.sleep(self._period / ROUNDS)
            now = Moment.now()
            for hosted in list(self._hosted.values()):
                if hosted.save_at <= now.mono:
                    self.save(hosted, now)

    def save(self, hosted: Hosted, now: Moment) -> None:
        """Save one simulation, unless its checkpoint in Redis is as good or nothing may be written of it."""
        if hosted.ended or hosted.replaying or not self._outbox.may_write(hosted):
            return
        needless = tuple(number for number in hosted.notes if number <= hosted.saved_action)
        for number in needless:
            del hosted.notes[number]
        hosted.saved_action = hosted.action
        self._outbox.add(Saved(hosted, checkpoint.take(hosted, now).encode(), needless))
        hosted.saves += 1
        hosted.save_at = now.mono + self._period
        if hosted.saves % PROGRESS == 0:
            self._progress(hosted)
