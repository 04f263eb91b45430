"""A script of Redis on a connection of its own: a Write of hundreds of values waits for it, so it makes no detours."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, ResponseError

_END = b"\r\n"
_SIMPLE, _ERROR, _NOTHING = b"+", b"-", (b"_", b"$-1")
_NO_SCRIPT = b"-NOSCRIPT"


class ScriptLine:
    """Runs one script, a request at a time. Not sent again by itself: Redis may have taken it.

    A pool, a retry, an argument-wise encoder and redis-py's reading of answers would take longer than Redis itself:
    the script has to answer a status or nothing, which is one line.
    """

    def __init__(self, redis: Redis, script: str) -> None:
        self._pool: Any = redis.connection_pool
        self._load = _packed([b"SCRIPT", b"LOAD", script.encode()])
        self._head = [b"EVALSHA", hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest().encode()]
        self._connection: Any = None
        self._turn = asyncio.Lock()

    async def run(self, keys: Sequence[bytes], arguments: Sequence[bytes]) -> bytes:
        """What the script answers. Raises RedisError."""
        message = _packed([*self._head, b"%d" % len(keys), *keys, *arguments])
        async with self._turn:
            try:
                return await self._ask(message)
            except NoScriptError:
                await self._prepare()
                return await self._ask(message)

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.disconnect()
            self._connection = None

    async def _prepare(self) -> None:
        """Let Redis know the script."""
        try:
            await self._connection.send_packed_command([self._load], check_health=False)
            await self._connection.read_response()
        except BaseException:
            await self._connection.disconnect(nowait=True)
            raise

    async def _ask(self, message: bytes) -> bytes:
        if self._connection is None:
            self._connection = self._pool.make_connection()
        held = self._connection
        try:
            if held.is_connected and held._reader.at_eof():
                await held.disconnect(nowait=True)  # Redis closed it while nothing was under way
            if not held.is_connected:
                await held.connect()
            held._writer.write(message)
            return _answer(await held._reader.readuntil(_END))
        except ResponseError:
            raise
        except (EOFError, OSError, RuntimeError) as error:  # the last is uvloop's, of a connection that was reset
            await held.disconnect(nowait=True)
            raise RedisConnectionError(f"the connection was lost: {error}") from error
        except BaseException:
            await held.disconnect(nowait=True)  # an answer that comes later would be taken for the next one
            raise


def _answer(line: bytes) -> bytes:
    """What a line says (RESP). Raises ResponseError for an error, ConnectionError for what is no answer of a script."""
    if line[:1] == _SIMPLE:
        return line[1:-2]
    if line.startswith(_NO_SCRIPT):
        raise NoScriptError(line[1:-2].decode())
    if line[:1] == _ERROR:
        raise ResponseError(line[1:-2].decode(errors="replace"))
    if line[:-2] in _NOTHING:
        return b""
    raise RedisConnectionError(f"Redis answered {line[:80]!r}")


def _packed(parts: Sequence[bytes]) -> bytes:
    """A command as it stands on the wire (RESP)."""
    return b"".join([b"*%d\r\n" % len(parts), *(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)])
