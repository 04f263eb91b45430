"""HistoryRead from the embedded record: raw, at given times, aggregates, events; values are encoded as arrays."""

import asyncio
from collections.abc import Sequence

import numpy as np
from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace

from connections.historian.sqlite import SqliteHistorian
from connections.log import logger
from opcua_server.aggregates import STATUS_CODES, WHOLE_NUMBERS
from opcua_server.alarms.history import EventCursors, EventHistory
from opcua_server.alarms.types import EventTypes
from opcua_server.cursors import TICK, Cursor, Cursors, first_cursor
from opcua_server.encoding import Samples, encode_runs
from opcua_server.layouts import time_bits
from opcua_server.limits import LIMITS
from opcua_server.live import Live
from opcua_server.names import standard
from opcua_server.processed import Intervals, Processing, first_intervals, instant
from opcua_server.raw_history import RawHistory
from opcua_server.requested import check_whole
from opcua_server.space import Space
from opcua_server.track import Point
from opcua_server.values import DOUBLE, INT32, STATUS_CODE, now, status_code, to_ticks
from plant.access import Who
from plant.errors import PlantError

_CODES = ua.StatusCodes
_DATA = standard(ua.ObjectIds.HistoryData_Encoding_DefaultBinary)
_log = logger(__name__)


class History:
    """Answers HistoryRead requests from the record."""

    def __init__(self, historian: SqliteHistorian, aspace: AddressSpace, space: Space) -> None:
        self._historian, self._aspace, self._space = historian, aspace, space
        self._raw = RawHistory(historian)
        self._events = EventHistory(historian, space, EventTypes(aspace))

    async def read(
        self, params: ua.HistoryReadParameters, cursors: Cursors, events: EventCursors, who: Who
    ) -> list[ua.HistoryReadResult]:
        """One result for each node; problems are the results' status codes. Raises ServiceError for bad timestamps."""
        details = params.HistoryReadDetails
        if type(details) is ua.ReadEventDetails:  # of an event the filter says which times are told
            release = bool(params.ReleaseContinuationPoints)
            return [await self._events.read(details, wanted, release, events, who) for wanted in params.NodesToRead]
        times = _times(params.TimestampsToReturn)
        if params.TimestampsToReturn == ua.TimestampsToReturn.Server:  # no such times are recorded
            return [ua.HistoryReadResult(status_code(_CODES.BadTimestampNotSupported)) for _ in params.NodesToRead]
        return [
            await self._read_node(params, place, wanted, times, cursors)
            for place, wanted in enumerate(params.NodesToRead)
        ]

    async def _read_node(
        self, params: ua.HistoryReadParameters, place: int, wanted: ua.HistoryReadValueId, times: int, cursors: Cursors
    ) -> ua.HistoryReadResult:
        try:
            details, found = params.HistoryReadDetails, self._target(wanted)
            check_whole(wanted, ua.AttributeIds.Value)
            if type(details) is ua.ReadAtTimeDetails:
                return await self._read_at(details, found, times)
            cursor = _cursor(params, place, wanted, cursors)
            if cursor is None or cursor.node != wanted.NodeId:
                raise ServiceError(_CODES.BadContinuationPointInvalid)
            if params.ReleaseContinuationPoints:
                return ua.HistoryReadResult()
            if isinstance(cursor, Intervals):
                return await self._read_processed(cursor, found, times, cursors)
            return await self._read_raw(cursor, found, times, cursors)
        except ServiceError as error:
            return ua.HistoryReadResult(StatusCode=status_code(error.code))
        except PlantError as error:
            _log.error("history not read", node=str(wanted.NodeId), cause=str(error))
            return ua.HistoryReadResult(StatusCode=status_code(_CODES.BadResourceUnavailable))

    def _target(self, wanted: ua.HistoryReadValueId) -> tuple[Live, int]:
        found = self._space.find_tag(wanted.NodeId)
        if found is None:
            known = wanted.NodeId in self._aspace
            raise ServiceError(_CODES.BadHistoryOperationUnsupported if known else _CODES.BadNodeIdUnknown)
        return found

    async def _read_raw(
        self, cursor: Cursor, found: tuple[Live, int], times: int, cursors: Cursors
    ) -> ua.HistoryReadResult:
        live, index = found
        samples, left = await self._raw.page(cursor, (live.record.sim_id, live.template.model.tags[index].name))
        return _result(samples, live.template.variants[index], times, left, cursors)

    async def _read_processed(
        self, intervals: Intervals, found: tuple[Live, int], times: int, cursors: Cursors
    ) -> ua.HistoryReadResult:
        points, left = await asyncio.to_thread(self._processing(found).aggregate, intervals)
        kind = intervals.aggregate
        variant = INT32 if kind in WHOLE_NUMBERS else STATUS_CODE if kind in STATUS_CODES else DOUBLE
        return _result(_samples(points), variant, times, left, cursors)

    async def _read_at(
        self, details: ua.ReadAtTimeDetails, found: tuple[Live, int], times: int
    ) -> ua.HistoryReadResult:
        if not details.ReqTimes:
            raise ServiceError(_CODES.BadNothingToDo)
        if len(details.ReqTimes) > LIMITS.history_values:
            raise ServiceError(_CODES.BadTooManyOperations)
        wanted = [instant(time) for time in details.ReqTimes]
        points = await asyncio.to_thread(self._processing(found).at, wanted, bool(details.UseSimpleBounds))
        live, index = found
        return _result(_samples(points), live.template.variants[index], times)

    def _processing(self, found: tuple[Live, int]) -> Processing:
        live, index = found
        tag = live.template.model.tags[index]
        return Processing(self._historian, live.record.sim_id, tag.name, stepped=bool(tag.states))


