"""One leader among several engines on a real Redis: taken over when it goes, kept when Redis forgets."""

import asyncio
from collections.abc import Awaitable, Callable

from connections.bus import connect
from engine_api.leader import LEADER, Leader
from tests.waiting import until_async

LIFE = 0.8


def endless(busy: list[str], name: str) -> Callable[[], Awaitable[None]]:
    async def work() -> None:
        busy.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            busy.remove(name)

    return work


async def test_only_one_works_and_the_next_takes_over(redis_url: str) -> None:
    busy: list[str] = []
    async with connect(redis_url) as bus:
        leaders = {name: Leader(bus.redis, name, LIFE) for name in "ab"}
        tasks = {name: asyncio.create_task(leader.run(endless(busy, name))) for name, leader in leaders.items()}
        await until_async(lambda: _is(len(busy) == 1), "one of them works")
        first = busy[0]
        await bus.redis.flushall()
        await until_async(lambda: bus.redis.exists(LEADER), "the lease is there again")
        await until_async(lambda: _is(len(busy) == 1), "still one")
        first = busy[0]
        other = "b" if first == "a" else "a"
        tasks[first].cancel()
        await until_async(lambda: _is(busy == [other]), "the other one works")
        assert (leaders[first].leads, leaders[other].leads) == (False, True)
        tasks[other].cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        assert not await bus.redis.exists(LEADER)


async def test_a_lost_lease_ends_the_work(redis_url: str) -> None:
    busy: list[str] = []
    async with connect(redis_url) as bus:
        task = asyncio.create_task(Leader(bus.redis, "a", LIFE).run(endless(busy, "a")))
        await until_async(lambda: _is(busy == ["a"]), "it works")
        await bus.redis.set(LEADER, "stranger")
        await until_async(lambda: _is(not busy), "it has stopped")
        await bus.redis.delete(LEADER)
        await until_async(lambda: _is(busy == ["a"]), "it works again")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _is(fact: bool) -> bool:
    return fact
