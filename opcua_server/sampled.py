"""Monitored nodes without rows in the value table: their attribute is read when it is due, at most once a cycle."""

from dataclasses import dataclass, field, replace

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from opcua_server.values import now

_REPORTING, _DISABLED = ua.MonitoringMode.Reporting, ua.MonitoringMode.Disabled


@dataclass(slots=True)
class Sampled:
    """One such item; `interval` and `due` in ticks."""

    wanted: ua.ReadValueId
    handle: int
    queue: int
    interval: int
    mode: ua.MonitoringMode
    times: ua.TimestampsToReturn
    due: int = 0
    last: ua.DataValue | None = None
    waiting: list[ua.DataValue] = field(default_factory=list)


class SampledItems(dict[int, Sampled]):
    """All such items of a subscription, by number."""

    def __init__(self, aspace: AddressSpace) -> None:
        super().__init__()
        self._aspace = aspace
        self.fired: set[int] = set()
        """Items that are to report although their mode is Sampling."""

    def sample(self) -> list[int]:
        """Read what is due; the numbers of the items that have changed."""
        present = now()
        return [number for number, item in self.items() if self._sample(item, present)]

    def set_mode(self, number: int, mode: ua.MonitoringMode) -> None:
        """Switch an item; one that was disabled reports its present value again."""
        item = self[number]
        if mode == _DISABLED:
            item.waiting.clear()
        elif item.mode == _DISABLED:
            item.last, item.due = None, 0
        item.mode = mode

    def resend(self) -> None:
        """Have every item report its present value again."""
        for item in self.values():
            item.last, item.due = None, 0

    @property
    def reporting(self) -> bool:
        """Whether anything waits to be published."""
        return any(item.waiting and self._reports(number, item) for number, item in self.items())

    def take(self, most: int) -> tuple[list[ua.MonitoredItemNotification], bool]:
        """What waits, at most so many (0: all), and whether more is left."""
        popped: list[ua.MonitoredItemNotification] = []
        for number, item in self.items():
            if item.waiting and self._reports(number, item):
                count = min(len(item.waiting), most - len(popped)) if most else len(item.waiting)
                popped += [ua.MonitoredItemNotification(ua.UInt32(item.handle), one) for one in item.waiting[:count]]
                del item.waiting[:count]
        more = self.reporting
        if not more:
            self.fired.clear()
        return popped, more

    def _reports(self, number: int, item: Sampled) -> bool:
        return item.mode == _REPORTING or number in self.fired

    def _sample(self, item: Sampled, present: int) -> bool:
        if item.mode == _DISABLED or present < item.due:
            return False
        item.due = present + item.interval - item.interval // 10
        value = self._aspace.read_attribute_value(item.wanted.NodeId, item.wanted.AttributeId)
        last, item.last = item.last, value
        if last is not None and last.Value == value.Value and last.StatusCode == value.StatusCode:
            return False
        item.waiting.append(_stamped(value, item.times))
        if len(item.waiting) > item.queue:
            del item.waiting[: -item.queue]
            item.waiting[0] = _overflowed(item.waiting[0]) if item.queue > 1 else item.waiting[0]
        return True


_TIMES = ua.TimestampsToReturn


def _stamped(value: ua.DataValue, times: ua.TimestampsToReturn) -> ua.DataValue:
    source = value.SourceTimestamp if times in (_TIMES.Source, _TIMES.Both) else None
    server = value.ServerTimestamp if times in (_TIMES.Server, _TIMES.Both) else None
    return replace(value, SourceTimestamp=source, ServerTimestamp=server)


def _overflowed(value: ua.DataValue) -> ua.DataValue:
    code = 0 if value.StatusCode is None else value.StatusCode.value
    return replace(value, StatusCode=ua.StatusCode(ua.UInt32(code | 0x480)))
