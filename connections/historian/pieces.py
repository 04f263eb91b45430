"""Where the samples of a read come from: sealed blocks first, then runs, then the fresh rows."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from connections.historian.blocks import STATUS, Piece, Times, piece_of

OPEN_START, OPEN_END = -(2**63), 2**63 - 1
_BLOCKS = (
    "SELECT value.first, value.data, code.data FROM block AS value LEFT JOIN block AS code"
    " ON code.simulation = value.simulation AND code.field = ? AND code.first = value.first"
    " WHERE value.simulation = ? AND value.field = ? AND value.first < ? AND value.last >= ? ORDER BY value.first"
)
_RUNS = (
    "SELECT wall_times, sim_times, substr(content, ? * samples + 1, 8 * samples),"
    " substr(status, ? * samples + 1, 4 * samples)"
    " FROM run WHERE simulation = ? AND first < ? AND last >= ? ORDER BY first"
)
_FRESH = (
    "SELECT wall_time, sim_time, substr(content, ?, 8), substr(status, ?, 4) FROM fresh"
    " WHERE simulation = ? AND wall_time >= ? AND wall_time < ? ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One read: simulation key, place of the tag, range of wall time (ns, None is open), most rows (-1: all)."""

    connection: sqlite3.Connection
    times: Times
    key: int
    tag: int
    start: int | None
    end: int | None
    limit: int
    reverse: bool

    @property
    def bounds(self) -> tuple[int, int]:
        """The range, closed by the ends of time."""
        return closed(self.start, self.end)

    @property
    def order(self) -> str:
        """What SQL wants behind ORDER BY."""
        return " DESC" if self.reverse else ""


def closed(start: int | None, end: int | None) -> tuple[int, int]:
    """A range whose open sides (None) are the ends of time."""
    return OPEN_START if start is None else start, OPEN_END if end is None else end


def sealed(wanted: Wanted) -> Iterator[Piece]:
    """A piece of each block in the range."""
    start, end = wanted.bounds
    parameters = (STATUS + wanted.tag, wanted.key, wanted.tag, end, start)
    with closing(wanted.connection.execute(_BLOCKS + wanted.order, parameters)) as blocks:
        for first, value, code in blocks:
            walls, sim_times = wanted.times.of(wanted.connection, wanted.key, first)
            yield piece_of(walls, sim_times, value, code).within(wanted.start, wanted.end)


def gathered(wanted: Wanted) -> Iterator[Piece]:
    """A piece of each run in the range."""
    start, end = wanted.bounds
    parameters = (8 * wanted.tag, 4 * wanted.tag, wanted.key, end, start)
    with closing(wanted.connection.execute(_RUNS + wanted.order, parameters)) as runs:
        for walls, sims, value, code in runs:
            status = np.zeros(len(walls) // 8, np.uint32) if code is None else np.frombuffer(code, "<u4")
            times = np.frombuffer(walls, "<i8"), np.frombuffer(sims, "<f8")
            yield Piece(*times, np.frombuffer(value, "<f8"), status).within(wanted.start, wanted.end)


def fresh(wanted: Wanted) -> Iterator[Piece]:
    """One piece of the fresh rows in the range, if there are any."""
    parameters = (8 * wanted.tag + 1, 4 * wanted.tag + 1, wanted.key, *wanted.bounds, wanted.limit)
    rows = wanted.connection.execute(f"{_FRESH}{wanted.order} LIMIT ?", parameters).fetchall()
    if not rows:
        return
    if wanted.reverse:
        rows.reverse()
    value = np.frombuffer(b"".join(row[2] for row in rows), "<f8")
    status = np.frombuffer(b"".join(row[3] or bytes(4) for row in rows), "<u4")
    walls, times = np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)
    yield Piece(walls, times, value, status)
