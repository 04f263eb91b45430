"""The quick look: which of very many alarms may move, found by comparing arrays; the others cost nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_FIRST_SIZE = 256
_UNSEEN = np.uint32(0xFFFFFFFF)
"""A status that no value has: the alarm must be looked at once."""
Places = NDArray[np.intp]


class Bank:
    """For each alarm the row of its value, the band of values that leaves it as it is, and the last status seen."""

    def __init__(self) -> None:
        self._row = np.zeros(_FIRST_SIZE, np.intp)
        self._low = np.full(_FIRST_SIZE, -np.inf)
        self._high = np.full(_FIRST_SIZE, np.inf)
        self._status = np.zeros(_FIRST_SIZE, np.uint32)
        self._end = 0
        self._free: dict[int, list[int]] = {}

    def take(self, rows: Sequence[int]) -> Places:
        """Places for alarms on these rows; every one of them is looked at once."""
        count = len(rows)
        spare = self._free.get(count)
        first = spare.pop() if spare else self._extend(count)
        places = np.arange(first, first + count)
        self._row[places], self._status[places] = rows, _UNSEEN
        self._low[places], self._high[places] = -np.inf, np.inf
        return places

    def give_back(self, places: Places) -> None:
        """Watch these no longer."""
        if len(places):
            self._row[places], self._status[places] = 0, 0
            self._low[places], self._high[places] = -np.inf, np.inf
            self._free.setdefault(len(places), []).append(int(places[0]))

    def settle(self, place: int, band: tuple[float, float], status: int) -> None:
        """What leaves the alarm as it is now."""
        self._low[place], self._high[place] = band
        self._status[place] = status

    def stirred(self, places: Places | None, value: NDArray[np.float64], status: NDArray[np.uint32]) -> Places:
        """Those of `places` (None: of all) that the values and status codes of all rows may move."""
        chosen: Places | slice = slice(0, self._end) if places is None else places
        rows = self._row[chosen]
        values = value[rows]
        moved = (values < self._low[chosen]) | (values > self._high[chosen]) | (status[rows] != self._status[chosen])
        found = np.flatnonzero(moved)
        return found if places is None else places[found]

    def __len__(self) -> int:
        return self._end

    def _extend(self, count: int) -> int:
        first, self._end = self._end, self._end + count
        if self._end > len(self._row):
            more = max(len(self._row), count)
            self._row = np.concatenate([self._row, np.zeros(more, np.intp)])
            self._low = np.concatenate([self._low, np.full(more, -np.inf)])
            self._high = np.concatenate([self._high, np.full(more, np.inf)])
            self._status = np.concatenate([self._status, np.zeros(more, np.uint32)])
        return first