def _times(wanted: ua.TimestampsToReturn) -> int:
    """Which times are told of each value. Raises ServiceError."""
    try:
        times = time_bits(wanted)
    except KeyError:
        times = 0
    if not times:
        raise ServiceError(_CODES.BadTimestampsToReturnInvalid)
    return times


def _cursor(
    params: ua.HistoryReadParameters, place: int, wanted: ua.HistoryReadValueId, cursors: Cursors
) -> Cursor | Intervals | None:
    """Where the read begins or goes on. Raises ServiceError."""
    details, given = params.HistoryReadDetails, wanted.ContinuationPoint
    if type(details) is ua.ReadRawModifiedDetails and not details.IsReadModified:
        return cursors.take(given, Cursor) if given else first_cursor(details, wanted.NodeId)
    if type(details) is ua.ReadProcessedDetails:
        if len(details.AggregateType or ()) != len(params.NodesToRead):
            raise ServiceError(_CODES.BadAggregateListMismatch)
        aggregate = details.AggregateType[place]
        return cursors.take(given, Intervals) if given else first_intervals(details, wanted.NodeId, aggregate)
    raise ServiceError(_CODES.BadHistoryOperationUnsupported)


def _result(
    samples: Samples, variant: int, times: int, left: object = None, cursors: Cursors | None = None
) -> ua.HistoryReadResult:
    result = ua.HistoryReadResult()
    if left is not None and cursors is not None:
        result.ContinuationPoint = cursors.keep(left)
    body = len(samples).to_bytes(4, "little") + encode_runs(samples, variant, times, now())
    result.HistoryData = ua.ExtensionObject(_DATA, ua.ByteString(body))
    if not len(samples):
        result.StatusCode = status_code(_CODES.GoodNoData)
    return result


def _samples(points: Sequence[Point]) -> Samples:
    source = np.array([point.time for point in points], np.int64) // TICK + to_ticks(0)
    value, status = (np.array([getattr(point, name) for point in points]) for name in ("value", "status"))
    return Samples(np.zeros(len(points), np.intp), value, status.astype(np.uint32), source)
