"""Queues of many items in one sequence of samples: what a full queue loses, and how it says so."""

import numpy as np
from numpy.typing import NDArray

from opcua_server.encoding import Samples

_OVERFLOW = np.uint32(0x480)
"""InfoType DataValue with the Overflow bit (OPC 10000-4 7.39.1)."""


def ranks(places: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each sample how many of the same item stand before it."""
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    lengths = np.diff(np.append(starts, len(ordered)))
    ranks = np.empty(len(places), np.intp)
    ranks[order] = np.arange(len(places)) - np.repeat(starts, lengths)
    return ranks


def bounded(samples: Samples, counts: NDArray[np.intp], sizes: NDArray[np.int64], oldest: NDArray[np.bool_]) -> Samples:
    """Drop the oldest of a full queue, or all between its head and the newest; mark where something was lost."""
    place, rank = samples.place, ranks(samples.place)
    count, size, drop_oldest = counts[place], sizes[place], oldest[place]
    lost = count > size
    keep_newest = rank >= count - size
    keep_head = (rank < size - 1) | (rank == count - 1)
    kept = np.where(drop_oldest, keep_newest, keep_head)
    marked = lost & (size > 1) & np.where(drop_oldest, rank == count - size, rank == count - 1)
    status = np.where(marked, samples.status | _OVERFLOW, samples.status).astype(np.uint32)
    return Samples(place, samples.value, status, samples.source).take(kept)
