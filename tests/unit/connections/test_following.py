"""Following a stream: what comes in one answer, a lost connection, an answer that nobody waits for any more."""

import asyncio

import pytest
from redis.exceptions import RedisError

from connections.bus import connect
from connections.following import MOST, StreamReader
from connections.redis_keys import EVENTS

SOON = 0.05
GATHERED = 0.5


async def test_entries_come_in_order_and_bounded(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        reader = StreamReader(bus.redis, EVENTS)
        assert await reader.read("0-0", SOON) == []
        for number in range(MOST + 3):
            await bus.publish(EVENTS, {"n": number})
        first = await reader.read("0-0", SOON)
        rest = await reader.read(first[-1][0], SOON)
        assert [payload for _, payload in first + rest] == [b'{"n": %d}' % n for n in range(MOST + 3)]
        assert (len(first), len(rest)) == (MOST, 3)
        await reader.close()


async def test_what_belongs_to_the_first_entry_after_a_silence_comes_with_it(redis_url: str) -> None:
    async with connect(redis_url) as bus, asyncio.TaskGroup() as group:
        reader = StreamReader(bus.redis, EVENTS)
        gathering = group.create_task(reader.gather("0-0", 5.0, GATHERED))
        await asyncio.sleep(2 * GATHERED)  # the silence
        for number in range(3):
            await bus.publish(EVENTS, {"n": number})
        entries = await gathering
        assert [payload for _, payload in entries] == [b'{"n": %d}' % n for n in range(3)]
        await bus.publish(EVENTS, {"n": 3})
        assert [payload for _, payload in await reader.gather(entries[-1][0], 5.0, GATHERED)] == [b'{"n": 3}']
        await reader.close()


async def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        reader = StreamReader(bus.redis, EVENTS)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SOON):
                await reader.read("0-0", 1.0)
        await bus.publish(EVENTS, {"n": 1})
        position = (await reader.read("0-0", SOON))[0][0]
        assert await reader.read(position, SOON) == []
        await reader.close()


async def test_a_lost_connection_is_an_error_once(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        reader = StreamReader(bus.redis, EVENTS)
        assert await reader.read("0-0", SOON) == []
        await bus.redis.client_kill_filter(_type="normal", skipme=True)
        with pytest.raises(RedisError):
            await reader.read("0-0", SOON)
        await bus.publish(EVENTS, {"n": 1})
        assert [payload for _, payload in await reader.read("0-0", SOON)] == [b'{"n": 1}']
        await reader.close()


async def test_a_follower_goes_on_after_its_connection_was_lost(redis_url: str) -> None:
    async with connect(redis_url) as bus, connect(redis_url) as other:
        following = bus.follow(EVENTS, "0-0")
        for number in range(3):
            await other.publish(EVENTS, {"n": number})
            assert (await anext(following))[1] == b'{"n": %d}' % number
            await other.redis.client_kill_filter(_type="normal", skipme=True)
        await following.aclose()


async def test_without_redis_it_says_so() -> None:
    async with connect("unix:///nowhere/redis.sock") as bus:
        with pytest.raises(RedisError):
            await StreamReader(bus.redis, EVENTS).read("0-0", SOON)
