"""One interval of a history: which of its samples count, and for how long (OPC 10000-13 4.2.1.2, 5.4.3.2)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.track import CALCULATED, UNCERTAIN, Point, Track

_SECOND = 1e9
BAD = int(ua.StatusCodes.Bad)


@dataclass(frozen=True, slots=True)
class Rules:
    """When an aggregate is Good: percentages of Good and of Bad data, and what an Uncertain sample counts as."""

    uncertain_is_bad: bool = True
    percent_bad: int = 100
    percent_good: int = 100

    def good(self, status: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which samples count as Good."""
        limit = np.uint32(0x40000000 if self.uncertain_is_bad else 0x80000000)
        return status < limit

    def judge(self, good: float, bad: float) -> int:
        """The quality of an aggregate of so much Good and Bad data."""
        whole = good + bad
        if whole == 0 or 100 * good / whole >= self.percent_good:
            return 0
        return BAD if 100 * bad / whole >= self.percent_bad else UNCERTAIN


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """One interval start <= time < end (nanoseconds) of a track."""

    track: Track
    start: int
    end: int
    rules: Rules

    @property
    def inside(self) -> Track:
        """The samples in the interval."""
        return self.track.part(self.start, self.end)

    def calculated(self, value: float, status: int = 0) -> Point:
        """A value of the whole interval."""
        return Point(self.start, value, status | CALCULATED) if status < BAD else Point(self.start, np.nan, status)

    def by_count(self, inside: Track) -> int:
        """The quality of what was made from the Good samples."""
        good = int(inside.good.sum())
        return self.rules.judge(good, len(inside.good) - good)


Points = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]


def points_of(window: Window, bound: Callable[[int], Point]) -> Points:
    """The samples of a window between its bounds: times, values, which are Good."""
    inside, first, last = window.inside, bound(window.start), bound(window.end)
    times = np.concatenate([[window.start], inside.time, [window.end]])
    values = np.concatenate([[first.value], inside.value, [last.value]])
    good = np.concatenate([[first.known], inside.good, [last.known]])
    if len(inside.time) and inside.time[0] == window.start:
        times, values, good = times[1:], values[1:], good[1:]
    return times.astype(np.int64), values, good


def area(window: Window, interpolated: bool) -> tuple[float, float]:
    """The integral of the value over the Good part of the window (value times seconds), and that part's seconds."""
    bound = window.track.interpolated if interpolated else window.track.simple
    times, values, good = points_of(window, bound)
    if interpolated:
        times, values, good = times[good], values[good], good[good]
    spans = np.diff(times) / _SECOND
    ends = np.where(good[1:] & (not window.track.stepped), values[1:], values[:-1])
    areas = np.where(good[:-1], spans * (values[:-1] + ends) / 2, 0.0)
    return float(areas.sum()), float(spans[good[:-1]].sum())


def good_seconds(window: Window) -> tuple[float, float]:
    """Seconds of Good and of Bad data, by simple bounds."""
    times, _, good = points_of(window, window.track.simple)
    spans = np.diff(times) / _SECOND
    return float(spans[good[:-1]].sum()), float(spans[~good[:-1]].sum())


def by_time(window: Window) -> int:
    """The quality of what weighs the samples by their time."""
    return window.rules.judge(*good_seconds(window))
