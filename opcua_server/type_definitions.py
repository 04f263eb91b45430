"""References tell of which type the object or variable is that they lead to; those of loaded node sets do not yet."""

from collections.abc import Iterable, Mapping

from asyncua import ua
from asyncua.server.address_space import NodeData

from opcua_server.nodes import HAS_TYPE_DEFINITION

_INSTANCES = (ua.NodeClass.Object, ua.NodeClass.Variable)


def tell_types(nodes: Iterable[NodeData], among: Mapping[ua.NodeId, NodeData]) -> None:
    """Fill in the types in the references of these nodes, whose targets are `among` others."""
    for node in nodes:
        for reference in node.references:
            if reference.NodeClass in _INSTANCES and reference.TypeDefinition.is_null():
                reference.TypeDefinition = _type_of(among.get(reference.NodeId))


def _type_of(node: NodeData | None) -> ua.NodeId:
    references = [] if node is None else node.references
    return next((one.NodeId for one in references if one.ReferenceTypeId == HAS_TYPE_DEFINITION), ua.NodeId())
