"""A beat is written whole, or not at all when another attempt of one simulation has begun."""

import math
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from connections.redis_keys import FRAMES, REPORTS, checkpoint_key, lease_key
from plant.frames import unpack
from tests.hosting import assignment
from workers import fenced, frames
from workers.checkpoint import PUBLISHED, applied_key
from workers.hosted import Hosted, begin
from workers.items import Farewell, GaveUp, Item, Report, Saved, Sent
from workers.lease import epoch_key
from workers.moment import Moment, Note
from workers.outbox import Outbox

MINE, OTHER = "wood-berry-1", "wood-berry-2"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Any]:
    async with Redis.from_url(redis_url) as opened:
        yield opened


def simulation(sim_id: str, epoch: int = 1) -> Hosted:
    return begin(assignment(sim_id=sim_id, epoch=epoch), math.inf, Moment(50.0, 10**9))


def beat(hosted: Hosted) -> list[Item]:
    """An action's echo with its note, a checkpoint that makes an older note needless, a report."""
    hosted.action += 1
    frame = frames.echo(hosted, Moment(51.0, 2 * 10**9))
    return [Sent(hosted, frame, Note(0, 2)), Saved(hosted, b"content", (7,)), Report(hosted, {"kind": "progress"})]


async def test_all_of_it_is_written(redis: Any) -> None:
    await redis.hset(applied_key(MINE), mapping={"7": "0 1"})
    await redis.hset(checkpoint_key(MINE), "current", b"before")
    hosted = simulation(MINE)
    assert await fenced.write(redis, beat(hosted)) == []
    assert await redis.hgetall(applied_key(MINE)) == {b"1": b"0 2"}
    assert await redis.hgetall(checkpoint_key(MINE)) == {b"current": b"content", b"previous": b"before"}
    ((_, fields),) = await redis.xrange(FRAMES)
    (frame,) = unpack(fields[b"b"])
    assert (frame.sim_id, frame.action) == (MINE, 1)
    assert await redis.hget(PUBLISHED, MINE) == f"1 0 {frame.wall_time}".encode()
    assert await redis.xlen(REPORTS) == 1


async def test_nothing_is_written_when_an_epoch_is_over(redis: Any) -> None:
    await redis.set(epoch_key(OTHER), 2)
    mine, over = simulation(MINE), simulation(OTHER)
    assert await fenced.write(redis, [*beat(mine), *beat(over)]) == [over]
    assert [key.decode() for key in await redis.keys("*")] == [epoch_key(OTHER)]


async def test_the_outbox_loses_what_is_over_and_writes_the_rest(redis: Any) -> None:
    await redis.set(epoch_key(OTHER), 2)
    await redis.hset(lease_key(OTHER), mapping={"epoch": 1, "owner": "me"})
    mine, over = simulation(MINE), simulation(OTHER)
    lost: list[Hosted] = []
    gone: list[Hosted] = []

    def lose(hosted: Hosted) -> None:
        lost.append(hosted)
        outbox.drop(hosted, "me")

    outbox = Outbox(lambda _: True, lose)
    for item in [*beat(over), *beat(mine), Farewell(mine, "me", forget=True)]:
        outbox.add(item)
    assert await outbox.flush(redis, gone.append)
    assert (lost, gone, outbox.frames) == ([over], [mine], 0)
    assert [frame.sim_id for _, f in await redis.xrange(FRAMES) for frame in unpack(f[b"b"])] == [MINE]
    assert not await redis.exists(applied_key(OTHER), checkpoint_key(OTHER), lease_key(OTHER))
    assert not await redis.exists(checkpoint_key(MINE))


async def test_what_a_later_attempt_holds_is_not_given_back(redis: Any) -> None:
    await redis.hset(lease_key(OTHER), mapping={"epoch": 2, "owner": "another"})
    await fenced.write(redis, [GaveUp(simulation(OTHER), "me")])
    assert await redis.exists(lease_key(OTHER))


async def test_a_beat_of_thousands(redis: Any) -> None:
    first = simulation(MINE)
    echo = frames.echo(first, Moment(51.0, 2 * 10**9))
    names = [f"wood-berry-{number}" for number in range(1, 4001)]
    many = [replace(first, assignment=replace(first.assignment, sim_id=name)) for name in names]
    beats = [Sent(each, replace(echo, sim_id=each.sim_id), Note(0, 2)) for each in many]
    assert await fenced.write(redis, beats) == []
    assert await redis.hlen(PUBLISHED) == 4000
