"""The history of events: HistoryReadEvents on the Server, the folders and each simulation, in pages."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.ua.ua_binary import struct_to_binary

from connections.historian.events import EventRow, Span
from connections.historian.sqlite import SqliteHistorian
from connections.log import logger
from opcua_server.alarms.fields import View
from opcua_server.alarms.filters import Wanted, read_event_filter
from opcua_server.alarms.occurrence import SERVER, AlarmOccurrence
from opcua_server.alarms.types import EventTypes
from opcua_server.names import SIMULATIONS_NODE, node_id, standard
from opcua_server.points import Points
from opcua_server.sight import Sight
from opcua_server.space import Space
from opcua_server.values import status_code, to_nanoseconds
from plant.access import Who
from plant.alarms.declared import alarm_of
from plant.alarms.record import decode_event
from plant.catalog import find
from plant.errors import PlantError, UnknownName
from plant.ownership import supervises

_CODES = ua.StatusCodes
_EVENTS = standard(ua.ObjectIds.HistoryEvent_Encoding_DefaultBinary)
_EVER = (None, ua.get_win_epoch())
MOST_EVENTS = 1000
"""Events in one answer; a continuation point says that there is more."""
_LOOKED_AT = 10 * MOST_EVENTS
"""Events that one request looks at when few of them may pass the where clause, or the caller's rights."""
_TICK = 100
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class EventCursor:
    """What is still to be read.

    `left` counts the events still wanted of a span with one open end, 0 is all; `page` is the most that one answer may
    hold of a closed span, 0 leaves it to the server.
    """

    node: ua.NodeId
    span: Span
    wanted: Wanted
    left: int
    page: int

    @property
    def limit(self) -> int:
        """The most events of the next answer."""
        return min(self.left or MOST_EVENTS, self.page or MOST_EVENTS, MOST_EVENTS)


class EventCursors(Points[EventCursor]):
    """The open reads of one session."""

    def take(self, point: bytes) -> EventCursor:
        """The cursor behind a continuation point, once. Raises ServiceError."""
        found = self.pop(point)
        if found is None:
            raise ServiceError(_CODES.BadContinuationPointInvalid)
        return found


class EventHistory:
    """Answers HistoryReads of events from the record."""

    def __init__(self, historian: SqliteHistorian, space: Space, types: EventTypes) -> None:
        self._historian, self._space, self._types = historian, space, types
        self._sight = Sight(space)

    async def read(
        self, details: ua.ReadEventDetails, wanted: ua.HistoryReadValueId, release: bool, cursors: EventCursors,
        who: Who,
    ) -> ua.HistoryReadResult:  # fmt: skip
        """The events of one node that the caller may know of; problems are the result's status code."""
        try:
            given = wanted.ContinuationPoint
            cursor = cursors.take(bytes(given)) if given else self._first(details, wanted.NodeId)
            if cursor.node != wanted.NodeId:
                raise ServiceError(_CODES.BadContinuationPointInvalid)
            return ua.HistoryReadResult() if release else await self._page(cursor, cursors, who)
        except ServiceError as error:
            return ua.HistoryReadResult(StatusCode=status_code(error.code))
        except PlantError as error:
            _log.error("events not read", node=str(wanted.NodeId), cause=str(error))
            return ua.HistoryReadResult(StatusCode=status_code(_CODES.BadResourceUnavailable))

    def _first(self, details: ua.ReadEventDetails, node: ua.NodeId) -> EventCursor:
        wanted, _ = read_event_filter(details.Filter, self._types)
        span, number = _span(details, *self._scope(node)), int(details.NumValuesPerNode)
        closed = span.start is not None and span.end is not None
        return EventCursor(node, span, wanted, 0 if closed else number, number if closed else 0)

    def _scope(self, node: ua.NodeId) -> tuple[str | None, str | None]:
        """The simulation, or the model, whose events the node reports. Raises ServiceError."""
        if node in (SERVER, SIMULATIONS_NODE):
            return None, None
        found = self._space.find(node)
        if found is not None and not found[1]:
            return found[0].record.sim_id, None
        for model_id in self._space.templates:
            if node == node_id("Simulations", model_id):
                return None, model_id
        known = found is not None or node.NamespaceIndex == 0
        raise ServiceError(_CODES.BadHistoryOperationUnsupported if known else _CODES.BadNodeIdUnknown)

    async def _page(self, cursor: EventCursor, cursors: EventCursors, who: Who) -> ua.HistoryReadResult:
        lists, following = await asyncio.to_thread(self._read, cursor, who)
        result = ua.HistoryReadResult(HistoryData=_encoded(lists))
        if following is not None:
            result.ContinuationPoint = cursors.keep(following)
        elif not lists:
            result.StatusCode = status_code(_CODES.GoodNoData)
        return result

    def _read(self, cursor: EventCursor, who: Who) -> tuple[list[ua.HistoryEventFieldList], EventCursor | None]:
        """One page and the cursor behind it, None at the end; in a thread."""
        limit = cursor.limit
        chosen = cursor.wanted.where is not None or not supervises(who)
        rows = self._historian.events(cursor.span, 1 + (_LOOKED_AT if chosen else limit))
        lists: list[ua.HistoryEventFieldList] = []
        used = 0
        while used < len(rows) and used < _LOOKED_AT and len(lists) < limit:
            row = rows[used]
            fields = _fields(row, cursor.wanted) if self._sight.reports(who, row.sim_id) else None
            used += 1
            if fields is not None:
                lists.append(ua.HistoryEventFieldList(fields))
        if used == len(rows) or (cursor.left and cursor.left == len(lists)):
            return lists, None
        last = rows[used - 1]
        span = replace(cursor.span, after=(last.time, last.number))
        return lists, replace(cursor, span=span, left=cursor.left - len(lists) if cursor.left else 0)


def _span(details: ua.ReadEventDetails, sim_id: str | None, model_id: str | None) -> Span:
    """Two of start, end and number are given (OPC 10000-11 6.5.2); equal times are that moment. Raises ServiceError."""
    start, end = _time(details.StartTime), _time(details.EndTime)
    if (start is None) + (end is None) + (int(details.NumValuesPerNode) == 0) > 1:
        raise ServiceError(_CODES.BadHistoryOperationInvalid)
    if start is None or (end is not None and start > end):
        newest = end if start is None else start
        oldest = None if start is None else end
        return Span(_next(oldest), _next(newest), sim_id, model_id, reverse=True)
    return Span(start, _next(end) if start == end else end, sim_id, model_id)


def _next(time: int | None) -> int | None:
    return None if time is None else time + _TICK


def _time(time: datetime | None) -> int | None:
    return None if time in _EVER else to_nanoseconds(ua.datetime_to_win_epoch(time))


def _fields(row: EventRow, wanted: Wanted) -> list[ua.Variant] | None:
    try:
        _, alarm = alarm_of(find(row.model_id), row.alarm)
        event = decode_event(row.sim_id, alarm, row.content)
    except (UnknownName, ValueError, KeyError, TypeError):
        return None  # of a model that is not there any more
    view = View(row.sim_id, alarm, event.condition, event.message, received=row.time)
    return wanted.fields(AlarmOccurrence(view))


def _encoded(lists: list[ua.HistoryEventFieldList]) -> Any:
    return ua.ExtensionObject(_EVENTS, ua.ByteString(struct_to_binary(ua.HistoryEvent(lists))))
