"""Raw HistoryRead from the embedded record, encoded as arrays."""

import asyncio

import numpy as np
from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from connections.log import logger
from opcua_server.alarms.history import EventCursors, EventHistory
from opcua_server.alarms.types import EventTypes
from opcua_server.cursors import TICK, Cursor, Cursors, first_cursor
from opcua_server.encoding import NOTHING, Samples, encode_runs, joined
from opcua_server.layouts import time_bits
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.names import standard
from opcua_server.space import Space
from opcua_server.values import now, status_code, to_ticks
from plant.errors import PlantError

_CODES = ua.StatusCodes
_DATA = standard(ua.ObjectIds.HistoryData_Encoding_DefaultBinary)
_log = logger(__name__)


class History:
    """Answers HistoryRead requests from the record."""

    def __init__(self, historian: SqliteHistorian, aspace: AddressSpace, space: Space) -> None:
        self._historian, self._aspace, self._space = historian, aspace, space
        self._events = EventHistory(historian, space, EventTypes(aspace))

    async def read(
        self, params: ua.HistoryReadParameters, cursors: Cursors, events: EventCursors
    ) -> list[ua.HistoryReadResult]:
        """One result for each node; problems are the results' status codes. Raises ServiceError for bad timestamps."""
        try:
            times = time_bits(params.TimestampsToReturn)
        except KeyError:
            raise ServiceError(_CODES.BadTimestampsToReturnInvalid) from None
        if not times:
            raise ServiceError(_CODES.BadTimestampsToReturnInvalid)
        details = params.HistoryReadDetails
        if type(details) is ua.ReadEventDetails:
            release = bool(params.ReleaseContinuationPoints)
            return [await self._events.read(details, wanted, release, events) for wanted in params.NodesToRead]
        return [await self._read_node(params, wanted, times, cursors) for wanted in params.NodesToRead]

    async def _read_node(
        self, params: ua.HistoryReadParameters, wanted: ua.HistoryReadValueId, times: int, cursors: Cursors
    ) -> ua.HistoryReadResult:
        try:
            details = params.HistoryReadDetails
            found = self._target(details, wanted)
            given = wanted.ContinuationPoint
            cursor = cursors.take(given) if given else first_cursor(details, wanted.NodeId)
            if cursor is None or cursor.node != wanted.NodeId:
                raise ServiceError(_CODES.BadContinuationPointInvalid)
            if params.ReleaseContinuationPoints:
                return ua.HistoryReadResult()
            return await self._page(cursor, found, times, cursors)
        except ServiceError as error:
            return ua.HistoryReadResult(StatusCode=status_code(error.code))
        except PlantError as error:
            _log.error("history not read", node=str(wanted.NodeId), cause=str(error))
            return ua.HistoryReadResult(StatusCode=status_code(_CODES.BadResourceUnavailable))

    def _target(self, details: object, wanted: ua.HistoryReadValueId) -> tuple[Live, int]:
        if not isinstance(details, ua.ReadRawModifiedDetails) or details.IsReadModified:
            raise ServiceError(_CODES.BadHistoryOperationUnsupported)
        found = self._space.find_tag(wanted.NodeId)
        if found is None:
            known = wanted.NodeId in self._aspace
            raise ServiceError(_CODES.BadHistoryOperationUnsupported if known else _CODES.BadNodeIdUnknown)
        return found

    async def _page(
        self, cursor: Cursor, found: tuple[Live, int], times: int, cursors: Cursors
    ) -> ua.HistoryReadResult:
        live, index = found
        name = live.record.sim_id, live.template.model.tags[index].name
        limit = min(cursor.left or LIMITS.history_values, LIMITS.history_values)
        series = await asyncio.to_thread(self._historian.read_raw, *name, *cursor.range, limit, cursor.reverse)
        samples, result = _samples(series), ua.HistoryReadResult()
        if cursor.bounds_first:
            first = await self._bound(name, samples, cursor.start, before=not cursor.reverse)
            samples = joined([first, samples])
        if series.more and (cursor.left == 0 or cursor.left > limit):
            result.ContinuationPoint = cursors.keep(cursor.after(int(series.wall_time[-1]), len(series.value)))
        elif cursor.bounds and cursor.end is not None and not series.more:
            last = await self._bound(name, samples, cursor.end, before=cursor.reverse)
            samples = joined([samples, last])
        body = len(samples).to_bytes(4, "little") + encode_runs(samples, live.template.variants[index], times, now())
        result.HistoryData = ua.ExtensionObject(_DATA, ua.ByteString(body))
        if not len(samples):
            result.StatusCode = status_code(_CODES.GoodNoData)
        return result

    async def _bound(self, name: tuple[str, str], samples: Samples, at: int | None, before: bool) -> Samples:
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
