"""Takes out of the standard address space what this server does not serve: a node that answers null misleads."""

from collections import deque
from collections.abc import Iterator

from asyncua import ua
from asyncua.server.address_space import AddressSpace

from opcua_server.names import standard
from opcua_server.nodes import HAS_SUBTYPE, HAS_TYPE_DEFINITION

_NOT_SERVED = (
    "PublishSubscribe", "ServerConfiguration", "Server_ServerRedundancy_RedundantServerArray",
    "Server_UrisVersion", "Server_EstimatedReturnTime", "Server_LocalTime", "Server_SetSubscriptionDurable",
    "Server_RequestServerStateChange", "Server_ServerDiagnostics_SamplingIntervalDiagnosticsArray", "Resources",
)  # fmt: skip
"""Optional parts of the Server object, and what lies beside it."""
_NOT_SERVED_BELOW: dict[str, frozenset[str]] = {
    "Server": frozenset({"DefaultHAConfiguration", "DefaultHEConfiguration", "ServerLog", "LogObject", "Resources"}),
    "ObjectsFolder": frozenset({"Resources", "Locations"}),
    "Aliases": frozenset({"LastChange"}),
}
_OPTIONAL_OF_ROLES = frozenset({
    "ApplicationsExclude", "Applications", "EndpointsExclude", "Endpoints", "CustomConfiguration", "AddIdentity",
    "RemoveIdentity", "AddApplication", "RemoveApplication", "AddEndpoint", "RemoveEndpoint",
})  # fmt: skip
OPTIONAL_OF_NAMESPACES = frozenset({
    "NamespaceFile", "DefaultRolePermissions", "DefaultUserRolePermissions", "DefaultAccessRestrictions",
    "ConfigurationVersion", "ModelVersion",
})  # fmt: skip
_ROLES, _NAMESPACES = "Server_ServerCapabilities_RoleSet", "Server_Namespaces"
_UPWARDS = (HAS_TYPE_DEFINITION, HAS_SUBTYPE)


def prune(space: AddressSpace) -> None:
    """Remove what is not served, with all below it and every reference to it."""
    gone = _whole(space, list(_unserved(space)))
    for node_id in gone:
        space._nodes.pop(node_id, None)
    for node in space._nodes.values():
        if any(reference.NodeId in gone for reference in node.references):
            node.references[:] = [reference for reference in node.references if reference.NodeId not in gone]


def _unserved(space: AddressSpace) -> Iterator[ua.NodeId]:
    for name in _NOT_SERVED:
        yield from _there(space, name)
    for name, unwanted in _NOT_SERVED_BELOW.items():
        for above in _there(space, name):
            yield from _named(space, above, unwanted)
    for name, unwanted in ((_ROLES, _OPTIONAL_OF_ROLES), (_NAMESPACES, OPTIONAL_OF_NAMESPACES)):
        for above in _there(space, name):
            for child in list(_below(space, above)):
                yield from _named(space, child, unwanted)


def _there(space: AddressSpace, name: str) -> Iterator[ua.NodeId]:
    node = standard(int(getattr(ua.ObjectIds, name, 0)))
    if node in space._nodes:
        yield node


def _named(space: AddressSpace, above: ua.NodeId, names: frozenset[str]) -> Iterator[ua.NodeId]:
    for reference in space._nodes[above].references:
        if reference.IsForward and reference.BrowseName.Name in names:
            yield reference.NodeId


def _below(space: AddressSpace, above: ua.NodeId) -> Iterator[ua.NodeId]:
    """Instances that hang below a node."""
    for reference in space._nodes[above].references:
        member = reference.NodeClass in (ua.NodeClass.Object, ua.NodeClass.Variable, ua.NodeClass.Method)
        if reference.IsForward and member and reference.ReferenceTypeId not in _UPWARDS:
            yield reference.NodeId


def _whole(space: AddressSpace, tops: list[ua.NodeId]) -> set[ua.NodeId]:
    found, waiting = set(tops), deque(tops)
    while waiting:
        for child in _below(space, waiting.popleft()):
            if child in space._nodes and child not in found and not _owned_elsewhere(space, child, found):
                found.add(child)
                waiting.append(child)
    return found


def _owned_elsewhere(space: AddressSpace, node: ua.NodeId, owners: set[ua.NodeId]) -> bool:
    """Whether a node hangs below something that stays: a modelling rule, a type's declaration."""
    above = [one.NodeId for one in space._nodes[node].references if not one.IsForward]
    return any(one not in owners for one in above)
