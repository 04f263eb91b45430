"""A stretch of raw history, and what it says between its samples (OPC 10000-13 3.1.8, 5.4.3.2)."""

from dataclasses import dataclass

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

_CODES = ua.StatusCodes
RAW, CALCULATED, INTERPOLATED, PARTIAL, EXTRA = 0x400, 0x401, 0x402, 0x404, 0x410
"""Info bits of a status code: where a historical value comes from; EXTRA: several samples have this value."""
UNCERTAIN = int(_CODES.UncertainDataSubNormal)
NO_DATA = int(_CODES.BadNoData)
_NOT_GOOD = np.uint32(0xC0000000)


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a time (nanoseconds) with its status code."""

    time: int
    value: float
    status: int

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.status < 0x80000000


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Samples in order of time; `good` tells which count as Good; between samples a `stepped` value stays."""

    time: NDArray[np.int64]
    value: NDArray[np.float64]
    status: NDArray[np.uint32]
    good: NDArray[np.bool_]
    stepped: bool

    def part(self, start: int, end: int) -> "Track":
        """The samples with start <= time < end."""
        low, high = np.searchsorted(self.time, [start, end])
        return self._take(slice(int(low), int(high)))

    def reaches(self, start: int, end: int) -> bool:
        """Whether something of what is known lies in start <= time < end, or around it."""
        return bool(len(self.time)) and bool(self.time[0] < end and self.time[-1] >= start)

    def covers(self, start: int, end: int) -> bool:
        """Whether all of that time lies between the first and the last sample."""
        return bool(len(self.time)) and bool(self.time[0] <= start and self.time[-1] >= end)

    def only_good(self) -> "Track":
        """The samples that count as Good."""
        return self._take(self.good)

    def simple(self, time: int) -> Point:
        """The simple bounding value: from the samples on both sides, as they are."""
        after = int(np.searchsorted(self.time, time, "right"))
        before = after - 1
        if after == 0 or not self.good[before]:
            return Point(time, np.nan, NO_DATA)
        if self.time[before] == time:
            return Point(time, float(self.value[before]), self._doubt(before) | RAW)
        if after == len(self.time) or not self.good[after]:
            return Point(time, float(self.value[before]), UNCERTAIN | INTERPOLATED)
        return Point(time, self._between(before, after, time), self._doubt(before, after) | INTERPOLATED)

    def interpolated(self, time: int) -> Point:
        """The interpolated bounding value: from the Good samples on both sides; beyond the last one it stays."""
        good = self.only_good()
        after = int(np.searchsorted(good.time, time, "right"))
        if after == 0:
            return Point(time, np.nan, NO_DATA)
        before = after - 1
        if good.time[before] == time:
            return Point(time, float(good.value[before]), good._doubt(before) | RAW)
        if after == len(good.time):
            return Point(time, float(good.value[before]), UNCERTAIN | INTERPOLATED)
        low, high = np.searchsorted(self.time, [good.time[before], good.time[after]])
        doubt = UNCERTAIN if high - low > 1 else good._doubt(before, after)
        return Point(time, good._between(before, after, time), doubt | INTERPOLATED)

    def _doubt(self, *places: int) -> int:
        """What a value that is made of these samples is to be told with."""
        return UNCERTAIN if any(self.status[place] & _NOT_GOOD for place in places) else 0

    def _take(self, chosen: NDArray[np.bool_] | slice) -> "Track":
        return Track(self.time[chosen], self.value[chosen], self.status[chosen], self.good[chosen], self.stepped)

    def _between(self, before: int, after: int, time: int) -> float:
        value = float(self.value[before])
        if self.stepped:
            return value
        share = (time - int(self.time[before])) / (int(self.time[after]) - int(self.time[before]))
        return value + share * (float(self.value[after]) - value)
