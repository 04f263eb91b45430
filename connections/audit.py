"""The audit: who did or tried what, from where, through which door; rows are added and never changed. Synchronous."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Integer,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
)

from connections.database import METADATA
from connections.records import Records

AUDIT = Table(
    "audit",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("place", String(40), nullable=False, unique=True, comment="in the stream that it came by: stored once"),
    Column("at", BigInteger, nullable=False, index=True, comment="nanoseconds since 1970 UTC"),
    Column("user", String(100), nullable=False, index=True),
    Column("address", String(100), nullable=False),
    Column("door", String(20), nullable=False),
    Column("what", String(60), nullable=False, index=True),
    Column("sim_id", String(120), nullable=True, index=True),
    Column("old", JSON, nullable=True),
    Column("new", JSON, nullable=True),
    Column("simulation_time", Float, nullable=True, comment="simulated seconds of the newest sample"),
    Column("outcome", String(10), nullable=False, comment="done or refused"),
    Column("detail", Text, nullable=False),
)
DONE, REFUSED = "done", "refused"
LONGEST_DETAIL = 1000
MOST_KINDS = 500
WITHIN = "/"
"""Stands between the place of a batch in the stream and the number of an entry within it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did or tried; `at` in nanoseconds since 1970, `old` and `new` are JSON data."""

    what: str
    user: str
    door: str
    at: int = 0
    address: str = ""
    sim_id: str | None = None
    old: Any = None
    new: Any = None
    simulation_time: float | None = None
    outcome: str = DONE
    detail: str = ""

    def message(self) -> dict[str, Any]:
        """The entry as JSON data; `old` and `new` are the entry's own, not copies."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: those that equal what is given; `text` is part of what or detail; at in start <= at < end."""

    equal: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    start: int | None = None
    end: int | None = None
    before: int | None = None
    limit: int = 100


class Audit:
    """The audit in the records' database."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def append(self, entries: Sequence[tuple[str, Entry]]) -> None:
        """Add entries, each under its place in the stream; those that are there already are left alone."""
        with self._records.transaction() as connection:
            places = [place for place, _ in entries]
            there = set(connection.execute(select(AUDIT.c.place).where(AUDIT.c.place.in_(places))).scalars())
            rows = [{"place": place, **entry.message()} for place, entry in entries if place not in there]
            if rows:
                connection.execute(insert(AUDIT), rows)

    def add(self, entry: Entry) -> None:
        """Add what came by no stream: it stands behind the newest entry that did."""
        self.append([(f"{self.last_place()}{WITHIN}{secrets.token_hex(8)}", entry)])

    def last_place(self) -> str:
        """Where the newest entry was in the stream."""
        with self._records.reading() as connection:
            query = select(AUDIT.c.place).order_by(AUDIT.c.number.desc()).limit(1)
            return str(connection.execute(query).scalar() or "0-0").partition(WITHIN)[0]

    def find(self, wanted: Wanted) -> list[tuple[int, Entry]]:
        """Entries with their numbers, the newest first."""
        query = _query(wanted).order_by(AUDIT.c.number.desc()).limit(wanted.limit)
        with self._records.reading() as connection:
            return [_entry(row) for row in connection.execute(query).mappings()]

    def kinds(self) -> list[str]:
        """What was done or tried, each kind once, in order, MOST_KINDS at most; a step in the index finds each."""
        found = [""]
        with self._records.reading() as connection:
            while len(found) <= MOST_KINDS:
                value = connection.execute(select(func.min(AUDIT.c.what)).where(AUDIT.c.what > found[-1])).scalar()
                if value is None:
                    break
                found.append(value)
        return found[1:]

    def keep(self, most: int) -> int:
        """Forget the oldest entries beyond so many; how many there were."""
        with self._records.transaction() as connection:
            newest = connection.execute(select(func.max(AUDIT.c.number))).scalar() or 0
            return int(connection.execute(delete(AUDIT).where(AUDIT.c.number <= newest - most)).rowcount)


def _query(wanted: Wanted) -> Select[Any]:
    query = select(AUDIT)
    for name, value in wanted.equal.items():
        query = query.where(AUDIT.c[name] == value)
    if wanted.text is not None:
        parts = [column.contains(wanted.text, autoescape=True) for column in (AUDIT.c.what, AUDIT.c.detail)]
        query = query.where(or_(*parts))
    for column, bound, above in (
        (AUDIT.c.at, wanted.start, True), (AUDIT.c.at, wanted.end, False), (AUDIT.c.number, wanted.before, False),
    ):  # fmt: skip
        if bound is not None:
            query = query.where(column >= bound if above else column < bound)
    return query


def _entry(row: Mapping[Any, Any]) -> tuple[int, Entry]:
    return row["number"], Entry(**{name: row[name] for name in Entry.__slots__})
