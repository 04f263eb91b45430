"""The embedded history: frames go into the record in batches, raw HistoryRead comes out of it as arrays."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from asyncua import ua

from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from connections.log import logger
from opcua_server.encoding import Samples, encode_runs, time_bits, to_nanoseconds, to_ticks
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.space import Space
from opcua_server.tags import now
from plant.errors import PlantError, Unavailable
from plant.frames import Frame
from plant.quality import is_bad

_BATCH_PERIOD = 0.25
_MOST_WAITING = 100_000
_CODES = ua.StatusCodes
_DATA = ua.NodeId(ua.ObjectIds.HistoryData_Encoding_DefaultBinary)
_EVER = (ua.get_win_epoch(), None)
_log = logger(__name__)


class Recorder:
    """Collects frames and hands them to the historian's thread a few times a second."""

    def __init__(self, historian: SqliteHistorian) -> None:
        self._historian = historian
        self._frames: list[Frame] = []
        self._models: dict[str, str] = {}
        self._position = ""
        self._wake = asyncio.Event()

    def take(self, frames: Sequence[Frame], models: dict[str, str], position: str) -> None:
        """Frames up to a stream position, to be recorded soon."""
        self._frames.extend(frames)
        self._models |= models
        self._position = position
        self._wake.set()

    @property
    def full(self) -> bool:
        """Whether the reader of the stream had better wait."""
        return len(self._frames) > _MOST_WAITING

    async def run(self) -> None:
        """Record for ever; what is left is recorded when cancelled."""
        try:
            while True:
                await self._wake.wait()
                await self.flush()
                await asyncio.sleep(_BATCH_PERIOD)
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Record what has come. Frames that could not be recorded are kept for the next time."""
        self._wake.clear()
        frames, models, position = self._frames, self._models, self._position
        self._frames, self._models = [], {}
        if not position:
            return
        try:
            await asyncio.to_thread(self._historian.append, frames, models, position)
        except Unavailable as error:
            _log.error("history not recorded", cause=str(error), frames=len(frames))
            self._frames = [*frames, *self._frames]
            self._models = models | self._models
            self._wake.set()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a HistoryRead goes on: nanoseconds, the first one still to be sent."""

    node: ua.NodeId
    start: int | None
    end: int | None
    left: int
    reverse: bool


class Cursors:
    """The open HistoryReads of one session, by continuation point; the oldest are forgotten when there are many."""

    def __init__(self) -> None:
        self._open: OrderedDict[bytes, Cursor] = OrderedDict()

    def keep(self, cursor: Cursor) -> bytes:
        """A continuation point for the cursor."""
        point = secrets.token_bytes(8)
        self._open[point] = cursor
        while len(self._open) > LIMITS.continuation_points:
            self._open.popitem(last=False)
        return point

    def take(self, point: bytes) -> Cursor | None:
        """The cursor behind a continuation point, once."""
        return self._open.pop(point, None)


