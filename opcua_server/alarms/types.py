"""The tree of event types, as the address space has it."""

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from opcua_server.names import standard
from opcua_server.nodes import HAS_SUBTYPE

_ROOT = standard(ua.ObjectIds.BaseEventType)


class EventTypes:
    """Which event types there are and what they are kinds of; looked up once, then remembered."""

    def __init__(self, aspace: AddressSpace) -> None:
        self._aspace = aspace
        self._lines: dict[ua.NodeId, frozenset[ua.NodeId]] = {}

    def knows(self, kind: ua.NodeId) -> bool:
        """Whether this is an event type."""
        return _ROOT in self._line(kind)

    def is_a(self, kind: ua.NodeId, wanted: ua.NodeId) -> bool:
        """Whether `kind` is `wanted` or one of its subtypes."""
        return wanted in self._line(kind)

    def _line(self, kind: ua.NodeId) -> frozenset[ua.NodeId]:
        known = self._lines.get(kind)
        if known is None:
            known = frozenset(self._climb(kind))
            if _ROOT in known:  # a stranger's guesses are not worth remembering
                self._lines[kind] = known
        return known

    def _climb(self, kind: ua.NodeId) -> list[ua.NodeId]:
        line: list[ua.NodeId] = []
        following: ua.NodeId | None = kind
        while following is not None and following not in line:
            node = self._aspace.get(following)
            if node is None:
                break
            line.append(following)
            above = (r.NodeId for r in node.references if r.ReferenceTypeId == HAS_SUBTYPE and not r.IsForward)
            following = next(above, None)
        return line
