"""Samples as arrays: many DataValues encoded at once, for notifications and for history."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from opcua_server.layouts import Layout, fill, kinds


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples in order of time: place of the item, value, status code and source time in ticks; equal lengths."""

    place: NDArray[np.intp]
    value: NDArray[np.float64]
    status: NDArray[np.uint32]
    source: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)

    def take(self, chosen: NDArray[Any] | slice) -> Self:
        """Those chosen by a mask, by indices or by a slice."""
        return type(self)(self.place[chosen], self.value[chosen], self.status[chosen], self.source[chosen])


NOTHING = Samples(np.zeros(0, np.intp), np.zeros(0), np.zeros(0, np.uint32), np.zeros(0, np.int64))


def joined(parts: list[Samples]) -> Samples:
    """The parts behind each other."""
    if len(parts) == 1:
        return parts[0]
    return Samples(*(np.concatenate([getattr(part, name) for part in parts]) for name in Samples.__slots__))


def encode(samples: Samples, kind: int, server: int, handles: NDArray[np.uint32] | None = None) -> bytes:
    """The samples, all of one layout, behind each other; each led by its client handle where given."""
    return fill(kind, samples.value, samples.status, samples.source, server, handles).tobytes()


def encode_runs(samples: Samples, variant: int, times: int, server: int) -> bytes:
    """The samples of one tag in their order, whatever their status codes; layouts may alternate."""
    if not len(samples):
        return b""
    layout = Layout(kinds(samples.status, np.full(len(samples), variant, np.uint8), times))
    return layout.encode(samples.value, samples.status, samples.source, server)
