"""What the record knows about one simulation: names, units and where its samples stand."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Self

from plant import catalog
from plant.errors import UnknownName
from plant.frames import Frame

_BEGIN = "INSERT INTO simulation (key, sim_id, model_id, tags, units) VALUES (?, ?, ?, ?, ?)"
_SAVE = (
    "INSERT OR REPLACE INTO progress (key, epoch, sequence, seen, tick, wall_time, sim_time)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LOAD = (
    "SELECT key, sim_id, model_id, tags, units, epoch, sequence, seen, tick, wall_time, sim_time"
    " FROM simulation JOIN progress USING (key)"
)


@dataclass(slots=True)
class Entry:
    """One simulation of the record; the tags are those its model had when it started.

    `epoch`, `sequence` and `seen` (a tick) are of the last frame taken; `tick`, `wall_time` and `sim_time` of the
    last sample recorded, `tick` falling back to -1 at a reset.
    """

    key: int
    sim_id: str
    model_id: str
    tags: tuple[str, ...]
    units: tuple[str, ...]
    epoch: int = 0
    sequence: int = -1
    seen: int = -1
    tick: int = -1
    wall_time: int = 0
    sim_time: float = 0.0

    @classmethod
    def begin(cls, key: int, frame: Frame, model_id: str) -> Self:
        """The entry of a simulation whose first frame this is. Raises UnknownName for an unknown model."""
        tags = catalog.find(model_id).tags
        names, units = tuple(tag.name for tag in tags), tuple(tag.symbol for tag in tags)
        return cls(key, frame.sim_id, model_id, names, units, tick=frame.tick - 1)

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> Self:
        """The entry saved in a row of `simulation`."""
        key, sim_id, model_id, tags, units, *rest = row
        return cls(key, sim_id, model_id, tuple(json.loads(tags)), tuple(json.loads(units)), *rest)

    def copy(self) -> Self:
        """One that can move on while this one stays; `dataclasses.replace` takes ten times as long."""
        return type(self)(*_ALL(self))

    def index(self, tag: str) -> int:
        """The place of a tag's values. Raises UnknownName."""
        try:
            return self.tags.index(tag)
        except ValueError:
            raise UnknownName(f"{self.sim_id} has no tag '{tag[:80]}' in its history") from None


def begin(connection: sqlite3.Connection, begun: Iterable[Entry]) -> None:
    """Insert what is new and never changes; part of the caller's transaction."""
    rows = [(one.key, one.sim_id, one.model_id, json.dumps(one.tags), json.dumps(one.units)) for one in begun]
    connection.executemany(_BEGIN, rows)


def save(connection: sqlite3.Connection, touched: Iterable[Entry]) -> None:
    """Insert or update where entries stand; part of the caller's transaction."""
    rows = [(one.key, one.epoch, one.sequence, one.seen, one.tick, one.wall_time, one.sim_time) for one in touched]
    connection.executemany(_SAVE, rows)


def load(connection: sqlite3.Connection, sim_id: str) -> Entry | None:
    """The entry of a simulation, if it has one."""
    row = connection.execute(f"{_LOAD} WHERE sim_id = ?", (sim_id,)).fetchone()
    return Entry.from_row(row) if row else None


def load_all(connection: sqlite3.Connection) -> list[Entry]:
    """Every entry, in the order in which they began."""
    return [Entry.from_row(row) for row in connection.execute(f"{_LOAD} ORDER BY key")]


_ALL = attrgetter(*Entry.__slots__)
