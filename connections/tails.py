"""Accepted actions kept for good, and what else a take-over needs beside a checkpoint, so that Redis may forget it.

Redis has them first: the stream of a simulation's actions, the tick after which each later one was applied, and the
last tick that is published. The engine copies them here (`copy`) and puts them back (`give_back`) before an attempt
that finds none of it. The store is synchronous: call it from a thread.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, String, Table, Text, delete, func, insert, select

from connections.action import Action
from connections.bus import Bus, speaking
from connections.database import METADATA
from connections.records import Records
from connections.redis_keys import actions_counter_key, actions_key

PUBLISHED = "pde:published"
"""Hash of the workers: the last frame of a simulation that is out, as "epoch tick wall_time"."""
AT_ONCE = 500
ACTIONS = Table(
    "actions",
    METADATA,
    Column("sim_id", String(120), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
TAILS = Table(
    "tails",
    METADATA,
    Column("sim_id", String(120), primary_key=True),
    Column("published", String(80), nullable=False),
    Column("applied", Text, nullable=False, comment="action number -> tick and wall time, as JSON"),
)

# What is there stays. KEYS: actions, counter, applied, published. ARGV: sim_id, published, n, then n numbers and
# contents of actions, then names and values of what was applied.
_GIVE_BACK = """
if ARGV[2] ~= '' then redis.call('HSETNX', KEYS[4], ARGV[1], ARGV[2]) end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local count, highest = tonumber(ARGV[3]), tonumber(redis.call('GET', KEYS[2]) or '0')
for i = 0, count - 1 do
  redis.call('XADD', KEYS[1], ARGV[4 + 2 * i] .. '-0', 'a', ARGV[5 + 2 * i])
  highest = math.max(highest, tonumber(ARGV[4 + 2 * i]))
end
if highest > 0 then redis.call('SET', KEYS[2], highest) end
for i = 4 + 2 * count, #ARGV, 2 do redis.call('HSETNX', KEYS[3], ARGV[i], ARGV[i + 1]) end
return count
"""


@dataclass(frozen=True, slots=True)
class Tail:
    """What is copied of one simulation: new actions by number, the last frame out, when actions were applied."""

    sim_id: str
    actions: tuple[tuple[int, bytes], ...] = ()
    published: str = ""
    applied: Mapping[str, str] = field(default_factory=dict)


class Tails:
    """The tails in the records' database."""

    def __init__(self, records: Records) -> None:
        self._transaction = records.transaction

    def save(self, tails: Sequence[Tail]) -> None:
        """Keep these; actions that are kept already stay as they are."""
        with self._transaction() as connection:
            for first in range(0, len(tails), AT_ONCE):
                some = tails[first : first + AT_ONCE]
                rows = [
                    {"sim_id": each.sim_id, "published": each.published, "applied": json.dumps(dict(each.applied))}
                    for each in some
                ]
                connection.execute(delete(TAILS).where(TAILS.c.sim_id.in_([each.sim_id for each in some])))
                connection.execute(insert(TAILS), rows)
                for each in some:
                    if each.actions:
                        _keep(connection, each)

    def reached(self) -> dict[str, int]:
        """The highest number of a kept action of every simulation."""
        with self._transaction() as connection:
            rows = connection.execute(select(ACTIONS.c.sim_id, func.max(ACTIONS.c.number)).group_by(ACTIONS.c.sim_id))
            return {sim_id: number for sim_id, number in rows}  # noqa: C416 - rows are no pairs to mypy

    def load(self, sim_id: str) -> Tail:
        """All that is kept of one simulation."""
        with self._transaction() as connection:
            row = connection.execute(select(TAILS).where(TAILS.c.sim_id == sim_id)).mappings().first()
            query = select(ACTIONS.c.number, ACTIONS.c.content).where(ACTIONS.c.sim_id == sim_id)
            actions = connection.execute(query.order_by(ACTIONS.c.number)).all()
        kept = tuple((number, bytes(content)) for number, content in actions)
        return Tail(sim_id, kept) if row is None else Tail(sim_id, kept, row["published"], json.loads(row["applied"]))

    def newest(self, sim_id: str, count: int) -> list[Action]:
        """The newest kept actions, newest first."""
        query = select(ACTIONS.c.number, ACTIONS.c.content).where(ACTIONS.c.sim_id == sim_id)
        with self._transaction() as connection:
            rows = connection.execute(query.order_by(ACTIONS.c.number.desc()).limit(count)).all()
        return [Action.decode(number, bytes(content)) for number, content in rows]

    def forget(self, sim_ids: Sequence[str]) -> None:
        """Drop what only a next attempt would need; the actions stay."""
        with self._transaction() as connection:
            for first in range(0, len(sim_ids), AT_ONCE):
                connection.execute(delete(TAILS).where(TAILS.c.sim_id.in_(sim_ids[first : first + AT_ONCE])))


