"""The asynchronous Redis client: bounded waiting that a cancellation always ends.

redis-py bounds its sending by `asyncio.wait_for`, which on Python 3.11 can swallow a cancellation that comes in the
moment of the answer; a task that is cancelled once would then go on for ever. `asyncio.timeout` does not. And uvloop
answers a connection that was reset with a RuntimeError, which redis-py does not take for a lost connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

PATIENCE = 3.0
"""Seconds for an answer of Redis, the time that a reading command blocks included."""


class RedisClient(Redis):
    """Redis whose commands and pipelines take at most PATIENCE seconds, then raise redis-py's TimeoutError."""

    async def execute_command(self, *arguments: Any, **options: Any) -> Any:
        """Send one command and answer its response."""
        async with patience():
            return await super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call] # redis-py's own

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        """Commands that are sent together."""
        return _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)


class _Pipeline(Pipeline):
    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        async with patience():
            return await super().execute(raise_on_error)


class _Reset:
    """A part of a connection class: one that was reset behind redis-py's back is a lost one."""

    async def send_packed_command(self, *arguments: Any, **options: Any) -> None:
        """Send. Raises redis-py's ConnectionError."""
        try:
            await super().send_packed_command(*arguments, **options)  # type: ignore[misc] # of the connection class
        except RuntimeError as error:
            raise RedisConnectionError(f"the connection was reset: {error}") from error


@asynccontextmanager
async def patience() -> AsyncIterator[None]:
    """Waiting for Redis within the block takes at most PATIENCE seconds, then raises redis-py's TimeoutError."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError as error:
        raise RedisTimeoutError(f"no answer within {PATIENCE:g} s") from error


def client(url: str, retry: Retry) -> Redis:
    """A client on this URL; errors of the connection are retried as `retry` says."""
    made: Redis = RedisClient.from_url(
        url, retry=retry, retry_on_error=[RedisConnectionError], socket_timeout=None, socket_connect_timeout=PATIENCE
    )
    pool = made.connection_pool
    pool.connection_class = type("Connection", (_Reset, pool.connection_class), {})
    return made
