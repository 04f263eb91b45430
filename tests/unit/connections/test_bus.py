"""The bus on a real Redis: actions in order and once, messages followed, errors in the user's words."""

import asyncio

import numpy as np
import pytest

from connections.action import Action
from connections.bus import FRAMES_PER_ENTRY, batches, connect
from connections.redis_keys import EVENTS, FRAMES, WORKERS, worker_key
from plant.errors import Unavailable
from plant.frames import Frame, Kind, unpack
from plant.lifecycle import State

SIM = "wood-berry-1"


def action(**values: float) -> Action:
    return Action("operator", "rest", 1, values)


def frame(sequence: int) -> Frame:
    values = np.array([float(sequence), 2.0])
    return Frame(SIM, Kind.SAMPLE, State.RUNNING, 1, sequence, sequence, 0, 1.0, 1, 1.0, 0.0, values)


async def test_actions_are_numbered_from_one_and_kept_in_order(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        answers = [await bus.append_action(SIM, action(flow=float(n))) for n in range(5)]
        assert answers == [(n, True) for n in range(1, 6)]
        newest = await bus.read_actions(SIM, 3)
        assert [(found.number, found.values) for found in newest] == [
            (5, {"flow": 4.0}), (4, {"flow": 3.0}), (3, {"flow": 2.0}),
        ]  # fmt: skip


async def test_a_repeated_key_is_one_action(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        asked = [bus.append_action(SIM, action(flow=1.0), "key") for _ in range(20)]
        answers = await asyncio.gather(*asked)
        assert {number for number, _ in answers} == {1}
        assert sum(new for _, new in answers) == 1
        assert await bus.append_action(SIM, action(flow=1.0), "other") == (2, True)
        assert await bus.append_action("wood-berry-2", action(flow=1.0), "key") == (1, True)
        assert len(await bus.read_actions(SIM, 10)) == 2


async def test_an_action_on_what_may_have_changed_is_not_appended(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        assert await bus.append_unless_changed(SIM, action(flow=1.0), "0-0") == 1
        await bus.publish(EVENTS, {"kind": "lifecycle"})
        assert await bus.append_unless_changed(SIM, action(flow=2.0), "0-0") is None
        newest = await bus.last_position(EVENTS)
        assert await bus.append_unless_changed(SIM, action(flow=3.0), newest) == 2
        assert [one.values["flow"] for one in await bus.read_actions(SIM, 5)] == [3.0, 1.0]
        assert await bus.append_action(SIM, action(flow=4.0)) == (3, True)


async def test_a_command_comes_back_as_it_was(redis_url: str) -> None:
    sent = Action("engineer", "opcua", 17, {}, "speed", None)
    async with connect(redis_url) as bus:
        number, _ = await bus.append_action(SIM, sent)
        (found,) = await bus.read_actions(SIM, 1)
    assert found == Action("engineer", "opcua", 17, {}, "speed", None, number)


async def test_follow_goes_on_behind_a_position(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        for number in range(5):
            await bus.publish(EVENTS, {"number": number})
        everything = bus.follow(EVENTS, "0-0")
        seen = [await anext(everything) for _ in range(5)]
        assert [payload for _, payload in seen] == [b'{"number": %d}' % n for n in range(5)]
        rest = bus.follow(EVENTS, seen[2][0])
        assert (await anext(rest))[1] == b'{"number": 3}'
        assert await bus.last_position(EVENTS) == seen[4][0]
        assert await bus.last_position(FRAMES) == "0-0"


async def test_follow_from_now_on_sees_only_what_comes(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        await bus.publish(EVENTS, {"old": 1})
        waiting = asyncio.ensure_future(anext(bus.follow(EVENTS)))
        while not waiting.done():
            await bus.publish(EVENTS, {"new": 1})
        assert (await waiting)[1] == b'{"new": 1}'


async def test_workers_are_those_whose_heartbeat_lives(redis_url: str) -> None:
    async with connect(redis_url) as bus:
        await bus.redis.sadd(WORKERS, "alive", "gone")
        await bus.redis.hset(worker_key("alive"), mapping={"name": "alive", "slots": 2})
        assert await bus.workers() == [{"name": "alive", "slots": "2"}]


async def test_without_redis_everything_says_unavailable(redis_url: str) -> None:
    async with connect(redis_url + ".gone") as bus:
        for call in (bus.alive(), bus.workers(), bus.append_action(SIM, action()), bus.publish(EVENTS, {})):
            with pytest.raises(Unavailable, match="Redis does not answer"):
                await call


def test_batches_are_bounded_and_complete() -> None:
    entries = batches([frame(n) for n in range(FRAMES_PER_ENTRY * 2 + 1)])
    assert [len(list(unpack(entry))) for entry in entries] == [FRAMES_PER_ENTRY, FRAMES_PER_ENTRY, 1]
    first = next(iter(unpack(entries[1])))
    assert first.sequence == FRAMES_PER_ENTRY
    assert batches([]) == []
