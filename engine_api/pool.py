"""The pool of `pde up --workers auto`: more worker processes while simulations wait, fewer when they have gone.

One process goes when for `settings.retire_workers` seconds the others had room for what it hosts.
"""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from connections.bus import Bus, connect, speaking
from connections.placement import Seat
from connections.queue import queue_name
from connections.settings import Settings
from engine_api.supervisor import LOG, Part, keep_running
from plant.errors import Unavailable

LOOK = 1.0
SPARE = 0.5
"""Share of the other workers' slots that may be in use when one goes."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the pool has to do: processes, slots of one, simulations hosted by those that answer, jobs that wait."""

    workers: int
    slots: int
    hosted: int
    waiting: int


def wanted(load: Load, most: int) -> int:
    """How many processes there should be: as many as the waiting jobs need, one less when the others have room."""
    room = max(0, load.workers * load.slots - load.hosted)
    if load.waiting > room:
        return min(most, load.workers + ceil((load.waiting - room) / load.slots))
    others = (load.workers - 1) * load.slots
    if load.workers > 1 and load.waiting == 0 and load.hosted <= others * SPARE:
        return load.workers - 1
    return max(1, load.workers)


@dataclass(slots=True, eq=False)
class _Member:
    """One process of the pool."""

    part: Part
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Pool:
    """Worker processes of this machine; `ended` ends them all."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], ended: asyncio.Event, ready: asyncio.Event
    ) -> None:  # fmt: skip
        self._settings, self._environment, self._ended, self._ready = settings, environment, ended, ready
        self._machine = settings.machine or socket.gethostname()
        self._members: list[_Member] = []
        self._started, self._too_many = 0, 0.0

    async def run(self) -> None:
        """Keep the pool as large as it should be until `ended`. Raises Unavailable as `keep_running`."""
        assert self._settings.redis_url is not None  # noqa: S101 - known before any part starts
        async with asyncio.TaskGroup() as group, connect(self._settings.redis_url) as bus:
            self._grow(group)
            try:
                while not await self._over():
                    await self._adapt(group, bus)
            finally:
                for member in self._members:
                    member.ended.set()

    async def _over(self) -> bool:
        try:
            await asyncio.wait_for(self._ended.wait(), LOOK)
        except TimeoutError:
            return False
        return True

    async def _adapt(self, group: asyncio.TaskGroup, bus: Bus) -> None:
        try:
            seats, waiting = await self._look(bus)
        except (Unavailable, RedisError):
            return
        if len(seats) < len(self._members):
            return  # one is still starting, or was lost: what it will do is not known yet
        hosted = sum(seat.hosted for seat in seats.values())
        load = Load(len(self._members), self._settings.worker.slots, hosted, waiting)
        more = wanted(load, self._settings.pool) - load.workers
        self._too_many = self._too_many + LOOK if more < 0 else 0.0
        for _ in range(more):
            self._grow(group)
        if self._too_many >= self._settings.retire_workers:
            self._too_many = 0.0
            await self._retire(bus.redis, seats)

    async def _look(self, bus: Bus) -> tuple[dict[str, Seat], int]:
        """This machine's workers by name, and how many jobs wait for them."""
        beats = [beat for beat in await bus.workers() if beat["machine"] == self._machine]
        with speaking():
            lengths: Sequence[int] = [
                await bus.redis.llen(f"rq:queue:{queue_name(machine)}") for machine in (None, self._machine)
            ]
        return {beat["name"]: Seat.of(beat) for beat in beats}, sum(lengths)

    def _grow(self, group: asyncio.TaskGroup) -> None:
        self._started += 1
        member = _Member(Part(f"worker {self._started}", "workers"))
        self._members.append(member)
        group.create_task(keep_running(member.part, self._environment, member.ended, self._ready))
        LOG.info("the pool grows", workers=len(self._members))

    async def _retire(self, redis: "Redis | Any", seats: Mapping[str, Seat]) -> None:
        """End the process that hosts the fewest; what it hosts goes on elsewhere from its last words."""
        pids = {name: await redis.hget(f"rq:worker:{name}", "pid") for name in seats}
        by_pid = {int(pid): seats[name].hosted for name, pid in pids.items() if pid is not None}
        known = [member for member in self._members if member.part.pid in by_pid]
        if not known:
            return
        leaving = min(known, key=lambda member: by_pid[member.part.pid or 0])
        self._members.remove(leaving)
        leaving.ended.set()
        LOG.info("the pool shrinks", workers=len(self._members), pid=leaving.part.pid, parent=os.getpid())
