"""The store of simulation records (SQL): the only writer of the lifecycle, with optimistic locking.

Synchronous: call from a thread. Every change is one transaction and raises the record's version by one.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, RowMapping
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from connections.database import READING, engine, naive
from connections.record import Record, now
from connections.record_rows import ORDERS, SIMULATIONS, record_of, row_of
from plant.errors import Duplicate, StaleVersion, Unavailable, UnknownName
from plant.lifecycle import ALIVE, ENDED, Command, State, after

Also = Callable[[Connection, Record], object]
_RACES = 50
_AT_ONCE = 500


def _nothing(*_: object) -> None:
    """What is also done by default."""


class Records:
    """The records in one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)
        self._reader = self._engine.execution_options(**{READING: True})

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
                connection.execute(insert(SIMULATIONS).values(row_of(record)))
                also(connection, record)
        except Duplicate:
            raise Duplicate(f"there is already a simulation with the id {record.number}") from None
        return record

    def get(self, sim_id: str) -> Record:
        """The record. Raises UnknownName."""
        with self.reading() as connection:
            row = connection.execute(select(SIMULATIONS).where(SIMULATIONS.c.sim_id == sim_id)).mappings().first()
        return _known(row, sim_id)

    def by_number(self, number: int) -> Record:
        """The record with this integer id. Raises UnknownName."""
        with self.reading() as connection:
            row = connection.execute(select(SIMULATIONS).where(SIMULATIONS.c.number == number)).mappings().first()
        if row is None:
            raise UnknownName(f"there is no simulation with the id {number}")
        return record_of(row)

    def all(self, order_by: str = "creation_date", states: frozenset[State] = frozenset(State)) -> list[Record]:
        """All records in these states, by a key of ORDERS and then by number."""
        query = select(SIMULATIONS).where(SIMULATIONS.c.status.in_([str(s) for s in states]))
        with self.reading() as connection:
            rows = connection.execute(query.order_by(ORDERS[order_by], SIMULATIONS.c.number)).mappings()
            return [record_of(row) for row in rows]

    def alive_now(self, known: Iterable[Record] = ()) -> list[Record]:
        """The records of all living simulations, oldest first; `known` ones are read again only if changed."""
        return self.all_now(known, ALIVE)

    def all_now(self, known: Iterable[Record] = (), states: frozenset[State] = frozenset(State)) -> list[Record]:
        """All records in these states, oldest first; those that are `known` are the same objects unless changed.

        Every change raises the version, so looking at a thousand once a second costs what changes, not what there is.
        """
        same = {(record.number, record.version, naive(record.created_at)): record for record in known}
        table = SIMULATIONS.c
        chosen = table.status.in_([str(state) for state in states])
        with self.reading() as connection:
            # A number may come again after a deletion, a number and a time of creation do not.
            there = connection.execute(select(table.number, table.version, table.created_at).where(chosen)).all()
            changed = [one.number for one in there if tuple(one) not in same]
            found = [same[tuple(one)] for one in there if tuple(one) in same]
            for first in range(0, len(changed), _AT_ONCE):
                some = select(SIMULATIONS).where(table.number.in_(changed[first : first + _AT_ONCE]), chosen)
                found += [record_of(row) for row in connection.execute(some).mappings()]
        return sorted(found, key=lambda record: (record.created_at, record.number))

    def counts(self) -> dict[State, int]:
        """How many records are in each state."""
        query = select(SIMULATIONS.c.status, func.count()).group_by(SIMULATIONS.c.status)
        with self.reading() as connection:
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
        with self.reading() as connection:
            states = [str(state) for state in ALIVE]
            return connection.execute(query.where(SIMULATIONS.c.status.in_(states))).scalar() or 0

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction. Raises Duplicate when it breaks a constraint, Unavailable when the database is away."""
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: it waits for no other one. Raises Unavailable."""
        with _translated(), self._reader.begin() as connection:
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Duplicate(f"the record conflicts with another one: {error.orig}") from error
    except SQLAlchemyError as error:
        raise Unavailable(f"the database does not answer: {error.__class__.__name__}") from error


def _find(connection: Connection, sim_id: str) -> Record:
    query = select(SIMULATIONS).where(SIMULATIONS.c.sim_id == sim_id)
    return _known(connection.execute(query.with_for_update()).mappings().first(), sim_id)


def _known(row: RowMapping | None, sim_id: str) -> Record:
    if row is None:
        raise UnknownName(f"there is no simulation '{sim_id[:80]}'")
    return record_of(row)


def _same_version(record: Record, version: int | None) -> None:
    if version is not None and version != record.version:
        raise StaleVersion(f"{record.sim_id} is at version {record.version}, not {version}: read it again")


def _change(connection: Connection, record: Record, **changes: Any) -> Record:
    changed = replace(record, **changes, version=record.version + 1, updated_at=now())
    connection.execute(update(SIMULATIONS).where(SIMULATIONS.c.number == record.number).values(row_of(changed)))
    return changed
