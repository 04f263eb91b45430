"""Raw HistoryRead from the embedded record, in pages, with bounds."""

import asyncio

import numpy as np
from asyncua import ua

from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from opcua_server.cursors import TICK, Cursor
from opcua_server.encoding import NOTHING, Samples, joined
from opcua_server.values import to_ticks

_CODES = ua.StatusCodes
Name = tuple[str, str]
"""SimID and tag."""


class RawHistory:
    """Reads pages of samples."""

    def __init__(self, historian: SqliteHistorian) -> None:
        self._historian = historian

    async def page(self, cursor: Cursor, name: Name) -> tuple[Samples, Cursor | None]:
        """The samples that the cursor stands before, and the cursor behind them if there are more."""
        limit = cursor.limit
        series = await asyncio.to_thread(self._historian.read_raw, *name, *cursor.range, limit, cursor.reverse)
        samples, left = _samples(series), None
        if cursor.bounds_first:
            first = await self._bound(name, samples, cursor.start, before=not cursor.reverse)
            samples = joined([first, samples])
        if series.more and (cursor.left == 0 or cursor.left > limit):
            left = cursor.after(int(series.wall_time[-1]), len(series.value))
        elif cursor.bounds and cursor.end is not None and not series.more:
            last = await self._bound(name, samples, cursor.end, before=cursor.reverse)
            samples = joined([samples, last])
        return samples, left

    async def _bound(self, name: Name, samples: Samples, at: int | None, before: bool) -> Samples:
        """The value at a bound or the next one outside it; BadBoundNotFound where there is none."""
        tick = to_ticks(at or 0)
        if at is None or (len(samples) and tick in (samples.source[0], samples.source[-1])):
            return NOTHING
        low, high = (None, at + TICK) if before else (at, None)
        series = await asyncio.to_thread(self._historian.read_raw, *name, low, high, 1, before)
        if len(series.value):
            return _samples(series)
        return Samples(
            np.zeros(1, np.intp), np.full(1, np.nan), np.array([_CODES.BadBoundNotFound], np.uint32),
            np.array([tick], np.int64),
        )  # fmt: skip


def _samples(series: Series) -> Samples:
    source = series.wall_time // TICK + to_ticks(0)
    return Samples(np.zeros(len(source), np.intp), series.value, series.status, source)
