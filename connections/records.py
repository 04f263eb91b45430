"""The store of simulation records (SQL): the only writer of the lifecycle, with optimistic locking.

Synchronous: call from a thread. Every change is one transaction and raises the record's version by one.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from connections.record import TIMES, Record, now
from plant.errors import Duplicate, StaleVersion, Unavailable, UnknownName
from plant.lifecycle import ALIVE, ENDED, Command, State, after

METADATA = MetaData()
SIMULATIONS = Table(
    "simulations",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("sim_id", String(120), nullable=False, unique=True),
    Column("model_id", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("speed", Float, nullable=True, comment="NULL: as fast as possible"),
    Column("sample_time", Float, nullable=False, comment="simulated seconds"),
    Column("duration", Float, nullable=False, comment="simulated seconds"),
    Column("seed", Integer, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("machine", String(100), nullable=True),
    Column("worker", String(200), nullable=True),
    Column("cause", Text, nullable=True),
    Column("started_at", DateTime, nullable=True),
    Column("ended_at", DateTime, nullable=True),
    Column("ends_at", DateTime, nullable=True),
    Column("simulation_time", Float, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("overruns", Integer, nullable=False),
    Column("start", String(100), nullable=False, comment="name of the start state"),
    Column("planned", JSON, nullable=False, comment="faults of every start"),
    Column("faults", JSON, nullable=False, comment="faults as the worker last told"),
    Column("owner", String(100), nullable=True, comment="name of the user whose it is"),
    Column("sharing", String(10), nullable=False, comment="private, shared or open"),
    Column("stall", String(10), nullable=False, comment="catch_up or skip"),
    Column("resume", String(10), nullable=False, comment="catch_up or hold"),
    Column("idle", Float, nullable=True, comment="seconds without an action until it ends"),
    Column("isolated", Boolean, nullable=False, comment="has a process of its own"),
    Column("origin", String(300), nullable=True, comment="the snapshot that it is a branch of"),
)
MACHINES = Table(
    "machines",
    METADATA,
    Column("machine_id", String(100), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("draining", String(10), nullable=True, comment="move or finish; NULL: in service"),
    Column("version", Integer, nullable=False),
)
ORDERS = {
    "name": SIMULATIONS.c.name,
    "creation_date": SIMULATIONS.c.created_at,
    "update_date": SIMULATIONS.c.updated_at,
}
Also = Callable[[Connection, Record], object]
_LOCK_WAIT = 10.0
_RACES = 50


def _nothing(*_: object) -> None:
    """What is also done by default."""


class Records:
    """The records in one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def create(self, record: Record, also: Also = _nothing) -> Record:
        """Insert a new record; number 0 asks for the next free number and a SimID made of model and number.

        `also` becomes a part of the transaction.
        Raises Duplicate when the number or the SimID is taken.
        """
        if record.number != 0:
            return self._insert(record, also)
        for _ in range(_RACES):
            try:
                return self._insert(replace(record, number=self._highest() + 1), also)
            except Duplicate:
                continue  # somebody else took the number between the question and the insert
        raise Unavailable("too many simulations are being started at once; try again")

    def _highest(self) -> int:
        with self.transaction() as connection:
            return connection.execute(select(func.max(SIMULATIONS.c.number))).scalar() or 0

    def _insert(self, record: Record, also: Also) -> Record:
        record = replace(record, sim_id=record.sim_id or f"{record.model_id}-{record.number}")
        try:
            with self.transaction() as connection:
                connection.execute(insert(SIMULATIONS).values(_row(record)))
                also(connection, record)
        except Duplicate:
            raise Duplicate(f"there is already a simulation with the id {record.number}") from None
        return record

    def get(self, sim_id: str) -> Record:
        """The record. Raises UnknownName."""
        with self.transaction() as connection:
            return _find(connection, sim_id)

    def by_number(self, number: int) -> Record:
        """The record with this integer id. Raises UnknownName."""
        with self.transaction() as connection:
            row = connection.execute(select(SIMULATIONS).where(SIMULATIONS.c.number == number)).mappings().first()
        if row is None:
            raise UnknownName(f"there is no simulation with the id {number}")
        return _record(row)

    def all(self, order_by: str = "creation_date", states: frozenset[State] = frozenset(State)) -> list[Record]:
        """All records in these states, by a key of ORDERS and then by number."""
        query = select(SIMULATIONS).where(SIMULATIONS.c.status.in_([str(s) for s in states]))
        with self.transaction() as connection:
            rows = connection.execute(query.order_by(ORDERS[order_by], SIMULATIONS.c.number)).mappings()
            return [_record(row) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many records are in each state."""
        query = select(SIMULATIONS.c.status, func.count()).group_by(SIMULATIONS.c.status)
        with self.transaction() as connection:
            found = {State(status): count for status, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in State}

    def command(
        self, sim_id: str, command: Command, version: int | None = None,
        also: Also = _nothing, **changes: Any,
    ) -> Record:  # fmt: skip
        """Move a record through the lifecycle table and set `changes` with it; `also` is a part of the transaction.

        Raises UnknownName, WrongState, or StaleVersion when `version` is not the record's.
        """
        with self.transaction() as connection:
            record = _find(connection, sim_id)
            _same_version(record, version)
            status = after(sim_id, record.status, command)
            if status in ENDED:
                changes.setdefault("ended_at", now())
            also(connection, record)
            return _change(connection, record, status=status, **changes)

    def report(self, sim_id: str, epoch: int, command: Command | None, **changes: Any) -> Record | None:
        """Take a worker's report; None (nothing changed) when its epoch is over or the state has moved on."""
        with self.transaction() as connection:
            record = _find(connection, sim_id)
            if record.epoch != epoch or not record.alive:
                return None
            status = after(sim_id, record.status, command) if command else record.status
            if status in ENDED:
                changes.setdefault("ended_at", now())
            return _change(connection, record, status=status, **changes)

    def change(self, sim_id: str, version: int | None = None, **changes: Any) -> Record:
        """Set columns without moving in the lifecycle. Raises UnknownName or StaleVersion."""
        with self.transaction() as connection:
            record = _find(connection, sim_id)
            _same_version(record, version)
            return _change(connection, record, **changes)

    def delete(self, sim_id: str) -> None:
        """Forget a record."""
        with self.transaction() as connection:
            connection.execute(SIMULATIONS.delete().where(SIMULATIONS.c.sim_id == sim_id))

    def alive(self, machine: str) -> int:
        """How many living simulations are pinned to this machine."""
        query = select(func.count()).where(SIMULATIONS.c.machine == machine)
        with self.transaction() as connection:
            states = [str(state) for state in ALIVE]
            return connection.execute(query.where(SIMULATIONS.c.status.in_(states))).scalar() or 0

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction. Raises Duplicate when it breaks a constraint, Unavailable when the database is away."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError as error:
            raise Duplicate(f"the record conflicts with another one: {error.orig}") from error
        except SQLAlchemyError as error:
            raise Unavailable(f"the database does not answer: {error.__class__.__name__}") from error


def engine(url: str) -> Engine:
    """An engine for SQLite (WAL, writers wait for each other) or any other database that SQLAlchemy knows.

    Raises Unavailable when the URL can't be read or its driver is not installed.
    """
    if not url.startswith("sqlite"):
        return _server(url)
    made = create_engine(url, connect_args={"timeout": _LOCK_WAIT})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_immediate)
    return made


