"""Thinning a series for display: the least and the greatest sample of every bucket stay, so no spike disappears."""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_TOGETHER = 256
"""Buckets looked at together: arrays of a whole day are new memory each time, which costs more than the work on it."""


def thin(
    time: NDArray[np.int64], value: NDArray[np.float64], status: NDArray[np.uint32], points: int,
    starts: Places | None = None,
) -> Places:  # fmt: skip
    """Places of the samples to keep, rising: about `points`, both ends, and both sides of every change of status.

    `time` rises; NaN values (Bad) are kept only where the status changes. `starts` is `buckets(time, points)`, for
    whoever has it already.
    """
    if len(time) <= max(points, 2):
        return np.arange(len(time))
    changes = np.flatnonzero(status[1:] != status[:-1])
    ends = np.array([0, len(time) - 1])
    least = value.min()
    if np.isnan(least):
        finite = np.flatnonzero(~np.isnan(value))
        extremes = finite[_extremes(value[finite], buckets(time[finite], points))]
    else:
        starts = buckets(time, points) if starts is None else starts
        extremes = starts if least == value.max() else _extremes(value, starts)
    kept = np.zeros(len(time), bool)
    kept[np.concatenate([ends, changes, changes + 1, extremes])] = True
    return np.flatnonzero(kept)


def buckets(time: NDArray[np.int64], points: int) -> Places:
    """Where the buckets begin: equal spans of time, without those in which no sample is."""
    if len(time) == 0:
        return np.arange(0)
    elapsed = time - time[0]  # nanoseconds since 1970 do not fit a float exactly
    edges = np.linspace(0.0, float(elapsed[-1]), max(points // 2, 1), endpoint=False)
    return np.unique(np.searchsorted(elapsed, edges.astype(np.int64)))


def _extremes(value: NDArray[np.float64], starts: Places) -> Places:
    if len(value) == 0:
        return np.arange(0)
    ends = [*starts[_TOGETHER::_TOGETHER].tolist(), len(value)]
    parts = zip(starts[::_TOGETHER].tolist(), ends, strict=True)
    return np.concatenate([
        first + _spikes(value[first:end], starts[number * _TOGETHER : (number + 1) * _TOGETHER] - first)
        for number, (first, end) in enumerate(parts)
    ])  # fmt: skip


def _spikes(value: NDArray[np.float64], starts: Places) -> Places:
    """Where the least and the greatest value of every bucket are."""
    sizes = np.diff(starts, append=len(value))
    least = np.repeat(np.minimum.reduceat(value, starts), sizes)
    greatest = np.repeat(np.maximum.reduceat(value, starts), sizes)
    return np.concatenate([_first(starts, value == least), _first(starts, value == greatest)])


def _first(starts: Places, hit: NDArray[np.bool_]) -> Places:
    """The first hit of every bucket; each has one."""
    hits = np.flatnonzero(hit)
    return hits[np.searchsorted(hits, starts)]
