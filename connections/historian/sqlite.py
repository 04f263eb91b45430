"""The embedded record: every sample of every tag in one SQLite file; one process writes, any number read."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from connections.historian.entry import Entry
from connections.historian.events import AlarmRow, Changes, EventRow, Span
from connections.historian.reader import Extent, Reader
from connections.historian.store import Series
from connections.historian.writer import Writer
from plant.errors import Unavailable
from plant.frames import Frame


class SqliteHistorian:
    """A `store.Historian` on a file. Any thread may call; reads don't wait for writes.

    A file that is still to be made reads as empty when `read_only`.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self._writer = None if read_only else Writer(path)
        self._reader = Reader(path)
        self._thinner = Reader(path)  # of its own: many tags of a long time take longer than others should wait
        self._writing, self._reading, self._thinning = Lock(), Lock(), Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        with self._reading:
            self._reader.close()
        with self._thinning:
            self._thinner.close()
        with self._writing:
            if self._writer is not None:
                self._writer.close()

    @property
    def refused(self) -> int:
        """How many samples were refused since the start (older epoch, already recorded, unknown model)."""
        return self._writer.refused if self._writer else 0

    def append(
        self, frames: Sequence[Frame], models: dict[str, str], position: str, changes: Changes | None = None
    ) -> int:
        """See `store.Historian.append`; changes of alarms are recorded together with the frames that made them."""
        with self._writing:
            return self._writing_half().append(frames, models, position, changes)

    def delete(self, sim_id: str) -> None:
        """Forget a simulation."""
        with self._writing:
            self._writing_half().delete(sim_id)

    def position(self) -> str:
        """The stream position behind the last frame recorded; "0-0" at first."""
        with self._reading:
            return self._reader.position()

    def simulations(self) -> list[Entry]:
        """Every simulation of the record with its model, tags and units, in the order in which they began."""
        with self._reading:
            return self._reader.simulations()

    def extent(self, sim_id: str) -> Extent:
        """How many samples of a simulation there are, the first and the last."""
        with self._reading:
            return self._reader.extent(sim_id)

    def read_raw(
        self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool = False
    ) -> Series:
        """See `store.Historian.read_raw`. An unknown simulation reads as empty; an unknown tag raises UnknownName."""
        with self._reading:
            return self._reader.read_raw(sim_id, tag, start, end, limit, reverse)

    def read_thinned(self, sim_id: str, tag: str, start: int | None, end: int | None, points: int) -> Series:
        """See `store.Historian.read_thinned`."""
        return self.read_together(sim_id, (tag,), start, end, points)[0]

    def read_together(
        self, sim_id: str, tags: Sequence[str], start: int | None, end: int | None, points: int
    ) -> list[Series]:
        """`read_thinned` of many tags of a simulation, all at one moment, which costs less than one by one."""
        with self._thinning:
            return self._thinner.read_together(sim_id, tags, start, end, points)

    def alarms(self) -> list[AlarmRow]:
        """The state of every alarm to which anything has happened."""
        with self._reading:
            return self._reader.alarms()

    def events(self, span: Span, limit: int) -> list[EventRow]:
        """At most `limit` events of alarms, in order of time."""
        with self._reading:
            return self._reader.events(span, limit)

    def _writing_half(self) -> Writer:
        if self._writer is None:
            raise Unavailable("this history was opened for reading only")
        return self._writer
