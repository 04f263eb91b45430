"""HistoryRead at given times and of aggregates: intervals cut from the record, in pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from asyncua import ua
from asyncua.common.utils import ServiceError

from connections.historian.sqlite import SqliteHistorian
from opcua_server.aggregates import AGGREGATES, EXTRAPOLATED, Aggregate, partial
from opcua_server.limits import LIMITS
from opcua_server.track import NO_DATA, Point, Track
from opcua_server.values import to_nanoseconds
from opcua_server.window import Rules, Window

_CODES = ua.StatusCodes
_MILLISECOND = 1_000_000
_AROUND = 10
"""Samples before and behind what is looked at, of which one is hopefully Good."""
_AT_ONCE = 200_000
_EARLIEST, _LATEST = 1700, 2250
"""Years that nanoseconds since 1970 can tell."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals from `start` towards `end` (nanoseconds, backwards if the end is earlier), the last one maybe cut."""

    node: ua.NodeId
    aggregate: int
    start: int
    end: int
    width: int
    rules: Rules

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """Low and high bound of each."""
        sign = 1 if self.end > self.start else -1
        for at in range(self.start, self.end, sign * self.width):
            other = at + sign * self.width
            other = min(other, self.end) if sign > 0 else max(other, self.end)
            yield (at, other) if sign > 0 else (other, at)

    @property
    def count(self) -> int:
        """How many they are."""
        return -(-abs(self.end - self.start) // self.width)

    def first(self, count: int) -> "Intervals":
        """The first so many."""
        width = self.width if self.end > self.start else -self.width
        return replace(self, end=self.start + count * width) if count < self.count else self

    def after(self, count: int) -> "Intervals":
        """Those behind the first so many."""
        return replace(self, start=self.first(count).end)


def first_intervals(details: ua.ReadProcessedDetails, node: ua.NodeId, aggregate: ua.NodeId) -> Intervals:
    """What a request asks for. Raises ServiceError."""
    start, end = instant(details.StartTime), instant(details.EndTime)
    known = aggregate.NamespaceIndex == 0 and aggregate.Identifier in AGGREGATES
    if not known:
        raise ServiceError(_CODES.BadAggregateNotSupported)
    if start == end:
        raise ServiceError(_CODES.BadInvalidTimestampArgument)
    interval = float(details.ProcessingInterval)
    if not 0 <= interval < np.inf:
        raise ServiceError(_CODES.BadAggregateInvalidInputs)
    width = int(interval * _MILLISECOND) or abs(end - start)
    return Intervals(node, int(aggregate.Identifier), start, end, width, _rules(details.AggregateConfiguration))


def instant(time: datetime | None) -> int:
    """A client's time in nanoseconds. Raises ServiceError for none at all and for those before 1700."""
    if time is None or time.year < _EARLIEST or time.year > _LATEST:
        raise ServiceError(_CODES.BadInvalidTimestampArgument)
    return to_nanoseconds(ua.datetime_to_win_epoch(time))


def _rules(wish: ua.AggregateConfiguration) -> Rules:
    if wish.UseServerCapabilitiesDefaults:
        return Rules()
    bad, good = int(wish.PercentDataBad), int(wish.PercentDataGood)
    if bad > 100 or good > 100 or bad + good < 100:
        raise ServiceError(_CODES.BadAggregateInvalidInputs)
    return Rules(bool(wish.TreatUncertainAsBad), bad, good)


class Processing:
    """Reads the record; synchronous, for a thread."""

    def __init__(self, historian: SqliteHistorian, sim_id: str, tag: str, stepped: bool) -> None:
        self._historian, self._name, self._stepped = historian, (sim_id, tag), stepped

    def aggregate(self, intervals: Intervals) -> tuple[list[Point], Intervals | None]:
        """The values of the first page of intervals, and the intervals that are left."""
        page = intervals.first(LIMITS.aggregates)
        work, found = AGGREGATES[intervals.aggregate], list[Point]()
        for piece in self._pieces(page):
            track = self._track(min(low for low, _ in piece), max(high for _, high in piece), intervals.rules)
            found += [self._value(work, track, low, high, intervals) for low, high in piece]
        left = intervals.count - page.count
        return found, intervals.after(page.count) if left else None

    def at(self, times: Sequence[int], simple: bool) -> list[Point]:
        """The value at each of these times."""
        found = []
        for time in times:
            track = self._track(time, time + 1, Rules())
            found.append(track.simple(time) if simple else track.interpolated(time))
        return found

    def _value(self, work: Aggregate, track: Track, low: int, high: int, intervals: Intervals) -> Point:
        lasting = intervals.aggregate not in EXTRAPOLATED
        known = not lasting or track.reaches(low, high)
        point = work(Window(track, low, high, intervals.rules)) if known else Point(low, np.nan, NO_DATA)
        if intervals.end < intervals.start and point.time == low:
            point = replace(point, time=high)  # backwards an interval begins with its later bound
        whole = high - low == intervals.width and track.covers(low, high)
        return partial(point) if lasting and not whole else point

    def _pieces(self, page: Intervals) -> Iterator[list[tuple[int, int]]]:
        """Intervals whose samples are read together: as many as hold a bounded number of samples."""
        piece: list[tuple[int, int]] = []
        most = max(1, _AT_ONCE * 1_000 * _MILLISECOND // page.width)  # a sample a second
        for one in page:
            piece.append(one)
            if len(piece) >= most:
                yield piece
                piece = []
        if piece:
            yield piece

    def _track(self, low: int, high: int, rules: Rules) -> Track:
        """The samples from `low` to `high` and some on both sides."""
        read = self._historian.read_raw
        inside = read(*self._name, low, high, LIMITS.samples_at_once)
        if inside.more:
            raise ServiceError(_CODES.BadTooManyOperations)
        before = read(*self._name, None, low, _AROUND, True)
        behind = read(*self._name, high, None, _AROUND)
        time, value, status = (
            np.concatenate([getattr(before, name)[::-1], getattr(inside, name), getattr(behind, name)])
            for name in ("wall_time", "value", "status")
        )
        return Track(time, value, status, rules.good(status), self._stepped)
