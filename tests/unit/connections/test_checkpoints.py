"""Checkpoints in SQL: the newest of each simulation is kept, and given back to a Redis that has lost its memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connections import checkpoints
from connections.action import Action
from connections.bus import connect
from connections.checkpoint import Checkpoint
from connections.checkpoints import Checkpoints, Copy
from connections.migrations import migrate
from connections.redis_keys import actions_counter_key, checkpoint_key
from plant.errors import DamagedSnapshot

SIM = "wood-berry-1"


def kept(epoch: int = 1, tick: int = 10, action: int = 0, sim_id: str = SIM) -> Copy:
    checkpoint = Checkpoint(epoch, tick, action, 5, 1, 1, 1.0, False, 0, 0, float(tick), snapshot=bytes(range(256)))
    return Copy(sim_id, checkpoint, checkpoint.encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Checkpoints]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    migrate(url)
    opened = Checkpoints(url)
    yield opened
    opened.close()


def test_the_newest_of_each_simulation_is_kept(store: Checkpoints) -> None:
    assert store.save([kept(), kept(sim_id="boiler-2")]) == 2
    assert store.save([kept(tick=12)]) == 1
    assert store.save([kept(tick=11)]) == 0, "an older one of the same epoch"
    assert store.save([kept(epoch=2, tick=11)]) == 1
    assert store.save([kept(epoch=1, tick=99)]) == 0, "one of an epoch that is over"
    assert store.load(SIM) == kept(epoch=2, tick=11)
    assert store.load("nobody-1") is None
    store.forget([SIM])
    assert store.load(SIM) is None
    assert store.load("boiler-2") is not None


def test_a_damaged_one_is_told(store: Checkpoints) -> None:
    whole = kept()
    store.save([Copy(whole.sim_id, whole.checkpoint, whole.content[:-1] + b"?")])
    with pytest.raises(DamagedSnapshot, match="damaged"):
        store.load(SIM)


async def test_a_redis_without_memory_gets_it_back_once(store: Checkpoints, redis_url: str) -> None:
    async with connect(redis_url) as bus:
        await bus.redis.hset(checkpoint_key(SIM), "current", kept(action=7).content)
        await bus.redis.hset(checkpoint_key("torn-1"), "current", b"torn")
        copied = await checkpoints.copy(bus, store, [SIM, "torn-1", "nobody-1"])
        assert copied == [kept(action=7)]
        await bus.redis.flushall()
        assert await checkpoints.give_back(bus, store, SIM)
        assert await bus.redis.hget(checkpoint_key(SIM), "current") == kept(action=7).content
        number, _ = await bus.append_action(SIM, Action("operator", "test", 0))
        assert number == 8, "actions go on being numbered behind the last one applied"
        assert not await checkpoints.give_back(bus, store, SIM), "what is there stays"
        assert int(await bus.redis.get(actions_counter_key(SIM))) == 8
        assert not await checkpoints.give_back(bus, store, "nobody-1")
