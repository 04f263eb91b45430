"""The reading half of the embedded record; another process may be writing."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from connections.historian import entry as entries
from connections.historian.blocks import WALL_TIME, Piece, read_block
from connections.historian.entry import Entry
from connections.historian.schema import open_reader, translated
from connections.historian.store import Series
from connections.historian.thinning import thin

OPEN_START, OPEN_END = -(2**63), 2**63 - 1


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

    def close(self) -> None:
        """Give the file back."""
        if self._opened is not None:
            self._opened.close()

    def position(self) -> str:
        """The position recorded last."""
        with translated(self._path):
            connection = self._connection()
            row = connection and connection.execute("SELECT position FROM stream").fetchone()
        return str(row[0]) if row else "0-0"

    def simulations(self) -> list[Entry]:
        """Every simulation of the record, in the order in which they began."""
        with translated(self._path):
            connection = self._connection()
            return entries.load_all(connection) if connection else []

    def extent(self, sim_id: str) -> Extent:
        """Count, first and last of a simulation's samples."""
        with translated(self._path):
            connection = self._connection()
            entry = entries.load(connection, sim_id) if connection else None
            if connection is None or entry is None:
                return Extent(0, None, None)
            sealed = connection.execute(_SEALED_EXTENT, (entry.key, WALL_TIME)).fetchone()
            loose = connection.execute(_LOOSE_EXTENT, (entry.key,)).fetchone()
        firsts = [row[1] for row in (sealed, loose) if row[1] is not None]
        return Extent(sealed[0] + loose[0], min(firsts, default=None), entry.wall_time if firsts else None)

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

    def read_thinned(self, sim_id: str, tag: str, start: int | None, end: int | None, points: int) -> Series:
        """See `store.Historian.read_thinned`."""
        with translated(self._path):
            pieces = list(self._pieces(sim_id, tag, start, end, -1, reverse=False))
        whole = _series(tag, pieces, None, reverse=False)
        keep = thin(whole.wall_time, whole.value, whole.status, points)
        return Series(tag, whole.wall_time[keep], whole.sim_time[keep], whole.value[keep], whole.status[keep])

    def _pieces(
        self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool
    ) -> Iterator[Piece]:
        """Pieces of the range in rising order of time; with `reverse` the newest piece first."""
        connection = self._connection()
        entry = entries.load(connection, sim_id) if connection else None
        if connection is None or entry is None:
            return
        connection.execute("BEGIN")  # one moment for all of it: a seal in between would hide or double samples
        try:
            steps = (_sealed, _loose) if not reverse else (_loose, _sealed)
            for step in steps:
                yield from step(connection, entry.key, entry.index(tag), (start, end), limit, reverse)
        finally:
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection | None:
        if self._opened is None and self._path.exists():
            opened = open_reader(self._path)
            if opened.execute("SELECT count(*) FROM sqlite_master WHERE name = 'stream'").fetchone()[0]:
                self._opened = opened
            else:
                opened.close()
        return self._opened


_SEALED_EXTENT = "SELECT coalesce(sum(samples), 0), min(first) FROM block WHERE simulation = ? AND field = ?"
_LOOSE_EXTENT = "SELECT count(*), min(wall_time) FROM sample WHERE simulation = ?"
_BLOCKS = (
    "SELECT first, samples FROM block WHERE simulation = ? AND field = ? AND first < ? AND last >= ? ORDER BY first"
)
_SAMPLES = (
    "SELECT wall_time, sim_time, substr(content, ?, 8), substr(status, ?, 4) FROM sample"
    " WHERE simulation = ? AND wall_time >= ? AND wall_time < ? ORDER BY wall_time"
)

_Range = tuple[int | None, int | None]


def _bounds(span: _Range) -> tuple[int, int]:
    start, end = span
    return OPEN_START if start is None else start, OPEN_END if end is None else end


def _sealed(
    connection: sqlite3.Connection, key: int, tag: int, span: _Range, _limit: int, reverse: bool
) -> Iterator[Piece]:
    start, end = _bounds(span)
    blocks = connection.execute(_BLOCKS + " DESC" * reverse, (key, WALL_TIME, end, start)).fetchall()
    for first, samples in blocks:
        yield read_block(connection, key, tag, first, samples).within(*span)


def _loose(
    connection: sqlite3.Connection, key: int, tag: int, span: _Range, limit: int, reverse: bool
) -> Iterator[Piece]:
    query = _SAMPLES + " DESC" * reverse + " LIMIT ?"
    parameters = (8 * tag + 1, 4 * tag + 1, key, *_bounds(span), limit)
    rows = connection.execute(query, parameters).fetchall()
    if not rows:
        return
    if reverse:
        rows.reverse()
    value = np.frombuffer(b"".join(row[2] for row in rows), "<f8")
    status = np.frombuffer(b"".join(row[3] or b"\0\0\0\0" for row in rows), "<u4")
    walls, times = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)
    yield Piece(walls, times, value, status)


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
