"""The writing half of the embedded record: frames in, one transaction a batch."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from connections.historian import entry as entries
from connections.historian import events
from connections.historian.entry import Entry
from connections.historian.events import Changes
from connections.historian.fresh import Row
from connections.historian.loose import Loose
from connections.historian.schema import open_writer, translated
from plant.errors import UnknownName
from plant.frames import Frame, Kind
from plant.quality import Quality

TIME_STEP = 100
"""Nanoseconds: the resolution of an OPC UA DateTime, so the least distance of two samples."""


class Writer:
    """Appends to one file; used by one thread at a time.

    `refused` counts the frames not recorded although they were samples: of an older epoch, already recorded, of an
    unknown model or with another number of values than the model has tags.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_writer(path)
        self.refused = 0
        with translated(path):
            self._entries = {found.sim_id: found for found in entries.load_all(self._connection)}
        self._next_key = 1 + max((found.key for found in self._entries.values()), default=0)
        with self._transaction() as connection:
            self._loose = Loose.left(connection)

    def close(self) -> None:
        """Give the file back."""
        with translated(self._path):
            self._connection.close()

    def append(
        self, frames: Sequence[Frame], models: Mapping[str, str], position: str, changes: Changes | None = None
    ) -> int:
        """Record samples, alarms and position in one transaction; see `store.Historian.append`."""
        touched: dict[str, Entry] = {}
        rows: list[Row] = []
        for frame in frames:
            if frame.kind is Kind.SAMPLE:
                self._take(frame, models, touched, rows)
        recorded = len([row for row in rows if row[3] >= 0])
        with self._transaction() as connection:
            loose = self._loose.record(connection, rows)
            loose = loose.seal(connection, [entry.key for entry in touched.values()])
            entries.begin(connection, [entry for sim_id, entry in touched.items() if sim_id not in self._entries])
            entries.save(connection, touched.values())
            if changes:
                events.save(connection, changes)
            if position:
                connection.execute("INSERT OR REPLACE INTO stream VALUES (0, ?)", (position,))
        self._entries |= touched
        self._loose = loose
        return recorded

    def delete(self, sim_id: str) -> None:
        """Forget a simulation, if it is known."""
        entry = self._entries.get(sim_id)
        with self._transaction() as connection:
            events.forget(connection, sim_id)
            if entry is not None:
                for statement in _DELETIONS:
                    connection.execute(statement, (entry.key,))
        if entry is not None:
            self._loose = self._loose.without(entry.key)
            del self._entries[sim_id]

    def _take(self, frame: Frame, models: Mapping[str, str], touched: dict[str, Entry], rows: list[Row]) -> None:
        entry = touched.get(frame.sim_id) or self._entry(frame, models)
        if entry is None or len(frame.values) != len(entry.tags):
            self.refused += 1
            return
        if not frame.newer_than(entry.epoch, entry.sequence):
            self.refused += 1
            return
        touched[frame.sim_id] = entry
        if frame.epoch == entry.epoch and frame.tick <= entry.seen:
            entry.tick = frame.tick - 1  # the same attempt went back: a reset
        entry.epoch, entry.sequence, entry.seen = frame.epoch, frame.sequence, frame.tick
        if frame.tick <= entry.tick:
            self.refused += 1  # a new attempt repeats what the lost one had already sent
            return
        if frame.tick > entry.tick + 1:
            rows.append(_gap(entry))
        rows.append(_sample(entry, frame))

    def _entry(self, frame: Frame, models: Mapping[str, str]) -> Entry | None:
        known = self._entries.get(frame.sim_id)
        if known is not None:
            return known.copy()
        try:
            entry = Entry.begin(self._next_key, frame, models.get(frame.sim_id, ""))
        except UnknownName:
            return None
        self._next_key += 1
        return entry

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


_DELETIONS = (
    "DELETE FROM fresh WHERE simulation = ?",
    "DELETE FROM run WHERE simulation = ?",
    "DELETE FROM block WHERE simulation = ?",
    "DELETE FROM progress WHERE key = ?",
    "DELETE FROM simulation WHERE key = ?",
)


def _sample(entry: Entry, frame: Frame) -> Row:
    entry.tick, entry.sim_time = frame.tick, frame.sim_time
    entry.wall_time = max(frame.wall_time, entry.wall_time + TIME_STEP)
    status = None if frame.status is None else np.ascontiguousarray(frame.status, "<u4").tobytes()
    content = np.ascontiguousarray(frame.values, "<f8").tobytes()
    return (entry.key, entry.wall_time, frame.sim_time, frame.tick, frame.epoch, content, status)


def _gap(entry: Entry) -> Row:
    """The mark that samples are missing here: no values, BadDataLost, tick -1, straight behind the last sample."""
    entry.wall_time += TIME_STEP
    content = np.full(len(entry.tags), np.nan).tobytes()
    status = np.full(len(entry.tags), Quality.BAD_DATA_LOST, "<u4").tobytes()
    return (entry.key, entry.wall_time, entry.sim_time, -1, entry.epoch, content, status)
