"""Alarms in the embedded record: their present states, and every event, in the order in which they happened."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_EVENTS = 1_000_000
"""The oldest are forgotten beyond that."""
_PRUNED_EVERY = 1000

TABLES = """
CREATE TABLE IF NOT EXISTS alarm (
    sim_id TEXT NOT NULL, alarm TEXT NOT NULL, model_id TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (sim_id, alarm)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, sim_id TEXT NOT NULL, model_id TEXT NOT NULL,
    alarm TEXT NOT NULL, content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_time ON event (time, number);
CREATE INDEX IF NOT EXISTS event_simulation ON event (sim_id, time, number);
CREATE INDEX IF NOT EXISTS event_model ON event (model_id, time, number);
"""


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """The state of one alarm, as the record keeps it (`content` is `plant.alarms.record`'s)."""

    sim_id: str
    alarm: str
    model_id: str
    content: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event: its time (nanoseconds since 1970 UTC); `number` rises with every event recorded, 0 before that."""

    time: int
    sim_id: str
    model_id: str
    alarm: str
    content: str
    number: int = 0


@dataclass(slots=True)
class Changes:
    """What is to be recorded together: new states, events, and simulations whose alarms are to be forgotten."""

    states: dict[tuple[str, str], AlarmRow] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.states or self.events or self.gone)

    def followed_by(self, later: "Changes") -> "Changes":
        """Both, as one."""
        kept = {key: row for key, row in self.states.items() if key[0] not in later.gone}
        return Changes(kept | later.states, [*self.events, *later.events], [*self.gone, *later.gone])


@dataclass(frozen=True, slots=True)
class Span:
    """Which events: start <= time < end (nanoseconds, None is open) of a simulation, of a model, or of all.

    `after` is the place (time, number) behind which to go on.
    """

    start: int | None = None
    end: int | None = None
    sim_id: str | None = None
    model_id: str | None = None
    reverse: bool = False
    after: tuple[int, int] | None = None


def save(connection: sqlite3.Connection, changes: Changes) -> None:
    """Record the changes; part of the caller's transaction."""
    connection.executemany("DELETE FROM alarm WHERE sim_id = ?", [(sim_id,) for sim_id in changes.gone])
    rows = [(row.sim_id, row.alarm, row.model_id, row.content) for row in changes.states.values()]
    connection.executemany("INSERT OR REPLACE INTO alarm VALUES (?, ?, ?, ?)", rows)
    _append(connection, changes.events)


def forget(connection: sqlite3.Connection, sim_id: str) -> None:
    """Forget the alarms and the events of a simulation; part of the caller's transaction."""
    for table in ("alarm", "event"):
        connection.execute(f"DELETE FROM {table} WHERE sim_id = ?", (sim_id,))  # noqa: S608 - names of our own tables


def load(connection: sqlite3.Connection) -> list[AlarmRow]:
    """Every state; none from a file that knows no alarms yet."""
    if not _known(connection):
        return []
    return [AlarmRow(*row) for row in connection.execute("SELECT sim_id, alarm, model_id, content FROM alarm")]


def read(connection: sqlite3.Connection, span: Span, limit: int) -> list[EventRow]:
    """At most `limit` events in order of time, the newest first if `span.reverse`."""
    if not _known(connection):
        return []
    conditions = dict(_conditions(span))
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    way = "DESC" if span.reverse else "ASC"
    statement = (
        f"SELECT time, sim_id, model_id, alarm, content, number FROM event {where}"  # noqa: S608 - all values are bound
        f"ORDER BY time {way}, number {way} LIMIT ?"
    )
    values = [value for given in conditions.values() for value in given]
    return [EventRow(*row) for row in connection.execute(statement, (*values, limit))]


def _conditions(span: Span) -> Iterable[tuple[str, tuple[Any, ...]]]:
    plain: Mapping[str, object] = {
        "time >= ?": span.start, "time < ?": span.end, "sim_id = ?": span.sim_id, "model_id = ?": span.model_id,
    }  # fmt: skip
    yield from ((text, (value,)) for text, value in plain.items() if value is not None)
    if span.after is not None:
        yield f"(time, number) {'<' if span.reverse else '>'} (?, ?)", span.after


def _append(connection: sqlite3.Connection, events: list[EventRow]) -> None:
    for event in events:
        row = (event.time, event.sim_id, event.model_id, event.alarm, event.content)
        statement = "INSERT INTO event (time, sim_id, model_id, alarm, content) VALUES (?, ?, ?, ?, ?)"
        number = connection.execute(statement, row).lastrowid or 0
        if number % _PRUNED_EVERY == 0:
            connection.execute("DELETE FROM event WHERE number <= ?", (number - MOST_EVENTS,))


def _known(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'event'").fetchone()
    return found is not None
