"""Monitored nodes without rows in the value table: looked at when they are due, at most once a publishing cycle."""

from dataclasses import dataclass
from time import perf_counter

from asyncua import ua

from opcua_server.rota import SLICE
from opcua_server.sources import Sample, Source, Sources
from opcua_server.values import now

_LOOKS = 16
"""So many are looked at between two looks at the clock."""
_NEVER, _FAR = -1, 2**63
_REPORTING, _DISABLED = ua.MonitoringMode.Reporting, ua.MonitoringMode.Disabled


@dataclass(slots=True)
class Sampled:
    """One such item; `interval` and `due` in ticks, `seen` is how often its source had changed at the last look."""

    source: Source
    handle: int
    queue: int
    oldest: bool
    interval: int
    trigger: ua.DataChangeTrigger
    mode: ua.MonitoringMode
    times: ua.TimestampsToReturn
    due: int = 0
    seen: int = _NEVER
    lost: bool = False
    waiting: list[Sample] | None = None
    """None is empty: an object less for whoever collects garbage."""

    def again(self) -> None:
        """Report the present value at the next look, whatever was reported before."""
        self.seen, self.due = _NEVER, 0

    def changed(self, present: int) -> bool:
        """Look, if it is time to; whether there is something new, which waits then."""
        if self.mode == _DISABLED or present < self.due:
            return False
        self.due = present + self.interval - self.interval // 10
        self.source.look(present)
        changes = self.source.changes[self.trigger]
        if changes == self.seen:
            return False
        self.seen = changes
        self._queue(self.source.sample)
        return True

    def pop(self, most: int) -> list[bytes]:
        """The oldest that wait, at most so many, as MonitoredItemNotifications."""
        waiting, handle = self.waiting or [], self.handle.to_bytes(4, "little")
        marked = (0 if self.oldest else len(waiting) - 1) if self.lost and self.queue > 1 else -1
        popped = [handle + one.encoded(self.times, place == marked) for place, one in enumerate(waiting[:most])]
        self.waiting = waiting[most:] or None
        self.lost = self.lost and marked >= most
        return popped

    def _queue(self, sample: Sample) -> None:
        waiting = self.waiting = self.waiting or []
        if len(waiting) >= self.queue:
            self.lost = True
            del waiting[0 if self.oldest or self.queue == 1 else -1]
        waiting.append(sample)


class SampledItems:
    """All such items of a subscription, by number."""

    def __init__(self, sources: Sources, fired: set[int] | None = None) -> None:
        """`fired` has the items, these and others, that are to report although their mode is Sampling."""
        self._sources = sources
        self._items: dict[int, Sampled] = {}
        self._told: dict[int, Sampled] = {}
        """Items with something that waits, whose mode is Reporting."""
        self._held: dict[int, Sampled] = {}
        """The same in mode Sampling."""
        self._left: list[int] = []
        self._next = 0
        self.fired = set() if fired is None else fired

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, number: int) -> bool:
        return number in self._items

    def __getitem__(self, number: int) -> Sampled:
        return self._items[number]

    def add(self, number: int, item: Sampled) -> None:
        """Look at one more."""
        self._items[number], self._next = item, 0
        self._sources.items += 1

    def modified(self, number: int) -> None:
        """An item has another interval."""
        self._items[number].due = self._next = 0

    def discard(self, number: int) -> bool:
        """Look at one no more; whether there was one."""
        if self._items.pop(number, None) is None:
            return False
        self._sources.items -= 1
        self.fired.discard(number)
        self._quieten(number)
        return True

    def clear(self) -> None:
        """Look at nothing any more."""
        self._sources.items -= len(self._items)
        for held in (self._items, self._told, self._held, self._left, self.fired):
            held.clear()

    def sample(self) -> tuple[list[int], bool]:
        """Look at what is due, for a while; the numbers of the items that have changed, and whether more are left."""
        present, ends = now(), perf_counter() + SLICE
        if not self._left and present >= self._next:
            self._left, self._next = list(self._items), _FAR
            self._left.reverse()
        changed: list[int] = []
        while self._left:
            piece = self._left[-_LOOKS:]
            del self._left[-_LOOKS:]
            changed += [number for number in reversed(piece) if self._look(number, present)]
            if perf_counter() > ends:
                break
        return changed, bool(self._left)

    def set_mode(self, number: int, mode: ua.MonitoringMode) -> None:
        """Switch an item; one that was disabled reports its present value again."""
        item = self._items[number]
        self._quieten(number)
        if mode == _DISABLED:
            item.waiting = None
        elif item.mode == _DISABLED:
            item.again()
            self._next = 0
        item.mode = mode
        if item.waiting:
            self._waits(number, item)

    def resend(self) -> None:
        """Have every item report its present value again."""
        for item in self._items.values():
            item.again()
        self._next = 0

    @property
    def reporting(self) -> bool:
        """Whether anything waits to be published."""
        return bool(self._told) or not self.fired.isdisjoint(self._held)

    def take(self, most: int) -> tuple[list[bytes], bool]:
        """What waits, at most so many notifications, and whether more is left."""
        popped: list[bytes] = []
        while self._told and len(popped) < most:
            self._pop(next(iter(self._told)), self._told, popped, most)
        for number in self.fired & self._held.keys() if len(popped) < most else ():
            self._pop(number, self._held, popped, most)
        more = self.reporting
        if not more and self.fired:
            self.fired.difference_update([number for number in self.fired if number in self._items])
        return popped, more

    def _pop(self, number: int, held: dict[int, Sampled], popped: list[bytes], most: int) -> None:
        item = held[number]
        popped += item.pop(most - len(popped))
        if not item.waiting:
            del held[number]

    def _look(self, number: int, present: int) -> bool:
        item = self._items.get(number)
        if item is None:
            return False
        changed = item.changed(present)
        self._next = min(self._next, item.due if item.mode != _DISABLED else _FAR)
        if changed:
            self._waits(number, item)
        return changed

    def _waits(self, number: int, item: Sampled) -> None:
        (self._told if item.mode == _REPORTING else self._held)[number] = item

    def _quieten(self, number: int) -> None:
        self._told.pop(number, None)
        self._held.pop(number, None)
