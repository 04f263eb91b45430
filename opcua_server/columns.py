"""What clients asked for of monitored tags, and what was reported last, as one array for each property."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

NEVER = np.uint32(0xFFFFFFFF)
"""A status code that no value has: the item has reported nothing yet."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a client asked for.

    `deadband` is absolute, in the tag's unit; `times` are the bits of its timestamps; `interval` is the sampling
    interval in ticks, 0 takes every sample.
    """

    number: int
    handle: int
    row: int
    variant: int
    times: int
    trigger: ua.DataChangeTrigger
    deadband: float
    queue: int
    oldest: bool
    mode: ua.MonitoringMode
    interval: int = 0


class Columns:
    """One array for each property of an item; `value`, `status` and `source` are those of its last sample.

    `due` is the time (ticks) from which the next sample may be taken, `skipped` tells that one came before that,
    `fired` that the item is to report although its mode is Sampling.
    """

    def __init__(self) -> None:
        self.number = np.zeros(0, np.uint32)
        self.handle = np.zeros(0, np.uint32)
        self.row = np.zeros(0, np.intp)
        self.variant = np.zeros(0, np.uint8)
        self.times = np.zeros(0, np.uint8)
        self.trigger = np.zeros(0, np.uint8)
        self.deadband = np.zeros(0)
        self.queue = np.zeros(0, np.int64)
        self.oldest = np.zeros(0, np.bool_)
        self.mode = np.zeros(0, np.uint8)
        self.interval = np.zeros(0, np.int64)
        self.value = np.zeros(0)
        self.status = np.zeros(0, np.uint32)
        self.source = np.zeros(0, np.int64)
        self.due = np.zeros(0, np.int64)
        self.skipped = np.zeros(0, np.bool_)
        self.fired = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return len(self.number)

    def append(self, items: Sequence[Item]) -> NDArray[np.intp]:
        """Add items that have reported nothing yet; their places."""
        start = len(self)
        for name, array in vars(self).items():
            fresh = np.array([getattr(item, name, 0) for item in items], array.dtype)
            setattr(self, name, np.concatenate([array, fresh]))
        self.status[start:] = NEVER
        return np.arange(start, start + len(items))

    def change(self, place: int, item: Item, *names: str) -> None:
        """Take over some properties of an item."""
        for name in names:
            getattr(self, name)[place] = getattr(item, name)

    def keep(self, places: NDArray[Any] | slice) -> None:
        """Forget all items but these."""
        for name, array in vars(self).items():
            setattr(self, name, array[places])
