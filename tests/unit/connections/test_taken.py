"""What is decided by EVENTS is appended only where nothing of it has come that was not taken over."""

import asyncio
from contextlib import aclosing

import pytest

from connections.bus import Bus, connect
from connections.redis_keys import EVENTS, actions_key, keys_of
from connections.taken import Behind, Taken

SIMS = ("wood-berry-1", "wood-berry-2")
KEYS = [key for sim_id in SIMS for key in keys_of(sim_id)]


async def tell(bus: Bus, sim_id: str | None) -> str:
    """One event; its position."""
    about = {"record": {"sim_id": sim_id, "name": '"sim_id": "wood-berry-1"'}} if sim_id else {}
    await bus.publish(EVENTS, {"kind": "lifecycle", **about})
    return await bus.last_position(EVENTS)


async def both(bus: Bus) -> list[int]:
    return await bus.append_encoded(KEYS, [b"{}", b"{}"])


async def test_nobody_who_does_not_follow_is_behind(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        await tell(bus, SIMS[0])
        assert await both(bus) == [1, 1]


async def test_only_news_about_the_same_simulations_count(redis_url: str) -> None:
    async with connect(redis_url) as bus, aclosing(bus.follow(EVENTS, await tell(bus, SIMS[1]))) as events:
        following = asyncio.create_task(anext(events))
        await asyncio.sleep(0)  # it begins
        assert await both(bus) == [1, 1]
        await tell(bus, "wood-berry-11")
        place, _ = await following
        assert await both(bus) == [2, 2], "what has come, and is not taken over yet, is about another one"
        news = await tell(bus, SIMS[1])
        await tell(bus, "wood-berry-12")
        with pytest.raises(Behind) as behind:
            await both(bus)
        assert behind.value.position == news
        assert await bus.append_encoded(KEYS[:2], [b"{}"]) == [3]
        first, _ = [await anext(events) for _ in range(2)]
        assert first[0] == news
        assert await both(bus) == [4, 3]
        assert place < news


async def test_what_tells_of_nobody_in_particular_is_news_for_all(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        bus.taken.reach(EVENTS, await tell(bus, None))
        assert await both(bus) == [1, 1]
        await tell(bus, None)
        with pytest.raises(Behind):
            await both(bus)
        assert await bus.redis.xlen(actions_key(SIMS[0])) == 1


async def test_a_redis_that_has_lost_its_memory_has_no_news(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        bus.taken.reach(EVENTS, await tell(bus, SIMS[0]))
        await bus.redis.delete(EVENTS)
        assert await both(bus) == [1, 1]


async def test_waiting_ends_where_it_should() -> None:
    taken = Taken()
    taken.reach(EVENTS, "99-3")
    await taken.until(EVENTS, "99-3")
    waiting = asyncio.create_task(taken.until(EVENTS, "100-1"))
    for place, over in (("99-4", False), ("100-0", False), ("100-1", True)):
        taken.reach(EVENTS, place)
        for _ in range(3):
            await asyncio.sleep(0)
        assert waiting.done() == over, place
