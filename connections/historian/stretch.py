"""A stretch of the record, read for many tags: the times of its samples, then the values of one tag after another."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from connections.historian.blocks import STATUS, WALL_TIME, Times
from connections.historian.codec import expand_into

Column = tuple[NDArray[np.float64], NDArray[np.uint32]]
"""Values (NaN where Bad) and status codes of one tag."""
_BLOCKS = "SELECT first FROM block WHERE simulation = ? AND field = ? AND first < ? AND last >= ? ORDER BY first"
_FIELD = "SELECT first, data FROM block WHERE simulation = ? AND field = ? AND first BETWEEN ? AND ?"
_LOOSE = (
    "SELECT wall_time, sim_time, content, status FROM sample"
    " WHERE simulation = ? AND wall_time >= ? AND wall_time < ? ORDER BY wall_time"
)


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Samples of a simulation in order of time, within one transaction that the caller holds open.

    `blocks` tells by the first wall time of each block where its samples stand, `loose` has a row for each sample
    behind them, and `inside` are those of all these that were asked for.
    """

    connection: sqlite3.Connection
    key: int
    wall_time: NDArray[np.int64]
    sim_time: NDArray[np.float64]
    blocks: dict[int, slice]
    loose: tuple[NDArray[np.float64], NDArray[np.uint32]]
    inside: slice

    @classmethod
    def read(cls, connection: sqlite3.Connection, times: Times, key: int, start: int, end: int) -> Self:
        """The samples with start <= wall_time < end."""
        firsts = [row[0] for row in connection.execute(_BLOCKS, (key, WALL_TIME, end, start))]
        rows = connection.execute(_LOOSE, (key, start, end)).fetchall()
        sealed = [times.of(connection, key, first) for first in firsts]
        walls = np.concatenate([*(walls for walls, _ in sealed), np.array([row[0] for row in rows], np.int64)])
        sims = np.concatenate([*(sims for _, sims in sealed), np.array([row[1] for row in rows], np.float64)])
        edges = pairwise(accumulate((len(walls) for walls, _ in sealed), initial=0))
        inside = slice(*np.searchsorted(walls, [start, end]).tolist())
        blocks = dict(zip(firsts, (slice(*edge) for edge in edges), strict=True))
        return cls(connection, key, walls[inside], sims[inside], blocks, _matrices(rows), inside)

    def columns(self, tags: Iterable[int]) -> Iterator[Column]:
        """What was recorded of each tag, by its place; the arrays are those of the next tag after that."""
        sealed = max((block.stop for block in self.blocks.values()), default=0)
        contents, codes = self.loose
        value, status = np.empty(sealed + len(contents)), np.empty(sealed + len(contents), np.uint32)
        for tag in tags:
            if self._unpack(value, tag) < len(self.blocks):
                raise sqlite3.DatabaseError("a block is missing")
            status[:sealed] = 0
            self._unpack(status, STATUS + tag)
            if len(contents):
                value[sealed:], status[sealed:] = contents[:, tag], codes[:, tag]
            value[status >= 0x80000000] = np.nan
            yield value[self.inside], status[self.inside]

    def _unpack(self, array: NDArray[np.float64] | NDArray[np.uint32], field: int) -> int:
        """Fill the places of the blocks in which the field is stored; how many there are."""
        if not self.blocks:
            return 0
        found = 0
        with closing(self.connection.execute(_FIELD, (self.key, field, min(self.blocks), max(self.blocks)))) as rows:
            for first, data in rows:
                expand_into(array[self.blocks[first]], data)
                found += 1
        return found


def _matrices(rows: list[tuple[int, float, bytes, bytes | None]]) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """Values and status codes: a row for each sample, a column for each tag."""
    good = bytes(len(rows[0][2]) // 2) if rows else b""
    contents = np.frombuffer(b"".join(row[2] for row in rows), "<f8")
    codes = np.frombuffer(b"".join(row[3] or good for row in rows), "<u4")
    shape = (len(rows), len(contents) // max(len(rows), 1))
    return contents.reshape(shape), codes.reshape(shape)
