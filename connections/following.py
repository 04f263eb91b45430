"""Following a stream of Redis on a connection of its own: by way of the pool, asking costs more than what comes."""

import asyncio
from contextlib import suppress
from math import inf
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from connections.redis_client import PATIENCE

Entries = list[tuple[str, bytes]]
"""Positions, each with what stands there: the value of an entry's first field."""
MOST = 500
"""Entries that are read at once."""


class StreamReader:
    """Reads one stream. For one task."""

    def __init__(self, redis: Redis, stream: str) -> None:
        self._pool: Any = redis.connection_pool
        self._stream = stream
        self._connection: Any = None
        self._read_at = -inf

    async def read(self, position: str, block: float = 0.0) -> Entries:
        """What stands behind `position`, waiting up to `block` seconds for it. Raises RedisError."""
        waiting = ("BLOCK", int(block * 1000)) if block else ()
        held = self._connected()
        try:
            async with asyncio.timeout(block + PATIENCE):
                await held.connect()
                await held.send_command(
                    "XREAD", "COUNT", MOST, *waiting, "STREAMS", self._stream, position, check_health=False
                )  # fmt: skip
                return _entries(await held.read_response())
        except TimeoutError as error:
            await self.close()
            raise RedisTimeoutError(f"no answer within {block + PATIENCE:g} s") from error
        except BaseException:
            await self.close()  # an answer that comes later would be taken for the next one
            raise

    async def gather(self, position: str, block: float, seconds: float) -> Entries:
        """The same with what comes within about so many seconds: asking costs more than an entry, showing one too.

        After a silence there is a wait for what belongs to the first entry; where entries come all the time, between
        two readings instead. What was read is not lost when Redis goes away meanwhile. Raises RedisError.
        """
        if not seconds:
            return await self.read(position, block)
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(seconds - (clock() - self._read_at))
        asked = clock()
        entries = await self.read(position, block)
        if entries and clock() - asked > seconds:
            await asyncio.sleep(seconds)
            with suppress(RedisError):
                entries += await self.read(entries[-1][0])
        self._read_at = clock()
        return entries

    async def close(self) -> None:
        """Give the connection back."""
        held, self._connection = self._connection, None
        if held is not None:
            await held.disconnect(nowait=True)

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = self._pool.make_connection()
        return self._connection


def _entries(answer: Any) -> Entries:
    """The entries of XREAD's answer, which is a map or, in older protocols, a list of pairs; nothing after a wait."""
    if not answer:
        return []
    found = next(iter(answer.values())) if isinstance(answer, dict) else answer[0][1]
    return [(place.decode(), fields[1]) for place, fields in found]
