"""Snapshots kept for good, in SQL: those that users name, and the backtracks that are taken by themselves.

The engine takes named ones from the stream of shots. Synchronous: call from a thread.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Float,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from connections.checkpoint import Checkpoint
from connections.database import METADATA
from connections.records import Records
from connections.shot import Shot
from plant.errors import Duplicate, NoCapacity, UnknownName


class SnapshotKind(StrEnum):
    """Who asked for it."""

    NAMED = "named"
    BACKTRACK = "backtrack"


SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("sim_id", String(120), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("user", String(100), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("simulation_time", Float, nullable=False, comment="simulated seconds"),
    Column("tick", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="as a checkpoint"),
)
MOST_NAMED = 100
"""Named snapshots of one simulation."""
_FACTS = [column for column in SNAPSHOTS.columns if column.name != "content"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a snapshot without its content; `name` is unique within its simulation."""

    sim_id: str
    name: str
    kind: SnapshotKind
    user: str
    created_at: datetime
    simulation_time: float
    tick: int


def snapshot_of(shot: Shot) -> Snapshot:
    """What is to be known of a shot. Raises DamagedSnapshot."""
    taken_at = datetime.fromtimestamp(shot.at / 1e9, UTC)
    checkpoint = Checkpoint.decode(shot.content)
    return Snapshot(
        shot.sim_id, shot.name, SnapshotKind.NAMED, shot.user, taken_at, checkpoint.simulation_time, checkpoint.tick
    )


class Snapshots:
    """The snapshots in the records' database."""

    def __init__(self, records: Records) -> None:
        self._transaction = records.transaction

    def add(self, snapshot: Snapshot, content: bytes) -> None:
        """Keep a named one. Raises Duplicate when the name is taken, NoCapacity when there are MOST_NAMED."""
        with self._transaction() as connection:
            query = select(func.count()).where(SNAPSHOTS.c.sim_id == snapshot.sim_id)
            count = connection.execute(query.where(SNAPSHOTS.c.kind == SnapshotKind.NAMED)).scalar() or 0
            if count >= MOST_NAMED:
                raise NoCapacity(f"{snapshot.sim_id} has {count} snapshots, the most that are kept; delete one")
            try:
                connection.execute(insert(SNAPSHOTS), [_row(snapshot, content)])
            except IntegrityError:
                raise taken(snapshot.sim_id, snapshot.name) from None

    def add_backtracks(self, new: Iterable[tuple[Snapshot, bytes]], most: int) -> None:
        """Keep these, and of each of their simulations the `most` newest. One of the same name is replaced."""
        rows = [_row(snapshot, content) for snapshot, content in new]
        with self._transaction() as connection:
            for row in rows:
                _delete(connection, row["sim_id"], row["name"])
            if rows:
                connection.execute(insert(SNAPSHOTS), rows)
            for sim_id in sorted({row["sim_id"] for row in rows}):
                for name in _too_old(connection, sim_id, most):
                    _delete(connection, sim_id, name)

    def has(self, sim_id: str, name: str) -> bool:
        """Whether the name is taken."""
        query = select(func.count()).where(SNAPSHOTS.c.sim_id == sim_id, SNAPSHOTS.c.name == name)
        with self._transaction() as connection:
            return bool(connection.execute(query).scalar())

    def of(self, sim_id: str) -> list[Snapshot]:
        """Those of a simulation, oldest first."""
        query = select(*_FACTS).where(SNAPSHOTS.c.sim_id == sim_id)
        with self._transaction() as connection:
            rows = connection.execute(query.order_by(SNAPSHOTS.c.created_at, SNAPSHOTS.c.name)).mappings()
            return [_snapshot(row) for row in rows]

    def last_backtracks(self) -> Mapping[str, datetime]:
        """When the newest backtrack of each simulation was taken."""
        query = select(SNAPSHOTS.c.sim_id, func.max(SNAPSHOTS.c.created_at)).group_by(SNAPSHOTS.c.sim_id)
        with self._transaction() as connection:
            rows = connection.execute(query.where(SNAPSHOTS.c.kind == SnapshotKind.BACKTRACK))
            return {sim_id: time.replace(tzinfo=UTC) for sim_id, time in rows}

    def get(self, sim_id: str, name: str) -> tuple[Snapshot, Checkpoint]:
        """One with its content. Raises UnknownName, DamagedSnapshot."""
        query = select(SNAPSHOTS).where(SNAPSHOTS.c.sim_id == sim_id, SNAPSHOTS.c.name == name)
        with self._transaction() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise UnknownName(f"{sim_id} has no snapshot '{name[:100]}'")
        return _snapshot(row), Checkpoint.decode(bytes(row["content"]))

    def remove(self, sim_id: str, name: str) -> None:
        """Forget one. Raises UnknownName."""
        with self._transaction() as connection:
            if not _delete(connection, sim_id, name):
                raise UnknownName(f"{sim_id} has no snapshot '{name[:100]}'")

    def forget(self, sim_ids: Sequence[str]) -> None:
        """Forget all of simulations whose records are deleted."""
        with self._transaction() as connection:
            connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.sim_id.in_(sim_ids)))


def taken(sim_id: str, name: str) -> Duplicate:
    """The error of a name that is in use."""
    return Duplicate(f"{sim_id} has a snapshot '{name}' already")


def _delete(connection: Connection, sim_id: str, name: str) -> int:
    return connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.sim_id == sim_id, SNAPSHOTS.c.name == name)).rowcount


def _too_old(connection: Connection, sim_id: str, most: int) -> list[str]:
    query = select(SNAPSHOTS.c.name).where(SNAPSHOTS.c.sim_id == sim_id, SNAPSHOTS.c.kind == SnapshotKind.BACKTRACK)
    return list(connection.execute(query.order_by(SNAPSHOTS.c.created_at.desc()).offset(most)).scalars())


def _row(snapshot: Snapshot, content: bytes) -> dict[str, Any]:
    facts = {name: getattr(snapshot, name) for name in Snapshot.__slots__}
    created = snapshot.created_at.astimezone(UTC).replace(tzinfo=None)
    return facts | {"kind": str(snapshot.kind), "created_at": created, "content": content}


def _snapshot(row: RowMapping) -> Snapshot:
    facts = {name: row[name] for name in Snapshot.__slots__}
    return Snapshot(
        **facts | {"kind": SnapshotKind(facts["kind"]), "created_at": facts["created_at"].replace(tzinfo=UTC)}
    )
