"""Where HistoryReads go on: cursors behind continuation points that belong to their session."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.limits import LIMITS
from opcua_server.points import Points
from opcua_server.values import to_nanoseconds

TICK = 100
"""Nanoseconds in one OPC UA tick: what a client's times are rounded to."""
One = TypeVar("One")
_EVER = (None, ua.get_win_epoch())


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is still to be read: times in nanoseconds, both bounds of the range as the client named them.

    `start` itself belongs to the range, `end` not. `left` counts the values still wanted of a range with one open end,
    0 is all; `page` is the most that one answer may hold of a closed range, 0 leaves it to the server. `bounds` asks
    for the values at both ends of the range, too; `endless` tells that none is known at the end.
    """

    node: ua.NodeId
    start: int | None
    end: int | None
    left: int
    reverse: bool
    bounds: bool
    page: int = 0
    fresh: bool = True
    endless: bool = False

    @property
    def range(self) -> tuple[int | None, int | None]:
        """The range as the record wants it: low <= time < high."""
        if self.reverse:
            return _next(self.end), _next(self.start)
        return self.start, self.end

    @property
    def limit(self) -> int:
        """The most values of the next answer."""
        return min(self.left or LIMITS.history_values, self.page or LIMITS.history_values, LIMITS.history_values)

    def satisfied(self, count: int) -> bool:
        """Whether the client wants nothing more when `count` values are sent."""
        return 0 < self.left <= count

    def after(self, time: int | None, count: int) -> "Cursor":
        """The cursor behind `count` values sent, the last of them of this time; None: no sample was among them."""
        start = self.start if time is None else time - TICK if self.reverse else time + 1
        return replace(self, start=start, left=self.left - count if self.left else 0, fresh=False)


class Cursors(Points[object]):
    """The open HistoryReads of one session."""

    def take(self, point: bytes, kind: type[One]) -> One | None:
        """The cursor of this kind behind a continuation point, once."""
        held = self.pop(point)
        return held if isinstance(held, kind) else None


def first_cursor(details: ua.ReadRawModifiedDetails, node: ua.NodeId) -> Cursor:
    """Where a request begins (OPC 10000-11 6.5.3): two of start, end and number are given. Raises ServiceError.

    Beside two times the number is that of a page: a continuation point leads to the rest of the range. Two equal times
    are the range of that one moment.
    """
    start, end, wanted = _time(details.StartTime), _time(details.EndTime), int(details.NumValuesPerNode)
    if (start is None) + (end is None) + (wanted == 0) > 1:
        raise ServiceError(ua.StatusCodes.BadHistoryOperationInvalid)
    bounds = bool(details.ReturnBounds)
    if start is None:  # the newest up to the end, backwards
        return Cursor(node, end, None, wanted, True, bounds)
    if end is None:
        return Cursor(node, start, None, wanted, False, bounds)
    return Cursor(node, start, _next(end) if start == end else end, 0, start > end, bounds, page=wanted)


def _time(time: datetime | None) -> int | None:
    return None if time in _EVER else to_nanoseconds(ua.datetime_to_win_epoch(time))


def _next(time: int | None) -> int | None:
    return None if time is None else time + TICK
