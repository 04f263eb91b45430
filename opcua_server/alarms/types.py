"""The tree of event types, as the address space has it: what they are kinds of, and which fields they can have."""

from collections.abc import Iterable, Mapping
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from opcua_server.names import standard
from opcua_server.nodes import HAS_COMPONENT, HAS_PROPERTY, HAS_SUBTYPE, HAS_TYPE_DEFINITION

_ROOT = standard(ua.ObjectIds.BaseEventType)
_BELOW = (HAS_PROPERTY, HAS_COMPONENT)
_Members = Mapping[str, frozenset[ua.NodeId]]


class EventTypes:
    """Which event types there are; looked up once, then remembered."""

    def __init__(self, aspace: AddressSpace) -> None:
        self._aspace = aspace
        self._lines: dict[ua.NodeId, frozenset[ua.NodeId]] = {}
        self._kin: dict[ua.NodeId, frozenset[ua.NodeId]] = {}
        self._members: dict[ua.NodeId, _Members] = {}

    def knows(self, kind: ua.NodeId) -> bool:
        """Whether this is an event type."""
        return _ROOT in self._line(kind)

    def is_a(self, kind: ua.NodeId, wanted: ua.NodeId) -> bool:
        """Whether `kind` is `wanted` or one of its subtypes."""
        return wanted in self._line(kind)

    def has_field(self, kind: ua.NodeId, path: str) -> bool:
        """Whether events of a type that is known, or of a subtype, can have this field (`AckedState/Id`)."""
        reached: Iterable[ua.NodeId] = self._related(_ROOT if kind.is_null() else kind)
        for name in path.split("/"):
            reached = {one for node in reached for one in self._below(node).get(name, ())}
        return bool(reached)

    def _related(self, kind: ua.NodeId) -> frozenset[ua.NodeId]:
        """The type, all above it and all below it."""
        known = self._kin.get(kind)
        if known is None:
            below = [kind]
            for one in below:
                below += [r.NodeId for r in self._references(one) if r.ReferenceTypeId == HAS_SUBTYPE and r.IsForward]
            known = self._kin[kind] = self._line(kind).union(below)
        return known

    def _below(self, node: ua.NodeId) -> _Members:
        """What a type declares, or what an instance and its type do, by name."""
        known = self._members.get(node)
        if known is None:
            held = self._references(node)
            types = (r.NodeId for r in held if r.ReferenceTypeId == HAS_TYPE_DEFINITION and r.IsForward)
            owners = [held, *(self._references(one) for kind in types for one in self._climb(kind))]
            found: dict[str, frozenset[ua.NodeId]] = {}
            for r in (r for references in owners for r in references if r.ReferenceTypeId in _BELOW and r.IsForward):
                name = str(r.BrowseName.Name)
                found[name] = found.get(name, frozenset()) | {r.NodeId}
            known = self._members[node] = found
        return known

    def _references(self, node: ua.NodeId) -> list[Any]:
        found = self._aspace.get(node)
        return [] if found is None else list(found.references)

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
            references = self._references(following)
            if not references:
                break
            line.append(following)
            above = (r.NodeId for r in references if r.ReferenceTypeId == HAS_SUBTYPE and not r.IsForward)
            following = next(above, None)
        return line
