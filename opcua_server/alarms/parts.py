"""What an alarm's nodes consist of, read once from the types of the standard address space."""

from dataclasses import dataclass, field, replace

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData

from opcua_server.alarms.fields import FIELDS
from opcua_server.nodes import HAS_COMPONENT, HAS_PROPERTY, HAS_SUBTYPE, HAS_TYPE_DEFINITION

_AGGREGATES = (HAS_COMPONENT, HAS_PROPERTY)
METHODS = frozenset({
    "Enable", "Disable", "AddComment", "Acknowledge", "Confirm", "ShelvingState/TimedShelve",
    "ShelvingState/OneShotShelve", "ShelvingState/Unshelve",
})  # fmt: skip
_ARGUMENTS = "/InputArguments"
_DESCRIPTIONS = {"ShelvingTime": "Milliseconds for which the alarm is put aside"}


@dataclass(slots=True, eq=False)
class Part:
    """One node below a condition, as its type declares it; shared by all conditions of the type."""

    path: str
    name: ua.QualifiedName
    node_class: ua.NodeClass
    reference: ua.NodeId
    type_definition: ua.NodeId
    attributes: dict[ua.AttributeIds, AttributeValue]
    above: str
    parts: list[str] = field(default_factory=list)


def read_type(aspace: AddressSpace, type_id: ua.NodeId) -> dict[str, Part]:
    """Everything that an instance of the type has with us, by its path; what a subtype declares anew comes first."""
    parts: dict[str, Part] = {}
    following: ua.NodeId | None = type_id
    while following is not None:
        node = aspace[following]
        _read_parts(aspace, node, "", parts)
        above = (r.NodeId for r in node.references if r.ReferenceTypeId == HAS_SUBTYPE and not r.IsForward)
        following = next(above, None)
    for part in parts.values():
        if part.above:
            parts[part.above].parts.append(part.path)
    return parts


def _read_parts(aspace: AddressSpace, node: NodeData, above: str, parts: dict[str, Part]) -> None:
    for reference in node.references:
        if reference.IsForward and reference.ReferenceTypeId in _AGGREGATES:
            path = f"{above}/{reference.BrowseName.Name}" if above else str(reference.BrowseName.Name)
            if _ours(path):
                child = aspace[reference.NodeId]
                parts.setdefault(path, _read_part(child, reference, path, above))
                _read_parts(aspace, child, path, parts)


def _read_part(node: NodeData, reference: ua.ReferenceDescription, path: str, above: str) -> Part:
    kinds = (r.NodeId for r in node.references if r.IsForward and r.ReferenceTypeId == HAS_TYPE_DEFINITION)
    attributes = dict(node.attributes)
    if path.endswith(_ARGUMENTS):
        attributes[ua.AttributeIds.Value] = _described(attributes[ua.AttributeIds.Value])
    return Part(
        path, reference.BrowseName, reference.NodeClass, reference.ReferenceTypeId, next(kinds, ua.NodeId()),
        attributes, above,
    )  # fmt: skip


def _described(held: AttributeValue) -> AttributeValue:
    """The arguments of a method, with a description where the standard has none."""
    if held.value is None or held.value.Value is None:
        return held
    arguments = [
        one if one.Description.Text else replace(one, Description=ua.LocalizedText(_DESCRIPTIONS.get(one.Name, "")))
        for one in held.value.Value.Value
    ]
    return AttributeValue(replace(held.value, Value=replace(held.value.Value, Value=arguments)))


def _ours(path: str) -> bool:
    return path in FIELDS or path.removesuffix(_ARGUMENTS) in METHODS or path in _OBJECTS_WITH_PARTS


_OBJECTS_WITH_PARTS = frozenset({"ShelvingState", "LimitState"})
