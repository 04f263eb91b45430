"""The monitored tags of one subscription as arrays: filters, queues and encoding work on all of them at once."""

from collections.abc import Collection, Sequence

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.columns import NEVER, Columns, Item
from opcua_server.links import Links
from opcua_server.notifications import encoded
from opcua_server.sampling import due_again, look
from opcua_server.tags import TOMBSTONE, Block, ValueTable
from opcua_server.values import now
from opcua_server.waiting import Waiting
from opcua_server.watched import WatchedBlocks

_REPORTING = ua.MonitoringMode.Reporting


class TagItems:
    """All tag items of a subscription; their place in the arrays is what samples carry until they are encoded."""

    def __init__(self, table: ValueTable, fired: set[int] | None = None) -> None:
        """`fired` takes the numbers of linked items that are no tags."""
        self._table, self._columns = table, Columns()
        self._fired = set() if fired is None else fired
        self._waiting = Waiting(self._columns)
        self._places: dict[int, int] = {}
        self._blocks = WatchedBlocks(self)
        self._links = Links()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def add(self, items: Sequence[tuple[Item, Block]]) -> None:
        """Monitor tags and queue their present values."""
        places = self._columns.append([item for item, _ in items])
        grouped: dict[Block, list[int]] = {}
        for place, (item, block) in zip(places.tolist(), items, strict=True):
            self._places[item.number] = place
            grouped.setdefault(block, []).append(place)
        for block, added in grouped.items():
            self._blocks.add(block, added)
        self._look(places)

    def set_mode(self, number: int, mode: ua.MonitoringMode) -> None:
        """Switch an item; one that was disabled reports its present value again."""
        self.set_modes((number,), mode)

    def set_modes(self, numbers: Collection[int], mode: ua.MonitoringMode) -> None:
        """Switch items together."""
        if not numbers:
            return
        places, columns = np.array([self._places[number] for number in numbers], np.intp), self._columns
        were_disabled = places[columns.mode[places] == ua.MonitoringMode.Disabled]
        columns.set(places, mode=mode)
        if mode == ua.MonitoringMode.Disabled:
            self._waiting.drop(np.isin(np.arange(len(columns)), places))
        elif len(were_disabled):
            self._again(np.unique(were_disabled))

    def modify(self, number: int, item: Item) -> None:
        """Give an item other parameters; its mode and last reported value stay."""
        place = self._places[number]
        self._columns.change(place, item, "handle", "times", "trigger", "deadband", "queue", "oldest", "interval")
        self._columns.due[place] = 0

    def resend(self) -> None:
        """Queue the present values of all reporting items, whatever they reported before."""
        self._again(np.flatnonzero(self._columns.mode == _REPORTING))

    def link(self, number: int, added: Collection[int], removed: Collection[int]) -> None:
        """Have the samples of the `added` items reported whenever item `number` has one, and no longer the others'."""
        self._links.change(number, added, removed)

    def unlink(self, gone: Collection[int]) -> None:
        """Items of any kind are gone."""
        if self._links:
            self._links.forget(gone)

    def linked(self, number: int) -> Collection[int]:
        """The items whose samples this one has reported."""
        return self._links.of(number)

    def fire(self, number: int) -> None:
        """Item `number` has something to report: so have the items linked to it."""
        for linked in self._links.of(number):
            if linked in self._places:
                self._columns.fired[self._places[linked]] = True
            else:
                self._fired.add(linked)

    def remove(self, numbers: Collection[int]) -> None:
        """Stop monitoring tags."""
        gone = np.zeros(len(self._columns), np.bool_)
        gone[[self._places.pop(number) for number in numbers]] = True
        self._columns.set(gone, mode=ua.MonitoringMode.Disabled, row=TOMBSTONE, interval=0, skipped=False)
        self._waiting.drop(gone)
        self.unlink(numbers)
        self._blocks.forget(gone)
        if len(self._columns) > 64 + 2 * len(self._places):
            self._compact()

    def clear(self) -> None:
        """Stop monitoring everything."""
        self._blocks.clear()
        self._places.clear()
        self._links.clear()
        self._waiting.clear()
        self._columns.keep(slice(0))

    def sample(self, blocks: Sequence[Block]) -> None:
        """Watched simulations have new values."""
        self._look(self._blocks.places(blocks))

    def sample_again(self) -> None:
        """Take the samples that came too early for their sampling interval and are due by now."""
        if self._places and self._columns.skipped.any():
            present = now()
            places = due_again(self._columns, present)
            if len(places):
                self._look(places, present)

    def lose(self, block: Block) -> None:
        """A watched simulation is gone: its items report BadNodeIdUnknown."""
        places = self._blocks.pop(block)
        self._columns.row[places] = TOMBSTONE
        self._columns.due[places] = 0
        self._look(places)

    @property
    def reporting(self) -> bool:
        """Whether anything waits to be published."""
        return self._waiting.any_of(self._wanted())

    def pop(self, most: int = 0) -> tuple[bytes, int, bool]:
        """What waits, encoded: the bytes of the notifications, how many they are, and whether more are left.

        `most` limits their number; 0 is no limit.
        """
        samples, more = self._waiting.pop(self._wanted(), most)
        if not more and self._links:
            self._columns.fired[:] = False
        return encoded(samples, self._columns), len(samples), more

    def _wanted(self) -> NDArray[np.bool_] | None:
        """Whose samples are to be told; None is all: what has waited of items that are disabled or gone is dropped."""
        if not self._columns.traits.sampling:
            return None
        wanted: NDArray[np.bool_] = self._columns.mode == _REPORTING
        return wanted | self._columns.fired if self._links else wanted

    def _again(self, places: NDArray[np.intp]) -> None:
        self._columns.status[places], self._columns.due[places] = NEVER, 0
        self._look(places)

    def _look(self, places: NDArray[np.intp], present: int | None = None) -> None:
        """Compare the rows of these items with what they reported last, and queue what has changed."""
        samples = look(self._columns, self._table, places, present)
        if samples is not None:
            self._waiting.append(samples)
            if self._links:
                for number in self._links.among(self._columns.number[samples.place].tolist()):
                    self.fire(number)

    def _compact(self) -> None:
        """Forget the places of removed items."""
        kept = np.array(sorted(self._places.values()), np.intp)
        moved = np.full(len(self._columns), -1, np.intp)
        moved[kept] = np.arange(len(kept))
        self._columns.keep(kept)
        self._places = {number: int(moved[place]) for number, place in self._places.items()}
        self._blocks.move(moved)
        self._waiting.move(moved)
