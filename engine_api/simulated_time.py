"""Where a range of simulated time lies in a record that is kept by wall time: found by looking ever closer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connections.historian.store import Series

Look = Callable[[int | None, int | None], tuple[Series, bool]]
"""Reads the samples with start <= wall time < end, both ends among them, and tells whether it left out others."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Simulated seconds: start <= time < end."""

    start: float
    end: float

    def holds(self, time: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which times lie inside."""
        inside: NDArray[np.bool_] = (time >= self.start) & (time < self.end)
        return inside

    def bounds(self, look: Look) -> tuple[int, int] | None:
        """Wall times of the first sample inside and just behind the last one; None when there is none."""
        first, last = (self._edge(look, None, None, step) for step in (1, -1))
        return None if first is None or last is None else (first, last + 1)

    def _edge(self, look: Look, start: int | None, end: int | None, step: int) -> int | None:
        series, thinned = look(start, end)
        if not thinned:
            inside = series.wall_time[self.holds(series.sim_time)][::step]
            return int(inside[0]) if len(inside) else None
        for begin, behind in list(self._pieces(series))[::step]:
            found = self._edge(look, begin, behind, step)
            if found is not None:
                return found
        return None

    def _pieces(self, series: Series) -> Iterator[tuple[int, int]]:
        """Stretches of wall time that may hold samples of the range; a reset that is seen may hide any."""
        time, wall = series.sim_time, series.wall_time
        may = (time[1:] < time[:-1]) | ((time[:-1] < self.end) & (time[1:] >= self.start))
        for place in np.flatnonzero(may):
            begin, behind = int(wall[place]), int(wall[place + 1]) + 1
            if len(wall) > 2:
                yield begin, behind
            else:  # nothing but the ends: all others are Bad
                middle = (begin + behind) // 2
                yield from ((begin, middle), (middle, behind))
