"""Attributes that monitored items look at and that have no row in the value table: read once for all of their items."""

from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.ua_binary import to_binary

from opcua_server.values import now, stamped

_FRESH = 100_000
"""Ticks (10 ms) for which what was read is present."""
_OVERFLOW = 0x480
_TIMES = ua.TimestampsToReturn
_WITH_SOURCE, _WITH_SERVER = (_TIMES.Source, _TIMES.Both), (_TIMES.Server, _TIMES.Both)
_STATUS, _VALUE, _TIME = range(3)
Key = tuple[ua.NodeId, ua.AttributeIds]


@dataclass(slots=True, eq=False)
class Sample:
    """A value at the time when it was seen; on the wire it is the same for all who want the same of it."""

    value: ua.DataValue
    _encoded: dict[tuple[ua.TimestampsToReturn, bool], bytes] = field(default_factory=dict)

    def encoded(self, times: ua.TimestampsToReturn, overflowed: bool) -> bytes:
        """The DataValue with the timestamps that are wanted, and with the Overflow bit where something was lost."""
        found = self._encoded.get((times, overflowed))
        if found is None:
            found = self._encoded[times, overflowed] = to_binary(ua.DataValue, self._as(times, overflowed))
        return found

    def _as(self, times: ua.TimestampsToReturn, overflowed: bool) -> ua.DataValue:
        held = self.value
        code = 0 if held.StatusCode is None else int(held.StatusCode.value)
        return replace(
            held,
            StatusCode=ua.StatusCode(ua.UInt32(code | _OVERFLOW)) if overflowed else held.StatusCode,
            SourceTimestamp=held.SourceTimestamp if times in _WITH_SOURCE else None,
            ServerTimestamp=held.ServerTimestamp if times in _WITH_SERVER else None,
        )


class Source:
    """One attribute of one node; `changes` counts by DataChangeTrigger how often it was found to be another one."""

    __slots__ = ("__weakref__", "_aspace", "_key", "_read_at", "changes", "sample")

    def __init__(self, aspace: AddressSpace, key: Key) -> None:
        self._aspace, self._key, self._read_at = aspace, key, 0
        self.changes = [0, 0, 0]
        self.sample = Sample(ua.DataValue())

    @property
    def status(self) -> int:
        """The status code that was found last."""
        code = self.sample.value.StatusCode
        return 0 if code is None else int(code.value)

    def look(self, present: int) -> None:
        """Read, if that was not done just now; `present` in ticks."""
        if present - self._read_at < _FRESH:
            return
        self._read_at = present
        value, last = _whole(self._aspace.read_attribute_value(*self._key), self._key[1]), self.sample.value
        first = _first_change(last, value)
        if first is not None:
            self.sample = Sample(value)
            self.changes = [count + (place >= first) for place, count in enumerate(self.changes)]


class Sources:
    """All that are looked at, as long as any item looks at them; `items` is the number of these."""

    def __init__(self, aspace: AddressSpace) -> None:
        self._aspace = aspace
        self._known: WeakValueDictionary[Key, Source] = WeakValueDictionary()
        self.items = 0

    def find(self, node: ua.NodeId, attribute: ua.AttributeIds) -> Source:
        """The source, with what is there now."""
        key = node, attribute
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Source(self._aspace, key)
        found.look(now())
        return found


def _whole(value: ua.DataValue, attribute: ua.AttributeIds) -> ua.DataValue:
    """With both times; a source that tells none has what it has at present."""
    present: Any = stamped(ua.Variant()).ServerTimestamp
    source = value.SourceTimestamp or (present if attribute == ua.AttributeIds.Value else None)
    return replace(value, SourceTimestamp=source, ServerTimestamp=value.ServerTimestamp or present)


def _first_change(last: ua.DataValue, value: ua.DataValue) -> int | None:
    """The least demanding trigger for which this is a change."""
    if last.StatusCode != value.StatusCode or last.Value is None:
        return _STATUS
    if not _same(last.Value, value.Value):
        return _VALUE
    return _TIME if last.SourceTimestamp != value.SourceTimestamp else None


def _same(one: ua.Variant | None, other: ua.Variant | None) -> bool:
    if one == other or one is None or other is None:
        return one == other  # NaN is told once: it differs from itself
    return bool(one.Value != one.Value and other.Value != other.Value)
