"""Raw HistoryRead from the embedded record, in pages, with bounds (OPC 10000-11 4.4)."""

import asyncio
from dataclasses import replace

import numpy as np
from asyncua import ua

from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from opcua_server.cursors import TICK, Cursor
from opcua_server.encoding import NOTHING, Samples, joined
from opcua_server.values import to_ticks

Name = tuple[str, str]
"""SimID and tag."""
_SECOND = 1_000_000_000
"""How far behind the last value an end lies that nobody named."""


class RawHistory:
    """Reads pages of samples."""

    def __init__(self, historian: SqliteHistorian) -> None:
        self._historian = historian

    async def page(self, cursor: Cursor, name: Name) -> tuple[Samples, Cursor | None]:
        """The samples that the cursor stands before, and the cursor behind them if there are more."""
        leading = NOTHING
        if cursor.bounds and cursor.fresh:
            cursor, leading = await self._widened(cursor, name)
        room = cursor.limit - len(leading)
        series = await self._read(name, *cursor.range, max(room, 1), cursor.reverse)
        found = _samples(series) if room else NOTHING
        samples, last = joined([leading, found]), int(series.wall_time[-1]) if len(found) else None
        more = series.more or len(series.value) > len(found)
        if not more and cursor.endless:
            more = len(samples) == cursor.limit
            samples = samples if more else joined([samples, _unknown(_end(cursor, last))])
        left = cursor.after(last, len(samples)) if more and not cursor.satisfied(len(samples)) else None
        return samples, left

    async def _widened(self, cursor: Cursor, name: Name) -> tuple[Cursor, Samples]:
        """The cursor with the values at both ends in its range; what leads the answer where none is at its start."""
        leading = NOTHING
        first = await self._bound(name, cursor.start, before=not cursor.reverse)
        if first is not None:
            cursor = replace(cursor, start=first)
        elif cursor.start is not None:
            leading = _unknown(cursor.start)
        last = await self._bound(name, cursor.end, before=cursor.reverse)
        if last is None:
            return replace(cursor, endless=True), leading
        return replace(cursor, end=last - TICK if cursor.reverse else last + 1), leading

    async def _bound(self, name: Name, at: int | None, before: bool) -> int | None:
        """When the value at this time, or the next one outside it, was sampled; None where there is none."""
        if at is None:
            return None
        low, high = (None, at + TICK) if before else (at, None)
        series = await self._read(name, low, high, 1, before)
        return int(series.wall_time[0]) if len(series.wall_time) else None

    async def _read(self, name: Name, low: int | None, high: int | None, limit: int, reverse: bool) -> Series:
        return await asyncio.to_thread(self._historian.read_raw, *name, low, high, limit, reverse)


def _end(cursor: Cursor, last: int | None) -> int:
    """When a range ends behind which there is nothing."""
    if cursor.end is not None:
        return cursor.end
    behind = last if last is not None else cursor.start or 0
    return behind - _SECOND if cursor.reverse else behind + _SECOND


def _unknown(at: int) -> Samples:
    """What is told of a bound that nobody knows."""
    return Samples(
        np.zeros(1, np.intp), np.full(1, np.nan), np.array([ua.StatusCodes.BadBoundNotFound], np.uint32),
        np.array([to_ticks(at)], np.int64),
    )  # fmt: skip


def _samples(series: Series) -> Samples:
    source = series.wall_time // TICK + to_ticks(0)
    return Samples(np.zeros(len(source), np.intp), series.value, series.status, source)
