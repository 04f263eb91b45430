"""Sealed blocks: full runs of samples turned into one small compressed array for each tag."""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connections.historian.codec import Item, compress, expand

SAMPLES_PER_BLOCK = 1024
# Fields of a block: the tags are 0, 1, ...; their status codes (only where one is not Good) follow from STATUS on.
WALL_TIME, SIM_TIME, TICK, EPOCH = -1, -2, -3, -4
STATUS = 1_000_000
BLOCKS_KEPT = 1024
_FIELD = "SELECT samples, data FROM block WHERE simulation = ? AND field = ? AND first = ?"
_OLDEST = (
    "SELECT wall_time, sim_time, tick, epoch, content, status FROM sample WHERE simulation = ?"
    " ORDER BY wall_time LIMIT ?"
)


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Consecutive samples of one tag: times in nanoseconds and simulated seconds, values, status codes."""

    wall_time: NDArray[np.int64]
    sim_time: NDArray[np.float64]
    value: NDArray[np.float64]
    status: NDArray[np.uint32]

    def within(self, start: int | None, end: int | None) -> "Piece":
        """The samples with start <= wall_time < end."""
        walls = self.wall_time
        if (start is None or start <= walls[0]) and (end is None or walls[-1] < end):
            return self
        first = 0 if start is None else int(np.searchsorted(self.wall_time, start))
        last = len(self.wall_time) if end is None else int(np.searchsorted(self.wall_time, end))
        cut = slice(first, last)
        return Piece(self.wall_time[cut], self.sim_time[cut], self.value[cut], self.status[cut])


def seal(connection: sqlite3.Connection, key: int) -> None:
    """Move the oldest samples of a simulation into one block; part of the caller's transaction."""
    rows = connection.execute(_OLDEST, (key, SAMPLES_PER_BLOCK)).fetchall()
    walls = np.array([row[0] for row in rows], np.int64)
    first, last = int(walls[0]), int(walls[-1])
    fields = [(field, compress(array)) for field, array in _fields(rows, walls)]
    connection.executemany(
        "INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?, ?)",
        [(key, field, first, last, len(rows), data) for field, data in fields],
    )
    connection.execute("DELETE FROM sample WHERE simulation = ? AND wall_time <= ?", (key, last))


def _fields(
    rows: list[tuple[int, float, int, int, bytes, bytes | None]], walls: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.generic]]]:
    yield WALL_TIME, np.diff(walls, prepend=0)
    yield SIM_TIME, np.array([row[1] for row in rows], np.float64)
    yield TICK, np.diff(np.array([row[2] for row in rows], np.int64), prepend=0)
    yield EPOCH, np.array([row[3] for row in rows], np.int64)
    content = np.frombuffer(b"".join(row[4] for row in rows), "<f8").reshape(len(rows), -1)
    yield from enumerate(content.T)
    if any(row[5] for row in rows):
        good = bytes(4 * content.shape[1])
        codes = np.frombuffer(b"".join(row[5] or good for row in rows), "<u4").reshape(content.shape)
        yield from ((STATUS + tag, codes[:, tag]) for tag in np.flatnonzero(codes.any(axis=0)).tolist())


class Times:
    """The times of the blocks read last, so that the tags of one simulation share the work."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.float64]]] = OrderedDict()

    def of(self, connection: sqlite3.Connection, key: int, first: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Wall times and simulated times of the block that starts at `first`."""
        kept = self._kept.get((key, first))
        if kept is None:
            walls = np.cumsum(_fetch(connection, key, WALL_TIME, first, np.int64))
            kept = walls, _fetch(connection, key, SIM_TIME, first, np.float64)
            self._kept[key, first] = kept
        self._kept.move_to_end((key, first))
        if len(self._kept) > BLOCKS_KEPT:
            self._kept.popitem(last=False)
        return kept


def piece_of(walls: NDArray[np.int64], sim_times: NDArray[np.float64], value: bytes, code: bytes | None) -> Piece:
    """One tag of a block from what is stored of it: `code` has the status codes where one is not Good."""
    count = len(walls)
    status = np.zeros(count, np.uint32) if code is None else expand(code, count, np.uint32)
    return Piece(walls, sim_times, expand(value, count, np.float64), status)


def _fetch(connection: sqlite3.Connection, key: int, field: int, first: int, item: type[Item]) -> NDArray[Item]:
    row = connection.execute(_FIELD, (key, field, first)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError("a block has no times")
    count, data = row
    return expand(data, count, item)
