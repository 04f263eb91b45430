"""A script of Redis on a connection of its own: a Write of hundreds of values waits for it, so it makes no detours."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


class ScriptLine:
    """Runs one script, a request at a time. Not sent again by itself: Redis may have taken it.

    A pool, a retry and an argument-wise encoder would take longer than Redis itself.
    """

    def __init__(self, redis: Redis, script: str) -> None:
        self._pool: Any = redis.connection_pool
        self._load = _packed([b"SCRIPT", b"LOAD", script.encode()])
        self._head = [b"EVALSHA", hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest().encode()]
        self._connection: Any = None
        self._turn = asyncio.Lock()

    async def run(self, keys: Sequence[bytes], arguments: Sequence[bytes]) -> Any:
        """What the script answers. Raises RedisError."""
        message = _packed([*self._head, b"%d" % len(keys), *keys, *arguments])
        async with self._turn:
            try:
                return await self._ask(message)
            except NoScriptError:
                await self._ask(self._load)
                return await self._ask(message)

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.disconnect()
            self._connection = None

    async def _ask(self, message: bytes) -> Any:
        if self._connection is None:
            self._connection = self._pool.make_connection()
        try:
            if not self._connection.is_connected:
                await self._connection.connect()
            await self._connection.send_packed_command([message], check_health=False)
            return await self._connection.read_response(disconnect_on_error=False)
        except NoScriptError:
            raise
        except BaseException:
            await self._connection.disconnect(nowait=True)  # an answer that comes later would be taken for the next one
            raise


def _packed(parts: Sequence[bytes]) -> bytes:
    """A command as it stands on the wire (RESP)."""
    return b"".join([b"*%d\r\n" % len(parts), *(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)])