class History:
    """Answers HistoryRead requests from the record."""

    def __init__(self, historian: SqliteHistorian, space: Space) -> None:
        self._historian, self._space = historian, space

    async def read(self, params: ua.HistoryReadParameters, cursors: Cursors) -> list[ua.HistoryReadResult]:
        """One result for each node. Raises nothing: problems are the results' status codes."""
        details = params.HistoryReadDetails
        return [await self._read_node(details, params, wanted, cursors) for wanted in params.NodesToRead]

    async def _read_node(
        self, details: object, params: ua.HistoryReadParameters, wanted: ua.HistoryReadValueId, cursors: Cursors
    ) -> ua.HistoryReadResult:
        if not isinstance(details, ua.ReadRawModifiedDetails) or details.IsReadModified:
            return _failed(_CODES.BadHistoryOperationUnsupported)
        found = self._space.find_tag(wanted.NodeId)
        if found is None:
            return _failed(_refusal(self._space, wanted.NodeId))
        cursor = cursors.take(wanted.ContinuationPoint) if wanted.ContinuationPoint else _first(details, wanted.NodeId)
        if cursor is None or cursor.node != wanted.NodeId:
            return _failed(_CODES.BadContinuationPointInvalid)
        if params.ReleaseContinuationPoints:
            return ua.HistoryReadResult()
        if cursor.start is None and cursor.end is None:
            return _failed(_CODES.BadHistoryOperationInvalid)
        try:
            times = time_bits(params.TimestampsToReturn)
            return await self._page(cursor, found, details.ReturnBounds, times, cursors)
        except KeyError:
            return _failed(_CODES.BadTimestampsToReturnInvalid)
        except PlantError:
            return _failed(_CODES.BadUnexpectedError)

    async def _page(
        self, cursor: Cursor, found: tuple[Live, int], bounds: bool, times: int, cursors: Cursors
    ) -> ua.HistoryReadResult:
        live, index = found
        tag, sim_id = live.template.model.tags[index].name, live.record.sim_id
        limit = min(cursor.left or LIMITS.history_values, LIMITS.history_values)
        low, high = (cursor.end, cursor.start) if cursor.reverse else (cursor.start, cursor.end)
        if cursor.reverse:  # the record's ranges hold their start and not their end; a backward read is the other way
            low, high = _next_tick(low), _next_tick(high)
        series = await asyncio.to_thread(self._historian.read_raw, sim_id, tag, low, high, limit, cursor.reverse)
        samples = _samples(series)
        result = ua.HistoryReadResult()
        if series.more and len(samples) == limit and (cursor.left == 0 or cursor.left > limit):
            result.ContinuationPoint = cursors.keep(_rest(cursor, series, limit))
        elif bounds:
            samples = _with_end_bound(samples, cursor)
        body = len(samples).to_bytes(4, "little") + encode_runs(samples, live.template.variants[index], times, now())
        result.HistoryData = ua.ExtensionObject(_DATA, body)
        if not len(samples):
            result.StatusCode = ua.StatusCode(ua.UInt32(_CODES.GoodNoData))
        return result


def _samples(series: Series) -> Samples:
    source = series.wall_time // 100 + to_ticks(0)
    return Samples(np.zeros(len(source), np.intp), series.value, series.status, source)


def _with_end_bound(samples: Samples, cursor: Cursor) -> Samples:
    """A bound where nothing was recorded says so: BadBoundNotFound at the end of the range."""
    at = cursor.end
    if at is None or (len(samples) and to_nanoseconds(int(samples.source[-1])) == at):
        return samples
    bound = Samples(
        np.zeros(1, np.intp), np.full(1, np.nan), np.array([_CODES.BadBoundNotFound], np.uint32),
        np.array([to_ticks(at)], np.int64),
    )  # fmt: skip
    return Samples(*(np.concatenate([getattr(samples, n), getattr(bound, n)]) for n in Samples.__slots__))


def _rest(cursor: Cursor, series: Series, limit: int) -> Cursor:
    last = int(series.wall_time[-1])
    left = cursor.left - limit if cursor.left else 0
    return Cursor(cursor.node, last - 100 if cursor.reverse else last + 1, cursor.end, left, cursor.reverse)


def _first(details: ua.ReadRawModifiedDetails, node: ua.NodeId) -> Cursor:
    start, end = _nanoseconds(details.StartTime), _nanoseconds(details.EndTime)
    reverse = start is None or (end is not None and start > end)
    if start is None:  # the newest before the end, backwards
        start, end = end, None
    return Cursor(node, start, end, int(details.NumValuesPerNode), reverse)


def _nanoseconds(time: datetime | None) -> int | None:
    return None if time in _EVER else to_nanoseconds(ua.datetime_to_win_epoch(time))


def _next_tick(time: int | None) -> int | None:
    return None if time is None else time + 100


def _refusal(space: Space, node: ua.NodeId) -> int:
    found = space.find(node)
    known = found is not None and (not found[1] or found[1] in found[0].template.by_path)
    return _CODES.BadHistoryOperationUnsupported if known or node.NamespaceIndex == 0 else _CODES.BadNodeIdUnknown


def _failed(code: int) -> ua.HistoryReadResult:
    assert is_bad(code)  # noqa: S101 - a table of ours
    return ua.HistoryReadResult(StatusCode=ua.StatusCode(ua.UInt32(code)))
