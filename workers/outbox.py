"""What the worker has still to tell: notes, frames, checkpoints and reports, written to Redis beat by beat.

While Redis is away everything waits here, up to a bound.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError

from connections.log import logger
from plant.frames import Kind
from workers import fenced
from workers.hosted import Hosted
from workers.items import Farewell, GaveUp, Item, Sent

WINDOW = 0.007
"""Seconds for which samples are gathered before they are written."""
AWAY = 0.05
"""Seconds until the next try to write what could not be written."""
MOST_FRAMES = 50_000
"""With so many unsent frames no simulation is stepped on; what is missed is caught up later."""
FAST_FRAMES = 2_000
"""With so many unsent frames no simulation of unlimited speed is stepped on."""

_LOG = logger(__name__)


class Outbox:
    """The unsent items in order. `may_write` says whether the lease of a simulation is surely held at this instant.

    `lost(hosted)` is called when Redis knows a later epoch of it. `frames` are unsent; `refused` counts how often Redis
    did not take what was ready.
    """

    def __init__(self, may_write: Callable[[Hosted], bool], lost: Callable[[Hosted], None]) -> None:
        self.may_write, self._lost = may_write, lost
        self.frames, self.refused = 0, 0
        self._items: list[Item] = []
        self._full, self._urgent = asyncio.Event(), asyncio.Event()

    def add(self, item: Item) -> None:
        """Tell this soon: a sample within WINDOW, everything else at once."""
        self._items.append(item)
        self._full.set()
        if isinstance(item, Sent):
            self.frames += 1
            if item.frame.kind is Kind.SAMPLE:
                return
        self._urgent.set()

    def drop(self, hosted: Hosted, owner: str) -> None:
        """Forget what is unsent of a simulation that lost its lease, then give back what is left of the lease."""
        self._put([item for item in self._items if item.hosted is not hosted])
        self.add(GaveUp(hosted, owner))

    async def send(self, redis: Any, gone: Callable[[Hosted], None]) -> None:
        """Write for ever; `gone(hosted)` is called when the farewell of a simulation is written."""
        while True:
            await self._full.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(WINDOW):
                    await self._urgent.wait()
            self._full.clear()
            self._urgent.clear()
            if not await self.flush(redis, gone):  # Redis or a lease is away: neither return can be awaited
                await asyncio.sleep(AWAY)
            if self._items:
                self._full.set()

    async def flush(self, redis: Any, gone: Callable[[Hosted], None]) -> bool:
        """Write what may be written, and say whether anything was; what fails is kept, in order."""
        ready: list[Item] = []
        kept: list[Item] = []
        for item in self._items:
            (ready if isinstance(item, GaveUp) or self.may_write(item.hosted) else kept).append(item)
        if not ready:
            return False
        self._put(kept)
        try:
            over = await fenced.write(redis, ready)
        except BaseException as error:
            dropped = {item.hosted for item in self._items if isinstance(item, GaveUp)}
            self._put([item for item in ready if item.hosted not in dropped] + self._items)
            if not isinstance(error, RedisError):
                raise
            self.refused += 1
            _LOG.warning("frames wait", frames=self.frames, cause=str(error))
            return False
        if over:
            self._put(ready + self._items)
            for hosted in over:
                self._lost(hosted)
            return await self.flush(redis, gone)
        for item in ready:
            if isinstance(item, Farewell):
                gone(item.hosted)
        return True

    def _put(self, items: list[Item]) -> None:
        self._items = items
        self.frames = sum(isinstance(item, Sent) for item in items)
