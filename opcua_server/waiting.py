"""Samples that wait to be published, with every item's queue held to its size."""

import numpy as np
from numpy.typing import NDArray

from opcua_server.columns import Columns
from opcua_server.encoding import NOTHING, Samples, joined
from opcua_server.queues import bounded

_MOST = 200_000
"""Samples from which on full queues are cut at once, not only when they are sent."""


class Waiting:
    """The queues of all items of a subscription, in order of time."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._parts: list[Samples] = []
        self._count, self._most = 0, _MOST
        self._once = False
        """Whether there is at most one sample of each item, so that no queue can be too full."""

    def append(self, samples: Samples) -> None:
        """Queue samples of different items."""
        self._once = not self._parts
        self._parts.append(samples)
        self._count += len(samples)
        if self._count > self._most:
            self._put(self.trimmed())
            self._most = max(_MOST, 2 * self._count)

    def any_of(self, wanted: NDArray[np.bool_] | None) -> bool:
        """Whether samples of wanted items wait; `wanted` has a flag for every place, None is all."""
        return bool(self._parts) if wanted is None else any(wanted[samples.place].any() for samples in self._parts)

    def pop(self, wanted: NDArray[np.bool_] | None, most: int) -> tuple[Samples, bool]:
        """Take out what is wanted, at most so many (0: all); and whether more is left."""
        samples = self.trimmed()
        if wanted is None and not 0 < most < len(samples):
            self.clear()
            return samples, False
        chosen = np.arange(len(samples)) if wanted is None else np.flatnonzero(wanted[samples.place])
        more = bool(most) and len(chosen) > most
        if more:
            chosen = chosen[:most]
        if len(chosen) == len(samples):
            self._put(NOTHING)
            return samples, more
        left = np.ones(len(samples), np.bool_)
        left[chosen] = False
        self._put(samples.take(left))
        return samples.take(chosen), more

    def trimmed(self) -> Samples:
        """Everything that waits, in order, with every item's queue held to its size."""
        if not self._parts:
            return NOTHING
        if self._once:
            return self._parts[0]
        samples, sizes = joined(self._parts), self._columns.queue
        counts = np.bincount(samples.place, minlength=len(sizes))
        if (counts <= sizes).all():
            return samples
        return bounded(samples, counts, sizes, self._columns.oldest)

    def drop(self, gone: NDArray[np.bool_]) -> None:
        """Forget what waits of some items; `gone` has a flag for every place."""
        if self._parts:
            samples = joined(self._parts)
            self._put(samples.take(~gone[samples.place]))

    def move(self, places: NDArray[np.intp]) -> None:
        """The items have other places: `places[old] = new`."""
        self._parts = [Samples(places[s.place], s.value, s.status, s.source) for s in self._parts]

    def clear(self) -> None:
        """Forget everything."""
        self._put(NOTHING)

    def _put(self, samples: Samples) -> None:
        self._parts = [samples] if len(samples) else []
        self._count = len(samples)
