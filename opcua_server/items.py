"""The monitored tags of one subscription as arrays: filters, queues and encoding work on all of them at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.encoding import NOTHING, Samples, encode, is_bad_array, kinds
from opcua_server.queues import bounded, joined, ranks
from opcua_server.tags import TOMBSTONE, Block, ValueTable
from opcua_server.values import now

_TRIGGER_VALUE, _TRIGGER_TIME = 1, 2
_FIELDS: dict[str, type] = {
    "number": np.uint32, "handle": np.uint32, "row": np.intp, "variant": np.uint8, "times": np.uint8,
    "trigger": np.uint8, "deadband": np.float64, "queue": np.int64, "oldest": np.bool_, "mode": np.uint8,
    "value": np.float64, "status": np.uint32, "source": np.int64,
}  # fmt: skip
_MOST_WAITING = 200_000
NEVER = np.uint32(0xFFFFFFFF)
"""A status code that no value has: the item has reported nothing yet."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a client asked for; `deadband` is absolute, in the tag's unit; `times` the bits of its timestamps."""

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


class TagItems:
    """All tag items of a subscription; their place in the arrays is what samples carry until they are encoded."""

    def __init__(self, table: ValueTable) -> None:
        self._table = table
        self._arrays: dict[str, NDArray[Any]] = {name: np.zeros(0, kind) for name, kind in _FIELDS.items()}
        self._places: dict[int, int] = {}
        self._blocks: dict[Block, NDArray[np.intp]] = {}
        self._waiting: list[Samples] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def add(self, items: list[tuple[Item, Block]]) -> None:
        """Monitor tags and queue their present values."""
        start = len(self._array("number"))
        for name, kind in _FIELDS.items():
            fresh = [getattr(item, name, 0) for item, _ in items]
            self._arrays[name] = np.concatenate([self._arrays[name], np.array(fresh, kind)])
        self._array("status")[start:] = NEVER
        places = np.arange(start, start + len(items))
        self._places.update({item.number: start + i for i, (item, _) in enumerate(items)})
        grouped: dict[Block, list[int]] = {}
        for i, (_, block) in enumerate(items):
            grouped.setdefault(block, []).append(start + i)
        for block, added in grouped.items():
            self._watch(block, added)
        self._look(places)

    def times(self, number: int) -> int:
        """The bits of the timestamps that an item carries."""
        return int(self._arrays["times"][self._places[number]])

    def set_mode(self, number: int, mode: ua.MonitoringMode) -> None:
        """Switch an item; one that was disabled reports its present value again."""
        place = self._places[number]
        was = self._array("mode")[place]
        self._array("mode")[place] = mode
        if mode == ua.MonitoringMode.Disabled:
            self._drop_waiting(place)
        elif was == ua.MonitoringMode.Disabled:
            self._array("status")[place] = NEVER
            self._look(np.array([place]))

    def modify(self, number: int, item: Item) -> None:
        """Give an item other parameters; its mode and last reported value stay."""
        place = self._places[number]
        for name in ("handle", "times", "trigger", "deadband", "queue", "oldest"):
            self._array(name)[place] = getattr(item, name)

    def remove(self, number: int) -> None:
        """Stop monitoring a tag."""
        place = self._places.pop(number)
        self._array("mode")[place] = ua.MonitoringMode.Disabled
        self._array("row")[place] = TOMBSTONE
        self._drop_waiting(place)
        for block, places in list(self._blocks.items()):
            if place in places:
                self._keep(block, places[places != place])
        if len(self._array("number")) > 64 + 2 * len(self._places):
            self._compact()

    def clear(self) -> None:
        """Stop monitoring everything."""
        for block in self._blocks:
            block.watchers.remove(self)
        self._blocks.clear()
        self._places.clear()
        self._waiting, self._count = [], 0
        self._arrays = {name: array[:0] for name, array in self._arrays.items()}

    def sample(self, block: Block) -> None:
        """A watched simulation has new values."""
        self._look(self._blocks[block])

    def lose(self, block: Block) -> None:
        """A watched simulation is gone: its items report BadNodeIdUnknown."""
        places = self._blocks.pop(block)
        block.watchers.remove(self)
        self._array("row")[places] = TOMBSTONE
        self._look(places)

    @property
    def reporting(self) -> bool:
        """Whether anything waits to be published."""
        mode = self._array("mode")
        return any((mode[samples.place] == ua.MonitoringMode.Reporting).any() for samples in self._waiting)

    def pop(self, most: int = 0) -> tuple[bytes, int, bool]:
        """What waits, encoded: the bytes of the notifications, how many they are, and whether more are left.

        `most` limits their number; 0 is no limit.
        """
        samples = self._trimmed()
        reporting = self._array("mode")[samples.place] == ua.MonitoringMode.Reporting
        chosen = np.flatnonzero(reporting)
        more = bool(most) and len(chosen) > most
        if more:
            chosen = chosen[:most]
        left = np.ones(len(samples), np.bool_)
        left[chosen] = False
        self._waiting = [samples.take(left)] if left.any() else []
        self._count = int(left.sum())
        return self._encode(samples.take(chosen)), len(chosen), more

    def _array(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def _watch(self, block: Block, added: list[int]) -> None:
        if block not in self._blocks:
            block.watchers.append(self)
            self._blocks[block] = np.zeros(0, np.intp)
        self._blocks[block] = np.concatenate([self._blocks[block], np.array(added, np.intp)])

    def _keep(self, block: Block, places: NDArray[np.intp]) -> None:
        if len(places):
            self._blocks[block] = places
        else:
            del self._blocks[block]
            block.watchers.remove(self)

    def _look(self, places: NDArray[np.intp]) -> None:
        """Compare the rows of these items with what they reported last, and queue what has changed."""
        arrays, table = self._arrays, self._table
        rows = arrays["row"][places]
        value, status, source = table.value[rows], table.status[rows], table.source[rows]
        changed = self._changed(places, value, status, source)
        if not changed.any():
            return
        places = places[changed]
        samples = Samples(places, value[changed], status[changed], source[changed])
        arrays["value"][places], arrays["status"][places] = samples.value, samples.status
        arrays["source"][places] = samples.source
        self._waiting.append(samples)
        self._count += len(samples)
        if self._count > _MOST_WAITING:
            self._waiting = [self._trimmed()]
            self._count = len(self._waiting[0])

    def _changed(
        self, places: NDArray[np.intp], value: NDArray[np.float64], status: NDArray[np.uint32],
        source: NDArray[np.int64],
    ) -> NDArray[np.bool_]:  # fmt: skip
        arrays = self._arrays
        trigger, last = arrays["trigger"][places], arrays["status"][places]
        moved = np.abs(value - arrays["value"][places]) > arrays["deadband"][places]
        moved &= (trigger >= _TRIGGER_VALUE) & ~is_bad_array(status)
        later = (trigger == _TRIGGER_TIME) & (source != arrays["source"][places])
        watched = arrays["mode"][places] != ua.MonitoringMode.Disabled
        changed: NDArray[np.bool_] = ((status != last) | moved | later) & watched
        return changed

    def _trimmed(self) -> Samples:
        """Everything that waits, in order, with every item's queue held to its size."""
        if not self._waiting:
            return NOTHING
        samples = joined(self._waiting)
        sizes = self._arrays["queue"]
        counts = np.bincount(samples.place, minlength=len(sizes))
        if (counts <= sizes).all():
            return samples
        return bounded(samples, counts, sizes, self._arrays["oldest"])

    def _encode(self, samples: Samples) -> bytes:
        arrays, server = self._arrays, now()
        layout = kinds(samples.status, arrays["variant"][samples.place], arrays["times"][samples.place])
        handles = arrays["handle"][samples.place]
        rank = ranks(samples.place)
        parts = []
        for turn in range(int(rank.max(initial=-1)) + 1):
            same_turn = rank == turn
            for kind in np.unique(layout[same_turn]):
                chosen = np.flatnonzero(same_turn & (layout == kind))
                parts.append(encode(samples.take(chosen), int(kind), server, handles[chosen]))
        return b"".join(parts)

    def _drop_waiting(self, place: int) -> None:
        kept = (samples.take(samples.place != place) for samples in self._waiting)
        self._waiting = [samples for samples in kept if len(samples)]
        self._count = sum(len(samples) for samples in self._waiting)

    def _compact(self) -> None:
        """Forget the places of removed items."""
        kept = np.array(sorted(self._places.values()), np.intp)
        moved = np.full(len(self._array("number")), -1, np.intp)
        moved[kept] = np.arange(len(kept))
        self._arrays = {name: array[kept] for name, array in self._arrays.items()}
        self._places = {number: int(moved[place]) for number, place in self._places.items()}
        self._blocks = {block: moved[places] for block, places in self._blocks.items()}
        self._waiting = [Samples(moved[s.place], s.value, s.status, s.source) for s in self._waiting]
