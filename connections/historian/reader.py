"""The reading half of the embedded record; another process may be writing."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from connections.historian import entry as entries
from connections.historian import events
from connections.historian.blocks import WALL_TIME, Piece, Times
from connections.historian.entry import Entry
from connections.historian.events import AlarmRow, EventRow, Span
from connections.historian.formats import read_as_today
from connections.historian.pieces import Wanted, closed, fresh, gathered, sealed
from connections.historian.schema import open_reader, translated
from connections.historian.store import Series
from connections.historian.stretch import Stretch
from connections.historian.thinning import buckets, thin


@dataclass(frozen=True, slots=True)
class Extent:
    """How many samples of a simulation the record holds, and the wall times of the first and the last (ns)."""

    count: int
    first: int | None
    last: int | None


class Reader:
    """Reads one file, which need not exist yet; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: sqlite3.Connection | None = None
        self._times = Times()
        self._today = False  # a file that is of today's format stays so

    def close(self) -> None:
        """Give the file back."""
        if self._opened is not None:
            self._opened.close()

    def position(self) -> str:
        """The position recorded last."""
        with translated(self._path), self._moment() as connection:
            row = connection and connection.execute("SELECT position FROM stream").fetchone()
        return str(row[0]) if row else "0-0"

    def simulations(self) -> list[Entry]:
        """Every simulation of the record, in the order in which they began."""
        with translated(self._path), self._moment() as connection:
            return entries.load_all(connection) if connection else []

    def alarms(self) -> list[AlarmRow]:
        """Every state of an alarm."""
        with translated(self._path), self._moment() as connection:
            return events.load(connection) if connection else []

    def events(self, span: Span, limit: int) -> list[EventRow]:
        """Events of alarms."""
        with translated(self._path), self._moment() as connection:
            return events.read(connection, span, limit) if connection else []

    def extent(self, sim_id: str) -> Extent:
        """Count, first and last of a simulation's samples."""
        with translated(self._path), self._moment() as connection:
            entry = entries.load(connection, sim_id) if connection else None
            if connection is None or entry is None:
                return Extent(0, None, None)
            parts = connection.execute(_EXTENTS, {"key": entry.key, "times": WALL_TIME}).fetchall()
        firsts = [first for _, first in parts if first is not None]
        return Extent(sum(count for count, _ in parts), min(firsts, default=None), entry.wall_time if firsts else None)

    def read_raw(self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool) -> Series:
        """See `store.Historian.read_raw`."""
        wanted = max(limit, 0)
        pieces: list[Piece] = []
        held = 0
        with translated(self._path):
            for piece in self._pieces(sim_id, tag, start, end, wanted + 1, reverse):
                pieces.append(piece)
                held += len(piece.wall_time)
                if held > wanted:
                    break
        return _series(tag, pieces, wanted, reverse)

    def read_together(
        self, sim_id: str, tags: Sequence[str], start: int | None, end: int | None, points: int
    ) -> list[Series]:
        """See `SqliteHistorian.read_together`."""
        with translated(self._path), self._moment() as connection:
            entry = entries.load(connection, sim_id) if connection else None
            if connection is None or entry is None:
                return [_series(tag, [], None, reverse=False) for tag in tags]
            places = [entry.index(tag) for tag in tags]
            stretch = Stretch.read(connection, self._times, entry.key, *closed(start, end))
            return list(_thinned(stretch, tags, places, points))

    def _pieces(
        self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool
    ) -> Iterator[Piece]:
        """Pieces of the range in rising order of time; with `reverse` the newest piece first."""
        with self._moment() as connection:
            entry = entries.load(connection, sim_id) if connection else None
            if connection is None or entry is None:
                return
            wanted = Wanted(connection, self._times, entry.key, entry.index(tag), start, end, limit, reverse)
            for step in (fresh, gathered, sealed) if reverse else (sealed, gathered, fresh):
                yield from step(wanted)

    @contextmanager
    def _moment(self) -> Iterator[sqlite3.Connection | None]:
        """One moment for all that is read: samples that move in between would be hidden or doubled."""
        connection = self._connection()
        if connection is None:
            yield None
            return
        connection.execute("BEGIN")
        try:
            self._today = self._today or not read_as_today(connection)
            yield connection
        finally:
            connection.execute("ROLLBACK")

    def _connection(self) -> sqlite3.Connection | None:
        if self._opened is None and self._path.exists():
            opened = open_reader(self._path)
            if opened.execute("SELECT count(*) FROM sqlite_master WHERE name = 'stream'").fetchone()[0]:
                self._opened = opened
            else:
                opened.close()
        return self._opened


_EXTENTS = (
    "SELECT coalesce(sum(samples), 0), min(first) FROM block WHERE simulation = :key AND field = :times"
    " UNION ALL SELECT coalesce(sum(samples), 0), min(first) FROM run WHERE simulation = :key"
    " UNION ALL SELECT count(*), min(wall_time) FROM fresh WHERE simulation = :key"
)


def _thinned(stretch: Stretch, tags: Sequence[str], places: Sequence[int], points: int) -> Iterator[Series]:
    walls, sims = stretch.wall_time, stretch.sim_time
    starts = buckets(walls, points)
    for tag, (value, status) in zip(tags, stretch.columns(places), strict=True):
        keep = thin(walls, value, status, points, starts)
        yield Series(tag, walls[keep], sims[keep], value[keep], status[keep], more=len(keep) < len(walls))


def _series(tag: str, pieces: list[Piece], limit: int | None, reverse: bool) -> Series:
    if reverse:
        pieces = pieces[::-1]
    walls = np.concatenate([np.empty(0, np.int64), *(piece.wall_time for piece in pieces)])
    times = np.concatenate([np.empty(0), *(piece.sim_time for piece in pieces)])
    value = np.concatenate([np.empty(0), *(piece.value for piece in pieces)])
    status = np.concatenate([np.empty(0, np.uint32), *(piece.status for piece in pieces)])
    value[status >= 0x80000000] = np.nan
    order = slice(None, None, -1 if reverse else 1)
    cut = slice(0, limit)
    more = limit is not None and len(walls) > limit
    walls, times, value, status = (array[order][cut] for array in (walls, times, value, status))
    return Series(tag, walls, times, value, status, more)
