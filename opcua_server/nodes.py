"""Nodes that are made when somebody looks at them: a simulation costs no memory for its part of the address space."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AttributeValue, NodeData

from opcua_server.kept import Kept
from opcua_server.names import standard

Attributes = Mapping[ua.AttributeIds, AttributeValue]
ORGANIZES = standard(ua.ObjectIds.Organizes)
HAS_COMPONENT = standard(ua.ObjectIds.HasComponent)
HAS_PROPERTY = standard(ua.ObjectIds.HasProperty)
HAS_SUBTYPE = standard(ua.ObjectIds.HasSubtype)
HAS_TYPE_DEFINITION = standard(ua.ObjectIds.HasTypeDefinition)
HAS_MODELLING_RULE = standard(ua.ObjectIds.HasModellingRule)
HAS_NOTIFIER = standard(ua.ObjectIds.HasNotifier)
HAS_EVENT_SOURCE = standard(ua.ObjectIds.HasEventSource)
EVENTS_AND_HISTORY = 0x05
"""EventNotifier of an object whose events can be subscribed to and read from the record."""
PROPERTY_TYPE = standard(ua.ObjectIds.PropertyType)
FOLDER_TYPE = standard(ua.ObjectIds.FolderType)


@dataclass(frozen=True, slots=True)
class Face:
    """What a reference shows of the node it leads to."""

    node_id: ua.NodeId
    browse_name: ua.QualifiedName
    display_name: ua.LocalizedText
    node_class: ua.NodeClass
    type_definition: ua.NodeId

    def reached_by(self, reference_type: ua.NodeId, forward: bool = True) -> ua.ReferenceDescription:
        """A reference to this node."""
        return ua.ReferenceDescription(
            reference_type, forward, self.node_id, self.browse_name, self.display_name, self.node_class,
            self.type_definition,
        )  # fmt: skip


def attribute(value: Any, variant: ua.VariantType) -> AttributeValue:
    """An attribute with a fixed value."""
    return AttributeValue(ua.DataValue(ua.Variant(value, variant)))


def face_attributes(face: Face, description: str = "") -> dict[ua.AttributeIds, AttributeValue]:
    """The attributes that every node has."""
    ids, types = ua.AttributeIds, ua.VariantType
    return {
        ids.NodeId: attribute(face.node_id, types.NodeId),
        ids.NodeClass: attribute(face.node_class, types.Int32),
        ids.BrowseName: attribute(face.browse_name, types.QualifiedName),
        ids.DisplayName: attribute(face.display_name, types.LocalizedText),
        ids.Description: attribute(ua.LocalizedText(description), types.LocalizedText),
        ids.WriteMask: attribute(0, types.UInt32),
        ids.UserWriteMask: attribute(0, types.UInt32),
    }


def object_node(
    face: Face, references: list[ua.ReferenceDescription], description: str = "", notifier: int = 0
) -> NodeData:
    """An object; `notifier` says whether events come from it, and whether their history can be read."""
    node = NodeData(face.node_id)
    node.attributes = face_attributes(face, description)
    node.attributes[ua.AttributeIds.EventNotifier] = attribute(notifier, ua.VariantType.Byte)
    node.references = [*references, type_reference(face.type_definition, face.node_class)]
    return node


def type_reference(type_id: ua.NodeId, of: ua.NodeClass) -> ua.ReferenceDescription:
    """What leads to the type of a variable or an object; the types of models have their names as ids."""
    kind = ua.NodeClass.VariableType if of == ua.NodeClass.Variable else ua.NodeClass.ObjectType
    held = type_id.Identifier
    name = held if isinstance(held, str) else ua.ObjectIdNames[int(str(held))]
    names = ua.QualifiedName(name, type_id.NamespaceIndex), ua.LocalizedText(name)
    return Face(type_id, *names, kind, ua.NodeId()).reached_by(HAS_TYPE_DEFINITION)


def property_node(
    face: Face, above: ua.ReferenceDescription, variant: ua.VariantType, value: Callable[..., ua.DataValue]
) -> NodeData:
    """A property that can be read, with a value that is asked for each time."""
    ids, types = ua.AttributeIds, ua.VariantType
    node = NodeData(face.node_id)
    node.attributes = face_attributes(face)
    node.attributes |= {
        ids.DataType: attribute(standard(int(variant)), types.NodeId),
        ids.ValueRank: attribute(-1, types.Int32),
        ids.AccessLevel: attribute(1, types.Byte),
        ids.UserAccessLevel: attribute(1, types.Byte),
        ids.MinimumSamplingInterval: attribute(0.0, types.Double),
        ids.Historizing: attribute(False, types.Boolean),
        ids.Value: AttributeValue(ua.DataValue()),
    }
    node.attributes[ids.Value].value_callback = value
    node.references = [above, type_reference(face.type_definition, face.node_class)]
    return node


class NodeStore(dict[ua.NodeId, NodeData]):
    """asyncua's table of nodes, in which a missing one is taken from the kept ones, or asked from whoever makes it."""

    def __init__(self, kept: Kept | None = None) -> None:
        super().__init__()
        self.kept = kept
        self.make: Callable[[ua.NodeId], NodeData | None] = _nobody

    def __missing__(self, key: ua.NodeId) -> NodeData:
        """A node that was not there yet. Raises KeyError."""
        node = None if self.kept is None else self.kept.take(key)
        if node is not None:
            self[key] = node
            return node
        node = self.make(key)
        if node is None:
            raise KeyError(key)
        return node

    def __contains__(self, key: object) -> bool:
        """Whether the node exists or can be made."""
        if super().__contains__(key):
            return True
        known = isinstance(key, ua.NodeId) and self.kept is not None and self.kept.holds(key)
        return known or (isinstance(key, ua.NodeId) and self.make(key) is not None)

    def get(self, key: ua.NodeId, default: Any = None) -> Any:
        """The node, made on demand, or `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def keys(self) -> Any:
        """The ids of all nodes but those that are made anew each time."""
        return [*super().keys(), *(self.kept.ids() if self.kept is not None else ())]


def _nobody(_: ua.NodeId) -> None:
    return None
