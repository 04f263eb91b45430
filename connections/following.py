"""Following a stream of Redis on a connection of its own: by way of the pool, asking costs more than what comes."""

import asyncio
from typing import Any

from redis.asyncio import Redis
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

    async def read(self, position: str, block: float) -> Entries:
        """What stands behind `position`, waiting up to `block` seconds for it. Raises RedisError."""
        held = self._connected()
        try:
            async with asyncio.timeout(block + PATIENCE):
                await held.connect()
                await held.send_command(
                    "XREAD", "COUNT", MOST, "BLOCK", int(block * 1000), "STREAMS", self._stream, position,
                    check_health=False,
                )  # fmt: skip
                return _entries(await held.read_response())
        except TimeoutError as error:
            await self.close()
            raise RedisTimeoutError(f"no answer within {block + PATIENCE:g} s") from error
        except BaseException:
            await self.close()  # an answer that comes later would be taken for the next one
            raise

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
