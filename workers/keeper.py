"""Keeps what expires: the leases of all hosted simulations and the worker's own heartbeat."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from connections.log import logger
from connections.redis_keys import WORKERS, worker_key
from connections.settings import WorkerSettings
from workers import lease
from workers.hosted import Hosted

AT_ONCE = 50
"""Renewals in one call: few enough that encoding them never delays a beat."""
_LOG = logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the worker is: its unique name, the id of its machine and that machine's name."""

    name: str
    machine: str
    machine_name: str


class Keeper:
    """Renews and reports; `lost(hosted)` is called when a lease was refused.

    `facts()` are what the worker's heartbeat says besides who it is; without it there is none.
    """

    def __init__(
        self, redis: Any, identity: Identity, settings: WorkerSettings, hosted: Mapping[str, Hosted],
        lost: Callable[[Hosted], None], facts: Callable[[], dict[str, Any]] | None,
    ) -> None:  # fmt: skip
        self._facts = facts
        self._redis, self._identity, self._settings = redis, identity, settings
        self._hosted, self._lost = hosted, lost

    async def keep(self) -> None:
        """Renew for ever; tries again soon while Redis is away."""
        while True:
            try:
                await self.beat()
                await self.renew()
                pause = self._settings.renewal
            except RedisError as error:
                _LOG.warning("leases not renewed", cause=str(error))
                pause = self._settings.renewal / 5
            await asyncio.sleep(pause)

    async def renew(self) -> None:
        """Renew every lease once."""
        everyone = list(self._hosted.values())
        for first in range(0, len(everyone), AT_ONCE):
            await self._renew(everyone[first : first + AT_ONCE])

    async def _renew(self, some: list[Hosted]) -> None:
        asked = time.monotonic()
        claims = [lease.Claim(each.sim_id, each.assignment.epoch, each.action) for each in some]
        answers = await lease.hold(self._redis, claims, self._identity.name, self._settings.lease)
        for hosted, held in zip(some, answers, strict=True):
            if held == lease.HELD:
                hosted.renewed = asked
            else:
                self._lost(hosted)

    async def beat(self) -> None:
        """Tell that this worker lives, for the time of a lease."""
        if self._facts is None:
            return
        identity, key = self._identity, worker_key(self._identity.name)
        facts = {
            "name": identity.name, "machine": identity.machine, "machine_name": identity.machine_name,
            "slots": self._settings.slots, "hosted": len(self._hosted), "cores": os.cpu_count() or 1,
            "load": f"{os.getloadavg()[0]:.2f}", "heartbeat": time.time_ns() // 1_000_000, **self._facts(),
        }  # fmt: skip
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.sadd(WORKERS, identity.name)
            pipeline.hset(key, mapping=facts)
            pipeline.pexpire(key, int(self._settings.lease * 1000))
            await pipeline.execute()

    async def leave(self) -> None:
        """Take the worker's heartbeat away."""
        if self._facts is None:
            return
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.srem(WORKERS, self._identity.name)
            pipeline.delete(worker_key(self._identity.name))
            await pipeline.execute()
