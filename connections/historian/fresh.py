"""Fresh samples: one row each, one behind the other, until there are enough of them to be gathered into runs."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Row = tuple[int, int, float, int, int, bytes, bytes | None]
"""Simulation key, wall time (ns), simulated time (s), tick, epoch, values, status codes (None: all Good)."""
ROWS_PER_SIMULATION = 16
MOST_BYTES = 4_000_000
"""Of values: a read of one simulation passes by every fresh row, which takes a millisecond and a half for as much."""

_COLUMNS = "simulation, wall_time, sim_time, tick, epoch, content, status"
_INSERT = f"INSERT INTO fresh ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names of our own columns
_READ = (
    f"SELECT {_COLUMNS} FROM fresh"  # noqa: S608
    " WHERE simulation = ? AND wall_time >= ? AND wall_time < ? ORDER BY number"
)
_LOAD = f"SELECT {_COLUMNS} FROM fresh ORDER BY number"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the table `fresh` holds, kept here as well so that gathering need not read it back.

    `size` is in bytes of values.
    """

    batches: tuple[Sequence[Row], ...] = ()
    keys: frozenset[int] = frozenset()
    count: int = 0
    size: int = 0

    def __iter__(self) -> Iterator[Row]:
        return (row for batch in self.batches for row in batch)

    @property
    def enough(self) -> bool:
        """Whether it is time to gather.

        Rows are counted together, not for each simulation: one that ended or is slow holds up no other, and what is
        gathered has the length that pays on the average.
        """
        return self.count > 0 and (self.count >= ROWS_PER_SIMULATION * len(self.keys) or self.size >= MOST_BYTES)

    def followed_by(self, rows: Sequence[Row]) -> "Fresh":
        """These and the rows of another batch."""
        if not rows:
            return self
        size = self.size + sum([len(row[5]) for row in rows])
        return Fresh((*self.batches, rows), self.keys.union([row[0] for row in rows]), self.count + len(rows), size)

    def without(self, key: int) -> "Fresh":
        """These, but for one simulation's."""
        return Fresh().followed_by([row for row in self if row[0] != key])


def load(connection: sqlite3.Connection) -> Fresh:
    """What an earlier writer left."""
    return Fresh().followed_by(connection.execute(_LOAD).fetchall())


def read(connection: sqlite3.Connection, key: int, start: int, end: int) -> list[Row]:
    """The rows of a simulation with start <= wall_time < end."""
    return connection.execute(_READ, (key, start, end)).fetchall()


def insert(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add rows; part of the caller's transaction."""
    connection.executemany(_INSERT, rows)


def clear(connection: sqlite3.Connection) -> None:
    """Remove every row, once all are gathered; part of the caller's transaction. All at once is SQLite's fast way."""
    connection.execute("DELETE FROM fresh")