def _keep(connection: Connection, tail: Tail) -> None:
    known = connection.execute(select(func.max(ACTIONS.c.number)).where(ACTIONS.c.sim_id == tail.sim_id)).scalar() or 0
    rows = [{"sim_id": tail.sim_id, "number": n, "content": content} for n, content in tail.actions if n > known]
    if rows:
        connection.execute(insert(ACTIONS), rows)


async def copy(bus: Bus, store: Tails, sim_ids: Sequence[str], reached: dict[str, int]) -> int:
    """Copy what is new of these simulations; how many actions. `reached` is brought up to date. Raises Unavailable."""
    tails: list[Tail] = []
    for first in range(0, len(sim_ids), AT_ONCE):
        tails += await _new(bus, sim_ids[first : first + AT_ONCE], reached)
    if tails:
        await asyncio.to_thread(store.save, tails)
    reached |= {tail.sim_id: tail.actions[-1][0] for tail in tails if tail.actions}
    return sum(len(tail.actions) for tail in tails)


async def _new(bus: Bus, sim_ids: Sequence[str], reached: Mapping[str, int]) -> list[Tail]:
    by_key = {actions_key(sim_id).encode(): sim_id for sim_id in sim_ids}
    places = {actions_key(sim_id): f"{reached.get(sim_id, 0)}-0" for sim_id in sim_ids}
    with speaking():
        found = await bus.redis.xread(places, count=AT_ONCE)
        published = await bus.redis.hmget(PUBLISHED, sim_ids)
        async with bus.redis.pipeline(transaction=False) as pipeline:
            for sim_id in sim_ids:
                pipeline.hgetall(applied_key(sim_id))
            applied = await pipeline.execute()
    actions = {
        by_key[key]: tuple((int(place.split(b"-")[0]), fields[b"a"]) for place, fields in entries)
        for key, entries in found
    }
    return [
        Tail(sim_id, actions.get(sim_id, ()), (out or b"").decode(), {k.decode(): v.decode() for k, v in notes.items()})
        for sim_id, out, notes in zip(sim_ids, published, applied, strict=True)
        if out or notes or sim_id in actions
    ]


async def give_back(bus: Bus, store: Tails, sim_id: str) -> int:
    """Put back what Redis has not; how many actions. To be done before an attempt is queued. Raises Unavailable."""
    tail = await asyncio.to_thread(store.load, sim_id)
    keys = (actions_key(sim_id), actions_counter_key(sim_id), applied_key(sim_id), PUBLISHED)
    actions = [part for number, content in tail.actions for part in (number, content)]
    notes = [part for pair in tail.applied.items() for part in pair]
    with speaking():
        return int(
            await bus.redis.eval(
                _GIVE_BACK, len(keys), *keys, sim_id, tail.published, len(tail.actions), *actions, *notes
            )
        )


def applied_key(sim_id: str) -> str:
    """Hash of the workers: action number -> "tick wall_time" of the actions applied since the older checkpoint."""
    return f"pde:applied:{sim_id}"
