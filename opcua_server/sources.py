"""Attributes that monitored items look at and that have no row in the value table: read once for all of their items.

What a simulation's nodes say may differ from user to user: of these each viewer has a source of his own, which asks
the one that reads the node.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.ua_binary import to_binary

from opcua_server.names import SIMULATIONS
from opcua_server.shown import DIFFERENT, shown
from opcua_server.values import bad, now, stamped
from opcua_server.viewer import Viewer
from plant.quality import is_bad

_FRESH = 100_000
"""Ticks (10 ms) for which what was read is present."""
_OVERFLOW = 0x480
_TIMES = ua.TimestampsToReturn
_WITH_SOURCE, _WITH_SERVER = (_TIMES.Source, _TIMES.Both), (_TIMES.Server, _TIMES.Both)
_STATUS, _VALUE, _TIME = range(3)
Key = tuple[ua.NodeId, ua.AttributeIds, Viewer | None]
_HIDDEN = bad(ua.StatusCodes.BadNodeIdUnknown)


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

    __slots__ = ("__weakref__", "_read", "_read_at", "changes", "sample")

    def __init__(self, read: Callable[[int], Sample]) -> None:
        """`read` answers what is there at present (ticks)."""
        self._read, self._read_at = read, 0
        self.changes = [0, 0, 0]
        self.sample = Sample(ua.DataValue())

    @property
    def status(self) -> int:
        """The status code that was found last."""
        return _code(self.sample.value)

    def look(self, present: int) -> None:
        """Read, if that was not done just now; `present` in ticks."""
        if present - self._read_at < _FRESH:
            return
        found = self._read(present)
        first = _first_change(self.sample.value, found.value) if self._read_at else _STATUS
        self._read_at = present
        if first is not None:
            self.sample = found
            self.changes = [count + (place >= first) for place, count in enumerate(self.changes)]


class Sources:
    """All that are looked at, as long as any item looks at them; `items` is the number of these."""

    def __init__(self, aspace: AddressSpace) -> None:
        self._aspace = aspace
        self._known: WeakValueDictionary[Key, Source] = WeakValueDictionary()
        self.items = 0

    def find(self, node: ua.NodeId, attribute: ua.AttributeIds, viewer: Viewer | None = None) -> Source:
        """The source, with what is there now, as a viewer sees it."""
        differs = node.NamespaceIndex == SIMULATIONS or attribute in DIFFERENT
        found = self._find(node, attribute, viewer if differs else None)
        found.look(now())
        return found

    def _find(self, node: ua.NodeId, attribute: ua.AttributeIds, viewer: Viewer | None) -> Source:
        key = node, attribute, viewer
        found = self._known.get(key)
        if found is None:
            read = self._plain(node, attribute) if viewer is None else self._seen(node, attribute, viewer)
            found = self._known[key] = Source(read)
        return found

    def _plain(self, node: ua.NodeId, attribute: ua.AttributeIds) -> Callable[[int], Sample]:
        aspace = self._aspace
        return lambda _: Sample(_whole(aspace.read_attribute_value(node, attribute), attribute))

    def _seen(self, node: ua.NodeId, attribute: ua.AttributeIds, viewer: Viewer) -> Callable[[int], Sample]:
        plain = self._find(node, attribute, None)

        def read(present: int) -> Sample:
            if not viewer.sees(node):
                return Sample(_whole(_HIDDEN, attribute))
            plain.look(present)
            held = plain.sample.value
            value = shown(held, node, attribute, viewer.present(), viewer.space)
            return plain.sample if value is held else Sample(value)

        return read


def _code(value: ua.DataValue) -> int:
    return 0 if value.StatusCode is None else int(value.StatusCode.value)


def _whole(value: ua.DataValue, attribute: ua.AttributeIds) -> ua.DataValue:
    """With both times; a source that tells none has what it has at present."""
    present: Any = stamped(ua.Variant()).ServerTimestamp
    source = value.SourceTimestamp or (present if attribute == ua.AttributeIds.Value else None)
    return replace(value, SourceTimestamp=source, ServerTimestamp=value.ServerTimestamp or present)


def _first_change(last: ua.DataValue, value: ua.DataValue) -> int | None:
    """The least demanding trigger for which this is a change."""
    if _code(last) != _code(value):
        return _STATUS
    if not _same(last.Value, value.Value):
        return _VALUE
    timed = value.Value is not None and not is_bad(_code(value))  # what can't be read has no time of its own
    return _TIME if timed and last.SourceTimestamp != value.SourceTimestamp else None


def _same(one: ua.Variant | None, other: ua.Variant | None) -> bool:
    if one == other or one is None or other is None:
        return one == other  # NaN is told once: it differs from itself
    return bool(one.Value != one.Value and other.Value != other.Value)
