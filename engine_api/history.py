"""Reads of the embedded record for REST: thinned when there is too much, by wall time or by simulated time."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from connections.historian.events import AlarmRow, EventRow, Span
from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from engine_api.simulated_time import Simulated
from plant.errors import UnknownName

Axis = Literal["wall", "simulation"]
SEARCHED = 2000
"""Samples looked at in each step of a search by simulated time."""


@dataclass(frozen=True, slots=True)
class Range:
    """What is asked for: bounds in nanoseconds since 1970 (wall) or simulated seconds; None is open."""

    axis: Axis = "wall"
    start: float | None = None
    end: float | None = None


class History:
    """The record, read in threads."""

    def __init__(self, path: Path) -> None:
        self._store = SqliteHistorian(path, read_only=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()

    async def read(self, sim_id: str, tags: Sequence[str], wanted: Range, points: int) -> tuple[list[Series], bool]:
        """The series of these tags and whether any was thinned. Raises UnknownName, Unavailable."""
        series = await asyncio.to_thread(self._read, sim_id, tags, wanted, points)
        return series, any(one.more for one in series)

    async def whole(self, sim_id: str, tag: str, most: int) -> Series:
        """All samples of a tag, at most `most`."""
        return await asyncio.to_thread(self._store.read_raw, sim_id, tag, None, None, most)

    async def last(self, sim_id: str, tags: Sequence[str]) -> list[Series]:
        """The newest sample of each tag."""
        return await asyncio.to_thread(
            lambda: [self._store.read_raw(sim_id, tag, None, None, 1, reverse=True) for tag in tags]
        )

    async def alarms(self) -> list[AlarmRow]:
        """The recorded state of every alarm to which anything has happened."""
        return await asyncio.to_thread(self._store.alarms)

    async def events(self, span: Span, limit: int) -> list[EventRow]:
        """At most `limit` events of alarms."""
        return await asyncio.to_thread(self._store.events, span, limit)

    async def simulated(self, sim_id: str, tag: str, moments: Sequence[int]) -> list[float | None]:
        """Simulated seconds of the newest sample at or before each moment (ns since 1970); None before the first."""
        return await asyncio.to_thread(lambda: [self._simulated(sim_id, tag, moment) for moment in moments])

    def _simulated(self, sim_id: str, tag: str, moment: int) -> float | None:
        try:
            newest = self._store.read_raw(sim_id, tag, None, moment + 1, 1, reverse=True)
        except UnknownName:  # nothing of it is recorded yet
            return None
        return float(newest.sim_time[0]) if len(newest.sim_time) else None

    def _read(self, sim_id: str, tags: Sequence[str], wanted: Range, points: int) -> list[Series]:
        if wanted.axis == "wall":
            return self._store.read_together(sim_id, tags, _whole(wanted.start), _whole(wanted.end), points)
        simulated = Simulated(*_closed(wanted))
        first, behind = simulated.bounds(lambda start, end: self._look(sim_id, tags[0], start, end)) or (0, 0)
        series = self._store.read_together(sim_id, tags, first, behind, points)
        return [self._inside(sim_id, one, simulated, first) for one in series]

    def _look(self, sim_id: str, tag: str, start: int | None, end: int | None) -> tuple[Series, bool]:
        found = self._store.read_thinned(sim_id, tag, start, end, SEARCHED)
        return found, found.more

    def _inside(self, sim_id: str, series: Series, simulated: Simulated, first: int) -> Series:
        inside = simulated.holds(series.sim_time)
        if len(inside) and not inside.any():  # thinning kept only what was between two stays in the range
            return replace(self._store.read_raw(sim_id, series.tag, first, first + 1, 1), more=True)
        return _cut(series, inside)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _closed(wanted: Range) -> tuple[float, float]:
    start = -math.inf if wanted.start is None else wanted.start
    return start, math.inf if wanted.end is None else wanted.end


def _cut(series: Series, inside: NDArray[np.bool_]) -> Series:
    return replace(
        series, wall_time=series.wall_time[inside], sim_time=series.sim_time[inside], value=series.value[inside],
        status=series.status[inside],
    )  # fmt: skip
