"""Which of several engines reconciles: one holds a lease in Redis; when it is gone the next one takes it over."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from connections.bus import speaking
from connections.log import logger
from plant.errors import Unavailable

LEADER = "pde:leader"
_TRIES = 4
"""Renewals within the life of the lease."""
_SURE = 0.7
"""Share of its life after which a lease that could not be renewed is not relied on any more."""
_log = logger("leader")

# KEYS: leader. ARGV: name, life in ms.
_CLAIM = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
# KEYS: leader. ARGV: name.
_RESIGN = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class Leader:
    """One engine's candidature. `life` in seconds; `name` is nobody else's."""

    def __init__(self, redis: Any, name: str, life: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis, self._name, self._life, self._clock = redis, name, life, clock
        self.leads = False

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` whenever this engine leads and only then, for ever; what `work` raises ends it."""
        while True:
            if await self._claim():
                await self._lead(work)
            await asyncio.sleep(self._life / _TRIES)

    async def _lead(self, work: Callable[[], Awaitable[None]]) -> None:
        _log.info("this engine leads", engine=self._name)
        self.leads = True
        try:
            async with asyncio.TaskGroup() as group:
                doing = group.create_task(_awaited(work))
                await self._hold()
                doing.cancel()
        finally:
            self.leads = False
            with suppress(Unavailable), speaking():
                await self._redis.eval(_RESIGN, 1, LEADER, self._name)

    async def _hold(self) -> None:
        """Renew until the lease is another engine's, or not surely this one's any more."""
        renewed = self._clock()
        while self._clock() - renewed < self._life * _SURE:
            await asyncio.sleep(self._life / _TRIES)
            asked = self._clock()
            held = await self._claim()
            if held is False:
                break
            if held:
                renewed = asked
        _log.warning("this engine does not lead any more", engine=self._name)

    async def _claim(self) -> bool | None:
        """Whether the lease is this engine's now; None when nobody can tell."""
        try:
            with speaking():
                return bool(await self._redis.eval(_CLAIM, 1, LEADER, self._name, int(self._life * 1000)))
        except Unavailable:
            return None


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()
