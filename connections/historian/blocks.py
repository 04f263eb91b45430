"""Sealed blocks: full runs of samples turned into one small compressed array for each tag."""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connections.historian import runs
from connections.historian.codec import Item, compress, expand
from connections.historian.run import Run

SAMPLES_PER_BLOCK = 1024
# Fields of a block: the tags are 0, 1, ...; their status codes (only where one is not Good) follow from STATUS on.
WALL_TIME, SIM_TIME, TICK, EPOCH = -1, -2, -3, -4
STATUS = 1_000_000
BLOCKS_KEPT = 1024
_FIELD = "SELECT samples, data FROM block WHERE simulation = ? AND field = ? AND first = ?"


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
    """Move the oldest samples of a simulation from runs into one block; part of the caller's transaction."""
    run = runs.take(connection, key, SAMPLES_PER_BLOCK)
    first, last, samples = int(run.wall_time[0]), int(run.wall_time[-1]), len(run.wall_time)
    connection.executemany(
        "INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?, ?)",
        [(key, field, first, last, samples, compress(array)) for field, array in _fields(run)],
    )


def _fields(run: Run) -> Iterator[tuple[int, NDArray[np.generic]]]:
    yield WALL_TIME, np.diff(run.wall_time, prepend=0)
    yield SIM_TIME, run.sim_time
    yield TICK, np.diff(run.tick, prepend=0)
    yield EPOCH, run.epoch
    yield from enumerate(run.content)
    if run.status is not None:
        yield from ((STATUS + tag, run.status[tag]) for tag in np.flatnonzero(run.status.any(axis=1)).tolist())


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
