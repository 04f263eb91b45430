"""The templates of all models, each read once from the loaded node set."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData

from opcua_server.members import Member, Template
from opcua_server.names import MODELS, standard, type_name
from opcua_server.nodes import (
    HAS_COMPONENT,
    HAS_MODELLING_RULE,
    HAS_PROPERTY,
    HAS_SUBTYPE,
    HAS_TYPE_DEFINITION,
)
from plant.errors import UnknownName
from plant.model import Model

_MEMBERS = (HAS_COMPONENT, HAS_PROPERTY, standard(ua.ObjectIds.HasOrderedComponent))
_ABSTRACT = {
    ua.ObjectIds.Number: ua.VariantType.Double,
    ua.ObjectIds.Integer: ua.VariantType.Int32,
    ua.ObjectIds.UInteger: ua.VariantType.UInt32,
    ua.ObjectIds.Duration: ua.VariantType.Double,
    ua.ObjectIds.UtcTime: ua.VariantType.DateTime,
}
_READ, _WRITE, _HISTORY = 0x01, 0x02, 0x04
_IDS, _TYPES = ua.AttributeIds, ua.VariantType


class Templates(MutableMapping[str, Template]):
    """The templates by model; those of the built-in models are read when they are needed first."""

    def __init__(self, space: AddressSpace, models: Iterable[Model]) -> None:
        self._space = space
        self._held: dict[str, Template | Model] = {model.id: model for model in models}

    def __getitem__(self, model_id: str) -> Template:
        """The template. Raises KeyError, UnknownName."""
        held = self._held[model_id]
        if isinstance(held, Model):
            held = self._held[model_id] = read_template(self._space, held)
        return held

    def __setitem__(self, model_id: str, template: Template) -> None:
        """Put a template in place of another one."""
        self._held[model_id] = template

    def __delitem__(self, model_id: str) -> None:
        """Forget a template."""
        del self._held[model_id]

    def __iter__(self) -> Iterator[str]:
        """The ids of all models."""
        return iter(self._held)

    def __len__(self) -> int:
        """How many models there are."""
        return len(self._held)

    def __contains__(self, model_id: object) -> bool:
        """Whether there is such a model."""
        return model_id in self._held


def read_template(space: AddressSpace, model: Model) -> Template:
    """The template of a model. Raises UnknownName when no loaded node set declares its type or one of its tags."""
    type_id = _find_type(space, type_name(model.id))
    found: dict[str, Member] = {}
    for type_node in _lineage(space, type_id):
        for member in _members(space, type_node, "", model):
            found.setdefault(member.path, member)
    missing = [tag.name for tag in model.tags if tag.name not in found]
    if missing:
        raise UnknownName(f"the node set of {model.id} declares no {', '.join(missing)}: generate the node sets again")
    by_path = {member.path: member for top in found.values() for member in top.walk()}
    variants = tuple(int(by_path[tag.name].variant) for tag in model.tags)
    return Template(model, type_id, tuple(found.values()), by_path, variants)


def _find_type(space: AddressSpace, name: str) -> ua.NodeId:
    node_id = ua.NodeId(ua.String(name), ua.Int16(MODELS))
    if node_id not in space:
        raise UnknownName(f"no node set declares {name}: generate the node sets again")
    return node_id


def _lineage(space: AddressSpace, type_id: ua.NodeId) -> Iterator[NodeData]:
    following: ua.NodeId | None = type_id
    while following is not None:
        node = space[following]
        yield node
        following = next(
            (r.NodeId for r in node.references if r.ReferenceTypeId == HAS_SUBTYPE and not r.IsForward), None
        )


_UNKNOWN = frozenset({"ProgramDiagnostic", "AvailableStates", "AvailableTransitions"})
"""Optional members of state machines that nobody fills in."""


def _members(space: AddressSpace, parent: NodeData, above: str, model: Model) -> Iterator[Member]:
    for reference in parent.references:
        if reference.IsForward and reference.ReferenceTypeId in _MEMBERS and reference.BrowseName.Name not in _UNKNOWN:
            node = space[reference.NodeId]
            if any(r.ReferenceTypeId == HAS_MODELLING_RULE for r in node.references):
                yield _member(space, node, reference, above, model)


def _member(
    space: AddressSpace, node: NodeData, reference: ua.ReferenceDescription, above: str, model: Model
) -> Member:
    name = reference.BrowseName
    path = f"{above}.{name.Name}" if above else str(name.Name)
    tags = {tag.name: index for index, tag in enumerate(model.tags)}
    index = -1 if above else tags.get(path, -1)
    member = Member(
        path, name, reference.NodeClass, reference.ReferenceTypeId, _type_definition(node),
        dict(node.attributes), _variant(node), index,
    )  # fmt: skip
    if index >= 0:
        level = _READ | _HISTORY | (_WRITE if model.tags[index].writable else 0)
        for attribute_id in (_IDS.AccessLevel, _IDS.UserAccessLevel):
            member.attributes[attribute_id] = AttributeValue(ua.DataValue(ua.Variant(level, _TYPES.Byte)))
        member.attributes[_IDS.Historizing] = AttributeValue(ua.DataValue(ua.Variant(True, _TYPES.Boolean)))
        member.attributes[_IDS.MinimumSamplingInterval] = AttributeValue(ua.DataValue(ua.Variant(0.0, _TYPES.Double)))
    member.members = list(_members(space, node, path, model))
    return member


def _type_definition(node: NodeData) -> ua.NodeId:
    found = (r.NodeId for r in node.references if r.IsForward and r.ReferenceTypeId == HAS_TYPE_DEFINITION)
    return next(found, ua.NodeId())


def _variant(node: NodeData) -> ua.VariantType:
    data_type = _plain(node, _IDS.DataType)
    if not isinstance(data_type, ua.NodeId) or data_type.NamespaceIndex != 0:
        return _TYPES.Null
    number = int(data_type.Identifier)
    return _TYPES(number) if number <= _TYPES.DiagnosticInfo.value else _ABSTRACT.get(number, _TYPES.Null)


def _plain(node: NodeData, attribute_id: ua.AttributeIds) -> Any:
    held = node.attributes.get(attribute_id)
    return None if held is None or held.value is None or held.value.Value is None else held.value.Value.Value
