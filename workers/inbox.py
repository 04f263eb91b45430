"""Reads the action streams of all hosted simulations in one blocking read."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from redis.exceptions import RedisError

from connections.action import Action
from connections.log import logger
from connections.redis_keys import actions_key
from workers.hosted import Hosted

BLOCK = 1.0
MOST = 500
_LOG = logger(__name__)


def nudges_key(worker: str) -> str:
    """Stream whose entries only wake the worker's read."""
    return f"pde:nudge:{worker}"


def nudge(redis: Any, worker: str) -> None:
    """Make the worker's read begin anew, with the simulations that it hosts now (`redis` is synchronous)."""
    with redis.pipeline(transaction=True) as pipeline:
        pipeline.xadd(nudges_key(worker), {"n": ""}, maxlen=1)
        pipeline.expire(nudges_key(worker), 60)
        pipeline.execute()


class Inbox:
    """The reading side of the actions; a nudge wakes the blocked read when a simulation comes in."""

    def __init__(self, redis: Any, worker: str, hosted: Mapping[str, Hosted]) -> None:
        self._redis, self._hosted = redis, hosted
        self._nudges = nudges_key(worker)
        self._nudged = "0-0"

    async def follow(self, take: Callable[[Hosted, Action], None]) -> None:
        """Hand every action over as it arrives, for ever; waits out Redis being away."""
        while True:
            try:
                await self._read(take)
            except RedisError:
                await asyncio.sleep(0.2)  # Redis is away: its return can't be awaited

    async def _read(self, take: Callable[[Hosted, Action], None]) -> None:
        places = {
            actions_key(hosted.sim_id).encode(): hosted
            for hosted in list(self._hosted.values())
            if not hosted.ended and not hosted.replaying
        }
        streams: dict[Any, str] = {key: f"{hosted.position}-0" for key, hosted in places.items()}
        answer = await self._redis.xread({self._nudges: self._nudged, **streams}, count=MOST, block=int(BLOCK * 1000))
        for key, entries in answer:
            if key not in places:
                self._nudged = entries[-1][0].decode()
                continue
            for entry, fields in entries:
                number = int(entry.split(b"-")[0])
                places[key].position = number
                take(places[key], _decode(places[key], number, fields))


def _decode(hosted: Hosted, number: int, fields: dict[bytes, bytes]) -> Action:
    try:
        return Action.decode(number, fields[b"a"])
    except (ValueError, TypeError, KeyError) as error:
        _LOG.error("unreadable action", sim_id=hosted.sim_id, number=number, cause=str(error))
        return Action("", "", 0, number=number)
