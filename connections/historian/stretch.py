"""A stretch of the record, read for many tags: the times of its samples, then the values of one tag after another."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from connections.historian.blocks import STATUS, WALL_TIME, Times
from connections.historian.codec import expand_into

Column = tuple[NDArray[np.float64], NDArray[np.uint32]]
"""Values (NaN where Bad) and status codes of one tag."""
Block = tuple[slice, bytes]
"""Where the samples of a block stand, and what is stored of them."""
_BLOCKS = "SELECT first FROM block WHERE simulation = ? AND field = ? AND first < ? AND last >= ? ORDER BY first"
_FIELD = "SELECT first, data FROM block WHERE simulation = ? AND field = ? AND first BETWEEN ? AND ? ORDER BY first"
_TOGETHER = 16
"""Blocks unpacked together: what is new memory for each of them stays small."""
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
        rows = self.connection.execute(_FIELD, (self.key, field, min(self.blocks), max(self.blocks))).fetchall()
        for run in _runs([(self.blocks[first], data) for first, data in rows]):
            places = slice(run[0][0].start, run[-1][0].stop)
            expand_into(array[places].reshape(len(run), -1), [data for _, data in run])
        return len(rows)


def _runs(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks of one size that stand side by side, a few at a time."""
    run: list[Block] = []
    for place, data in blocks:
        last = run[-1][0] if run else place
        fits = last.stop == place.start and last.stop - last.start == place.stop - place.start
        if run and not (fits and len(run) < _TOGETHER):
            yield run
            run = []
        run.append((place, data))
    if run:
        yield run


def _matrices(rows: list[tuple[int, float, bytes, bytes | None]]) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
    """Values and status codes: a row for each sample, a column for each tag."""
    good = bytes(len(rows[0][2]) // 2) if rows else b""
    contents = np.frombuffer(b"".join(row[2] for row in rows), "<f8")
    codes = np.frombuffer(b"".join(row[3] or good for row in rows), "<u4")
    shape = (len(rows), len(contents) // max(len(rows), 1))
    return contents.reshape(shape), codes.reshape(shape)
