"""What clients asked for of monitored tags, and what was reported last, as one array for each property."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.layouts import VALUE

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


@dataclass(frozen=True, slots=True)
class Traits:
    """What holds for all items together, so that it need not be looked up for every sample.

    `layout` is that of every Good sample, None where they differ; `timed` tells whether a trigger looks at the time,
    `valued` whether every one looks at the value; `sampling` and `disabled` whether an item is in that mode, `thinned`
    whether one has a sampling interval.
    """

    layout: int | None
    timed: bool
    valued: bool
    sampling: bool
    disabled: bool
    thinned: bool


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

        self._traits: Traits | None = None

    def __len__(self) -> int:
        return len(self.number)

    @property
    def traits(self) -> Traits:
        """What holds for all of them; looked up once after each change of what was asked for."""
        if self._traits is None:
            layouts = np.unique((np.uint16(VALUE) | self.times).astype(np.uint16) << np.uint16(8) | self.variant)
            self._traits = Traits(
                layout=int(layouts[0]) if len(layouts) == 1 else None,
                timed=bool((self.trigger == ua.DataChangeTrigger.StatusValueTimestamp).any()),
                valued=bool((self.trigger >= ua.DataChangeTrigger.StatusValue).all()),
                sampling=bool((self.mode == ua.MonitoringMode.Sampling).any()),
                disabled=bool((self.mode == ua.MonitoringMode.Disabled).any()),
                thinned=bool(self.interval.any()),
            )
        return self._traits

    def append(self, items: Sequence[Item]) -> NDArray[np.intp]:
        """Add items that have reported nothing yet; their places."""
        start = len(self)
        for name, array in self._arrays():
            fresh = np.array([getattr(item, name, 0) for item in items], array.dtype)
            setattr(self, name, np.concatenate([array, fresh]))
        self.status[start:] = NEVER
        self._traits = None
        return np.arange(start, start + len(items))

    def change(self, place: int, item: Item, *names: str) -> None:
        """Take over some properties of an item."""
        self.set(place, **{name: getattr(item, name) for name in names})

    def set(self, places: Any, **properties: Any) -> None:
        """Give some items other properties."""
        for name, value in properties.items():
            getattr(self, name)[places] = value
        self._traits = None

    def keep(self, places: NDArray[Any] | slice) -> None:
        """Forget all items but these."""
        for name, array in self._arrays():
            setattr(self, name, array[places])
        self._traits = None

    def _arrays(self) -> list[tuple[str, NDArray[Any]]]:
        return [(name, array) for name, array in vars(self).items() if isinstance(array, np.ndarray)]
