"""Checkpoints kept for good: the newest of each simulation in SQL, so that a Redis without memory loses none.

A worker writes its checkpoints to Redis; the engine copies them here (`copy`) and puts one back before the next attempt
when Redis has it no more (`give_back`). The store is synchronous: call it from a thread.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, String, Table, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from connections.bus import Bus, speaking
from connections.checkpoint import Checkpoint
from connections.database import METADATA, engine
from connections.log import logger
from connections.redis_keys import actions_counter_key, checkpoint_key
from plant.errors import DamagedSnapshot, Unavailable

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("sim_id", String(120), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
AT_ONCE = 500
"""Simulations in one message to Redis and in one statement."""
_LOG = logger(__name__)

# A checkpoint that is there stays. The actions go on being numbered behind the last one that it has in it.
# KEYS: checkpoint, counter of the actions. ARGV: content, number of its last action.
_GIVE_BACK = """
local new = redis.call('HSETNX', KEYS[1], 'current', ARGV[1])
if tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[2]) then redis.call('SET', KEYS[2], ARGV[2]) end
return new
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """The newest checkpoint of a simulation: what it says and its bytes as the worker wrote them."""

    sim_id: str
    checkpoint: Checkpoint
    content: bytes

    @property
    def age(self) -> tuple[int, int]:
        """What tells a newer one from an older one."""
        return self.checkpoint.epoch, self.checkpoint.tick


class Checkpoints:
    """The checkpoints in one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def save(self, copies: Sequence[Copy]) -> int:
        """Keep these, unless a newer one is kept of the same simulation; how many were kept. Raises Unavailable."""
        kept = 0
        try:
            for first in range(0, len(copies), AT_ONCE):
                with self._engine.begin() as connection:
                    kept += _save(connection, copies[first : first + AT_ONCE])
        except SQLAlchemyError as error:
            raise _away(error) from error
        return kept

    def load(self, sim_id: str) -> Copy | None:
        """The newest one. Raises Unavailable, DamagedSnapshot."""
        try:
            with self._engine.begin() as connection:
                content = connection.execute(
                    select(CHECKPOINTS.c.content).where(CHECKPOINTS.c.sim_id == sim_id)
                ).scalar()
        except SQLAlchemyError as error:
            raise _away(error) from error
        return None if content is None else Copy(sim_id, Checkpoint.decode(bytes(content)), bytes(content))

    def forget(self, sim_ids: Sequence[str]) -> None:
        """Drop those of simulations that have ended. Raises Unavailable."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.sim_id.in_(sim_ids)))
        except SQLAlchemyError as error:
            raise _away(error) from error


def put(connection: Connection, copies: Iterable[Copy]) -> None:
    """Write these in place of what there is, as a part of somebody's transaction."""
    rows = [
        {"sim_id": each.sim_id, "epoch": each.age[0], "tick": each.age[1], "content": each.content} for each in copies
    ]
    if rows:
        connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.sim_id.in_([row["sim_id"] for row in rows])))
        connection.execute(insert(CHECKPOINTS), rows)


def _save(connection: Connection, copies: Sequence[Copy]) -> int:
    query = select(CHECKPOINTS.c.sim_id, CHECKPOINTS.c.epoch, CHECKPOINTS.c.tick)
    rows = connection.execute(query.where(CHECKPOINTS.c.sim_id.in_([each.sim_id for each in copies])))
    ages = {sim_id: (epoch, tick) for sim_id, epoch, tick in rows}
    newer = [each for each in copies if each.age >= ages.get(each.sim_id, (-1, -1))]
    put(connection, newer)
    return len(newer)


async def copy(bus: Bus, store: Checkpoints, sim_ids: Sequence[str]) -> list[Copy]:
    """Copy the newest checkpoint of each of these simulations from Redis; what was copied. Raises Unavailable."""
    copies: list[Copy] = []
    for first in range(0, len(sim_ids), AT_ONCE):
        some = sim_ids[first : first + AT_ONCE]
        copies += _whole(some, await _contents(bus.redis, some))
    await asyncio.to_thread(store.save, copies)
    return copies


async def _contents(redis: Any, sim_ids: Sequence[str]) -> list[bytes | None]:
    with speaking():
        async with redis.pipeline(transaction=False) as pipeline:
            for sim_id in sim_ids:
                pipeline.hget(checkpoint_key(sim_id), "current")
            contents: list[bytes | None] = await pipeline.execute()
            return contents


def _whole(sim_ids: Sequence[str], contents: Sequence[bytes | None]) -> list[Copy]:
    copies: list[Copy] = []
    for sim_id, content in zip(sim_ids, contents, strict=True):
        if content is None:
            continue
        try:
            copies.append(Copy(sim_id, Checkpoint.decode(content), content))
        except DamagedSnapshot as error:
            _LOG.warning("checkpoint not copied", sim_id=sim_id, cause=str(error))
    return copies


async def give_back(bus: Bus, store: Checkpoints, sim_id: str) -> bool:
    """Put the kept checkpoint into Redis if there is none; whether that was so. To be done before an attempt is queued.

    Raises Unavailable; one that is damaged is told in the log and left out.
    """
    try:
        kept = await asyncio.to_thread(store.load, sim_id)
    except DamagedSnapshot as error:
        _LOG.error("the kept checkpoint is damaged", sim_id=sim_id, cause=str(error))
        return False
    if kept is None:
        return False
    keys = (checkpoint_key(sim_id), actions_counter_key(sim_id))
    with speaking():
        return bool(await bus.redis.eval(_GIVE_BACK, len(keys), *keys, kept.content, kept.checkpoint.action))


def _away(error: SQLAlchemyError) -> Unavailable:
    return Unavailable(f"the database does not answer: {error.__class__.__name__}")
