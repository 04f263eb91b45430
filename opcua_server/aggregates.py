"""The aggregates of OPC 10000-13: one value for each interval, from the raw samples in and around it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.track import CALCULATED, EXTRA, NO_DATA, PARTIAL, RAW, Point
from opcua_server.window import BAD, Window, area, by_time, good_seconds, points_of

_SECOND = 1e9
_MILLISECONDS = 1000.0
"""In a second: durations are told in milliseconds."""


def _raw(compute: Callable[[NDArray[np.float64]], Any]) -> "Aggregate":
    """An aggregate of the values of the Good samples."""

    def work(window: Window) -> Point:
        inside = window.inside
        good = inside.value[inside.good]
        if not len(good):
            return Point(window.start, np.nan, NO_DATA)
        return window.calculated(float(compute(good)), window.by_count(inside))

    return work


def _spread(ddof: int, power: float) -> "Aggregate":
    return _raw(lambda good: float(np.var(good, ddof=ddof)) ** power if len(good) > ddof else 0.0)


def _extreme(pick: Callable[[NDArray[np.float64]], Any], actual: bool) -> "Aggregate":
    """The least or greatest Good sample with its `actual` time, or that of the interval (5.4.3.10 to 5.4.3.13)."""

    def work(window: Window) -> Point:
        inside = window.inside
        good = inside.only_good()
        if not len(good.value):
            return Point(window.start, np.nan, NO_DATA)
        place = int(pick(good.value))
        time, value, quality = int(good.time[place]), float(good.value[place]), window.by_count(inside)
        if quality >= BAD:
            return Point(window.start, np.nan, quality)
        origin = RAW if actual or (time == window.start and not quality) else CALCULATED
        several = EXTRA if int((good.value == value).sum()) > 1 else RAW
        return Point(time if actual else window.start, value, quality | origin | several)

    return work


def _with_bounds(compute: Callable[[NDArray[np.float64]], Any]) -> "Aggregate":
    """The same for aggregates that look at the simple bounding values too (their names end in 2)."""

    def work(window: Window) -> Point:
        inside = window.inside
        bounds = [window.track.simple(at) for at in (window.start, window.end)]
        values = np.concatenate([inside.value[inside.good], [bound.value for bound in bounds if bound.known]])
        if not len(values):
            return Point(window.start, np.nan, NO_DATA)
        return window.calculated(float(compute(values)), by_time(window))

    return work


def _edge(place: int) -> "Aggregate":
    def work(window: Window) -> Point:
        inside = window.inside
        if not len(inside.time):
            return Point(window.start, np.nan, NO_DATA)
        return Point(int(inside.time[place]), float(inside.value[place]), int(inside.status[place]) | RAW)

    return work


def _timed(interpolated: bool, total: bool) -> "Aggregate":
    def work(window: Window) -> Point:
        whole_area, seconds = area(window, interpolated)
        if not seconds:
            return Point(window.start, np.nan, NO_DATA)
        whole = (window.end - window.start) / _SECOND
        return window.calculated(whole_area / seconds * (whole if total else 1.0), by_time(window))

    return work


def _share(of_good: bool, percent: bool) -> "Aggregate":
    def work(window: Window) -> Point:
        good, bad = good_seconds(window)
        chosen = good if of_good else bad
        return window.calculated(100 * chosen / (good + bad) if percent else _MILLISECONDS * chosen)

    return work


def _in_state(zero: bool) -> "Aggregate":
    def work(window: Window) -> Point:
        times, values, good = points_of(window, window.track.simple)
        wanted = good[:-1] & ((values[:-1] == 0) == zero)
        seconds = float((np.diff(times) / _SECOND)[wanted].sum())
        return window.calculated(_MILLISECONDS * seconds, by_time(window))

    return work


def _transitions(window: Window) -> Point:
    inside = window.inside.only_good()
    before = window.track.part(0, window.start).only_good()
    values = np.concatenate([before.value[-1:], inside.value])
    if not len(inside.value):
        return Point(window.start, np.nan, NO_DATA)
    return window.calculated(float(np.count_nonzero(np.diff(values))), window.by_count(window.inside))


def _worst(window: Window) -> Point:
    inside = window.inside
    if not len(inside.status):
        return Point(window.start, np.nan, NO_DATA)
    grade = inside.status >> np.uint32(30)
    several = EXTRA if int((grade == grade.max()).sum()) > 1 else RAW
    return window.calculated(float(inside.status[np.argmax(grade)]), several)


def _delta_of_bounds(window: Window) -> Point:
    first, last = window.track.simple(window.start), window.track.simple(window.end)
    if not (first.known and last.known):
        return Point(window.start, np.nan, NO_DATA)
    return window.calculated(last.value - first.value, max(first.status, last.status) & 0xFFFF0000)


def _count(window: Window) -> Point:
    inside = window.inside
    return window.calculated(float(inside.good.sum()), window.by_count(inside))


def _end_bound(window: Window) -> Point:
    return window.track.simple(window.end)


Aggregate = Callable[[Window], Point]
_BY_NAME: Mapping[str, Aggregate] = {
    "Interpolative": lambda window: window.track.interpolated(window.start),
    "Average": _raw(np.mean),
    "TimeAverage": _timed(interpolated=True, total=False),
    "TimeAverage2": _timed(interpolated=False, total=False),
    "Total": _timed(interpolated=True, total=True),
    "Total2": _timed(interpolated=False, total=True),
    "Minimum": _extreme(np.argmin, actual=False),
    "Maximum": _extreme(np.argmax, actual=False),
    "MinimumActualTime": _extreme(np.argmin, actual=True),
    "MaximumActualTime": _extreme(np.argmax, actual=True),
    "Range": _raw(np.ptp),
    "Minimum2": _with_bounds(np.min),
    "Maximum2": _with_bounds(np.max),
    "Range2": _with_bounds(np.ptp),
    "Count": _count,
    "NumberOfTransitions": _transitions,
    "DurationInStateZero": _in_state(zero=True),
    "DurationInStateNonZero": _in_state(zero=False),
    "Start": _edge(0),
    "End": _edge(-1),
    "Delta": _raw(lambda good: good[-1] - good[0]),
    "StartBound": lambda window: window.track.simple(window.start),
    "EndBound": _end_bound,
    "DeltaBounds": _delta_of_bounds,
    "DurationGood": _share(of_good=True, percent=False),
    "DurationBad": _share(of_good=False, percent=False),
    "PercentGood": _share(of_good=True, percent=True),
    "PercentBad": _share(of_good=False, percent=True),
    "WorstQuality": _worst,
    "StandardDeviationSample": _spread(1, 0.5),
    "StandardDeviationPopulation": _spread(0, 0.5),
    "VarianceSample": _spread(1, 1.0),
    "VariancePopulation": _spread(0, 1.0),
}


def _number(name: str) -> int:
    return int(getattr(ua.ObjectIds, f"AggregateFunction_{name}"))


AGGREGATES: Mapping[int, Aggregate] = {_number(name): work for name, work in _BY_NAME.items()}
"""The aggregates that are served, by the number of their NodeId in namespace 0."""
WHOLE_NUMBERS = frozenset({_number("Count"), _number("NumberOfTransitions")})
STATUS_CODES = frozenset({_number("WorstQuality")})
EXTRAPOLATED = frozenset({_number("Interpolative")})
"""Of one time, not of an interval: it goes on behind the last sample, and is never partial."""


def partial(point: Point) -> Point:
    """The same of an interval that is cut off."""
    return Point(point.time, point.value, point.status | PARTIAL) if point.known else point
