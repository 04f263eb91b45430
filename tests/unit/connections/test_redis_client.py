"""The Redis client: a cancelled task ends, a Redis that hangs is not awaited for ever."""

import asyncio
import random

import psutil
import pytest
import uvloop
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from connections import redis_client
from connections.bus import Bus, connect
from connections.redis_client import client
from connections.redis_keys import FRAMES

ROUNDS = 300
ENDS_WITHIN = 2.0


async def test_a_cancelled_follower_ends_however_busy_the_stream_is(redis_url: str) -> None:
    chance = random.Random(7)
    async with connect(redis_url) as bus, connect(redis_url) as other, asyncio.TaskGroup() as group:
        feeding = group.create_task(_feed(other))
        for _ in range(ROUNDS):
            following = group.create_task(_follow(bus))
            await asyncio.sleep(chance.random() * 0.01)
            following.cancel()
            done, _ = await asyncio.wait([following], timeout=ENDS_WITHIN)
            assert done, "the cancellation was lost"
        feeding.cancel()


async def _feed(bus: Bus) -> None:
    while True:
        await bus.redis.xadd(FRAMES, {"b": b"x" * 2000}, maxlen=200, approximate=True)


async def _follow(bus: Bus) -> None:
    async for _ in bus.follow(FRAMES, "0-0"):
        pass


async def test_a_redis_that_hangs_is_given_up(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_client, "PATIENCE", 0.3)
    redis = client(redis_url, Retry(NoBackoff(), 0))
    await redis.ping()
    (server,) = psutil.Process().children()
    server.suspend()
    try:
        with pytest.raises(RedisTimeoutError, match=r"0\.3 s"):
            await redis.get("anything")
        with pytest.raises(RedisTimeoutError):
            await redis.pipeline().get("anything").execute()
    finally:
        server.resume()
    assert await redis.get("anything") is None
    await redis.aclose()


def test_a_connection_that_was_reset_is_a_lost_one(redis_url: str) -> None:
    """Under uvloop too, whose transports answer with a RuntimeError."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_reset(redis_url))


async def _reset(redis_url: str) -> None:
    redis = client(redis_url, Retry(NoBackoff(), 0))
    connection = await redis.connection_pool.get_connection()
    connection._writer.transport.abort()
    await asyncio.sleep(0)  # the handle is closed in the next turn of the loop
    with pytest.raises(RedisConnectionError, match="was reset"):
        await connection.send_command("PING")
    await redis.connection_pool.release(connection)
    assert await redis.ping()
    await redis.aclose()
