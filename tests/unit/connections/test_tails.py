"""Actions and tails copied to SQL, and given back to a Redis that has forgotten them: in order, none twice."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connections import tails
from connections.action import Action
from connections.bus import Bus, connect
from connections.migrations import migrate
from connections.records import Records
from connections.tails import PUBLISHED, Tails, applied_key

SIM = "wood-berry-1"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    store = Records(url)
    yield store
    store.close()


async def write(bus: Bus, value: float) -> None:
    await bus.append_action(SIM, Action("engineer", "rest", time.time_ns(), values={"reflux_flow": value}))


async def test_copied_and_given_back(records: Records, redis_url: str) -> None:
    store, reached = Tails(records), {}
    async with connect(redis_url) as bus:
        await write(bus, 1.0)
        assert await tails.copy(bus, store, [SIM, "other-2"], reached) == 1
        await write(bus, 2.0)
        await bus.redis.hset(applied_key(SIM), "2", "7 1000")
        await bus.redis.hset(PUBLISHED, SIM, "1 9 2000")
        assert await tails.copy(bus, store, [SIM, "other-2"], reached) == 1
        assert await tails.copy(bus, store, [SIM, "other-2"], reached) == 0
        assert reached == {SIM: 2} == store.reached()
        before = await bus.read_actions(SIM, 10)
        await bus.redis.flushall()
        assert await tails.give_back(bus, store, SIM) == 2
        assert await bus.read_actions(SIM, 10) == before == store.newest(SIM, 10)
        assert await bus.redis.hgetall(applied_key(SIM)) == {b"2": b"7 1000"}
        assert await bus.redis.hget(PUBLISHED, SIM) == b"1 9 2000"
        await write(bus, 3.0)
        assert [action.number for action in await bus.read_actions(SIM, 10)] == [3, 2, 1]
        assert await tails.give_back(bus, store, SIM) == 0
        store.forget([SIM])
        assert store.load(SIM).published == ""
        assert len(store.load(SIM).actions) == 2


async def test_a_copy_that_is_repeated_changes_nothing(records: Records, redis_url: str) -> None:
    store = Tails(records)
    async with connect(redis_url) as bus:
        await write(bus, 1.0)
        for _ in range(2):
            assert await tails.copy(bus, store, [SIM], {}) == 1
        assert len(store.newest(SIM, 10)) == 1
