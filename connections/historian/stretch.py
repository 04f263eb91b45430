"""A stretch of the record, read for many tags: the times of its samples, then the values of one tag after another."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from connections.historian import runs
from connections.historian.blocks import STATUS, WALL_TIME, Times
from connections.historian.codec import expand_into
from connections.historian.run import Run

Column = tuple[NDArray[np.float64], NDArray[np.uint32]]
"""Values (NaN where Bad) and status codes of one tag."""
Block = tuple[slice, bytes]
"""Where the samples of a block stand, and what is stored of them."""
_BLOCKS = "SELECT first FROM block WHERE simulation = ? AND field = ? AND first < ? AND last >= ? ORDER BY first"
_FIELD = "SELECT first, data FROM block WHERE simulation = ? AND field = ? AND first BETWEEN ? AND ? ORDER BY first"
_TOGETHER = 16
"""Blocks unpacked together: what is new memory for each of them stays small."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Samples of a simulation in order of time, within one transaction that the caller holds open.

    `blocks` tells by the first wall time of each block where its samples stand, `loose` are those behind them, and
    `inside` are those of all these that were asked for.
    """

    connection: sqlite3.Connection
    key: int
    wall_time: NDArray[np.int64]
    sim_time: NDArray[np.float64]
    blocks: dict[int, slice]
    loose: list[Run]
    inside: slice

    @classmethod
    def read(cls, connection: sqlite3.Connection, times: Times, key: int, start: int, end: int) -> Self:
        """The samples with start <= wall_time < end."""
        firsts = [row[0] for row in connection.execute(_BLOCKS, (key, WALL_TIME, end, start))]
        loose = runs.read(connection, key, start, end)
        sealed = [times.of(connection, key, first) for first in firsts]
        parts = [*sealed, *((run.wall_time, run.sim_time) for run in loose)]
        walls = np.concatenate([np.empty(0, np.int64), *(walls for walls, _ in parts)])
        sims = np.concatenate([np.empty(0), *(sims for _, sims in parts)])
        edges = pairwise(accumulate((len(walls) for walls, _ in sealed), initial=0))
        inside = slice(*np.searchsorted(walls, [start, end]).tolist())
        blocks = dict(zip(firsts, (slice(*edge) for edge in edges), strict=True))
        return cls(connection, key, walls[inside], sims[inside], blocks, loose, inside)

    def columns(self, tags: Iterable[int]) -> Iterator[Column]:
        """What was recorded of each tag, by its place; the arrays are those of the next tag after that."""
        places = list(tags)
        contents, codes = self._behind(places)
        sealed = max((block.stop for block in self.blocks.values()), default=0)
        value, status = np.empty(sealed + contents.shape[1]), np.empty(sealed + contents.shape[1], np.uint32)
        for row, tag in enumerate(places):
            if self._unpack(value, tag) < len(self.blocks):
                raise sqlite3.DatabaseError("a block is missing")
            status[:sealed] = 0
            self._unpack(status, STATUS + tag)
            value[sealed:], status[sealed:] = contents[row], codes[row]
            value[status >= 0x80000000] = np.nan
            yield value[self.inside], status[self.inside]

    def _behind(self, tags: list[int]) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
        """Values and status codes of all that is behind the blocks, with a row for each tag."""
        if not self.loose:
            return np.empty((len(tags), 0)), np.empty((len(tags), 0), np.uint32)
        run = Run.joined([run.only(tags) for run in self.loose])
        return run.content, run.codes

    def _unpack(self, array: NDArray[np.float64] | NDArray[np.uint32], field: int) -> int:
        """Fill the places of the blocks in which the field is stored; how many there are."""
        if not self.blocks:
            return 0
        rows = self.connection.execute(_FIELD, (self.key, field, min(self.blocks), max(self.blocks))).fetchall()
        for side_by_side in _neighbours([(self.blocks[first], data) for first, data in rows]):
            places = slice(side_by_side[0][0].start, side_by_side[-1][0].stop)
            expand_into(array[places].reshape(len(side_by_side), -1), [data for _, data in side_by_side])
        return len(rows)


def _neighbours(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks of one size that stand side by side, a few at a time."""
    found: list[Block] = []
    for place, data in blocks:
        last = found[-1][0] if found else place
        fits = last.stop == place.start and last.stop - last.start == place.stop - place.start
        if found and not (fits and len(found) < _TOGETHER):
            yield found
            found = []
        found.append((place, data))
    if found:
        yield found