def _server(url: str) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except ImportError as error:
        raise Unavailable(
            f"PDE_DATABASE_URL needs the package {error.name}: pip install 'process-dynamics-engine[postgres]'"
        ) from None
    except ArgumentError:  # the URL may hold a password: it is not repeated
        raise Unavailable("PDE_DATABASE_URL is not a database URL such as postgresql+psycopg://user@host/pde") from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's documented way to control BEGIN ourselves
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _find(connection: Connection, sim_id: str) -> Record:
    query = select(SIMULATIONS).where(SIMULATIONS.c.sim_id == sim_id)
    row = connection.execute(query.with_for_update()).mappings().first()
    if row is None:
        raise UnknownName(f"there is no simulation '{sim_id[:80]}'")
    return _record(row)


def _same_version(record: Record, version: int | None) -> None:
    if version is not None and version != record.version:
        raise StaleVersion(f"{record.sim_id} is at version {record.version}, not {version}: read it again")


def _change(connection: Connection, record: Record, **changes: Any) -> Record:
    changed = replace(record, **changes, version=record.version + 1, updated_at=now())
    connection.execute(update(SIMULATIONS).where(SIMULATIONS.c.number == record.number).values(_row(changed)))
    return changed


def _row(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(record, name) for name in record.__slots__}
    row["status"], row["sharing"] = str(record.status), str(record.sharing)
    row["speed"] = None if record.speed == float("inf") else record.speed
    return row | {name: _naive(row[name]) for name in TIMES}


def _record(row: RowMapping | Mapping[str, Any]) -> Record:
    content = dict(row)
    content["status"] = State(content["status"])
    content["speed"] = float("inf") if content["speed"] is None else content["speed"]
    return Record(**content | {name: _aware(content[name]) for name in TIMES})


def _naive(time: datetime | None) -> datetime | None:
    return time and time.astimezone(UTC).replace(tzinfo=None)


def _aware(time: datetime | None) -> datetime | None:
    return time and time.replace(tzinfo=UTC)
