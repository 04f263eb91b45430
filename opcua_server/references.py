"""References found by hash: asyncua compares every reference with all others, which grows with their square."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from asyncua import ua
from asyncua.server.address_space import NodeData, NodeManagementService, ViewService

_Key = tuple[ua.NodeId, ua.NodeId]


@contextmanager
def quick_references(nodes: NodeManagementService) -> Iterator[None]:
    """While this is open, `nodes` looks up by hash whether a node has a reference already."""
    known: dict[int, dict[_Key, bool]] = {}

    def add(node: NodeData, wanted: ua.ReferenceDescription) -> ua.StatusCode:
        held = known.get(id(node))
        if held is None or len(held) != len(node.references):
            held = known[id(node)] = {(one.ReferenceTypeId, one.NodeId): one.IsForward for one in node.references}
        key = wanted.ReferenceTypeId, wanted.NodeId
        if key not in held:
            node.references.append(wanted)
            held[key] = wanted.IsForward
        return ua.StatusCode(ua.UInt32(0 if held[key] == wanted.IsForward else ua.StatusCodes.BadReferenceNotAllowed))

    vars(nodes)["_add_unique_reference"] = add  # for this object only
    try:
        yield
    finally:
        del vars(nodes)["_add_unique_reference"]


def remember_reference_types(views: ViewService) -> None:
    """Have Browse ask once whether a reference type is a subtype of another: the types are there for good."""
    views._suitable_reftype = lru_cache(maxsize=4096)(views._suitable_reftype)  # type: ignore[method-assign]
