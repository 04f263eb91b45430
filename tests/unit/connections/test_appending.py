"""Appending whole requests: a script that Redis forgot, an answer that nobody waits for any more."""

import asyncio

import pytest

from connections.bus import Bus, connect
from connections.redis_keys import keys_of
from plant.errors import Unavailable
from tests.waiting import until

SIMS = ("wood-berry-1", "wood-berry-2")


async def test_values_of_one_request_are_one_action_for_each_simulation(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        for number in (1, 2):
            assert (
                await bus.append_values("operator", "opcua", 1, [(sim, {"flow": number}) for sim in SIMS])
                == [number] * 2
            )
        found = await bus.read_actions(SIMS[1], 5)
        assert [(one.number, one.values) for one in found] == [(2, {"flow": 2.0}), (1, {"flow": 1.0})]


async def test_a_script_that_redis_has_forgotten_is_loaded_again(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [1]
        await bus.redis.script_flush()
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [2]


async def test_the_answer_of_an_abandoned_request_is_not_taken_for_the_next_one(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [1]
        await bus.redis.client_pause(300)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})])
        await bus.redis.client_unpause()
        assert await bus.append_values("operator", "opcua", 1, [(one, {"flow": 1.0}) for one in SIMS]) in (
            [2, 1],
            [3, 1],
        )


async def test_what_is_no_answer_of_the_script_is_an_error_and_the_next_request_works(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        with pytest.raises(Unavailable):
            await bus.append_encoded(keys_of("wood-berry-1")[:1], [b"{}"])
        assert await bus.append_encoded(keys_of("wood-berry-1"), [b"{}"]) == [1]


async def test_a_connection_that_was_closed_while_idle_is_made_again(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [1]
        await bus.redis.client_kill_filter(_type="normal", skipme=True)
        await asyncio.to_thread(until, bus._append_many._connection._reader.at_eof, "it has seen the end")
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [2]


async def test_a_connection_that_is_lost_under_way_is_told_and_made_again(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [1]
        await bus.redis.client_pause(60_000, all=False)
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(_refused(bus))
            await asyncio.to_thread(until, bus._append_many._turn.locked, "it is under way")
            await bus.redis.client_kill_filter(_type="normal", skipme=True)
        assert "connection was lost" in await writing
        await bus.redis.client_unpause()
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) in ([2], [3])


async def _refused(bus: Bus) -> str:
    with pytest.raises(Unavailable) as refusal:
        await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})])
    return str(refusal.value)


async def test_without_redis_it_says_so(redis_url: str) -> None:
    async with connect("unix:///nowhere/redis.sock") as bus:
        with pytest.raises(Unavailable):
            await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})])
