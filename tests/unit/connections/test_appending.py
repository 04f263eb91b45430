"""Appending whole requests: a script that Redis forgot, an answer that nobody waits for any more."""

import asyncio

import pytest

from connections.bus import connect
from connections.redis_keys import keys_of
from plant.errors import Unavailable

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


async def test_a_lost_connection_is_told_and_made_again(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [1]
        await bus.redis.client_kill_filter(_type="normal", skipme=True)
        with pytest.raises(Unavailable):
            await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})])
        assert await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})]) == [2]


async def test_without_redis_it_says_so(redis_url: str) -> None:
    async with connect("unix:///nowhere/redis.sock") as bus:
        with pytest.raises(Unavailable):
            await bus.append_values("operator", "opcua", 1, [(SIMS[0], {"flow": 1.0})])
