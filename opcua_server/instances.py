"""The nodes of simulations and their folders: made on demand from the templates and what lives."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from asyncua import ua
from asyncua.server.address_space import AttributeValue, NodeData

from opcua_server.faces import FOLDER, ROOT, VERSION, folder_face, member_face, simulation_face, version_face
from opcua_server.live import VARIABLES, Live
from opcua_server.members import Member
from opcua_server.names import SIMULATIONS
from opcua_server.nodes import (
    EVENTS_AND_HISTORY,
    HAS_EVENT_SOURCE,
    HAS_NOTIFIER,
    HAS_PROPERTY,
    ORGANIZES,
    attribute,
    object_node,
    property_node,
    type_reference,
)
from opcua_server.values import stamped
from plant.quality import Quality

if TYPE_CHECKING:
    from opcua_server.space import Space


class Instances:
    """Makes them for a space."""

    def __init__(self, space: "Space") -> None:
        self._space = space

    def make(self, node: ua.NodeId) -> NodeData | None:
        """The node with this id, or None."""
        found = self._space.find(node)
        if found is not None:
            live, path = found
            member = live.template.by_path.get(path)
            if path and member is None and self._space.alarms is not None:
                return self._space.alarms.make(live, path)
            if not path:
                return self._simulation_node(live)
            return None if member is None else self._member_node(live, member)
        if node.NamespaceIndex == SIMULATIONS and isinstance(node.Identifier, str):
            return self._folder(node.Identifier)
        return None

    def _folder(self, identifier: str) -> NodeData | None:
        above, _, below = identifier.partition(".")
        model_id, _, member = below.partition(".")
        if above != FOLDER or model_id not in self._space.templates or member not in ("", VERSION):
            return None
        if member:
            return self._version(model_id)
        children = [
            simulation_face(live).reached_by(ORGANIZES)
            for live in self._space.simulations.values() if live.record.model_id == model_id
        ]  # fmt: skip
        up = [ROOT.reached_by(kind, forward=False) for kind in (ORGANIZES, HAS_NOTIFIER)]
        version = version_face(model_id).reached_by(HAS_PROPERTY)
        return object_node(
            folder_face(model_id),
            [*up, version, *children],
            self._space.templates[model_id].model.name,
            EVENTS_AND_HISTORY,
        )

    def _version(self, model_id: str) -> NodeData:
        """NodeVersion of a model's folder: another one whenever a simulation has come or gone."""
        face = version_face(model_id)
        above = folder_face(model_id).reached_by(HAS_PROPERTY, forward=False)
        changed = str(self._space.changed_at.get(model_id, 0))
        return property_node(face, above, ua.VariantType.String, lambda *_: stamped(ua.Variant(changed)))

    def _simulation_node(self, live: Live) -> NodeData:
        folder = folder_face(live.record.model_id)
        above = [folder.reached_by(kind, forward=False) for kind in (ORGANIZES, HAS_NOTIFIER)]
        references = [*above, *_forward(live, live.template.members), *self._alarm_references(live, "")]
        return object_node(simulation_face(live), references, live.record.name, EVENTS_AND_HISTORY)

    def _alarm_references(self, live: Live, path: str) -> list[ua.ReferenceDescription]:
        return [] if self._space.alarms is None else list(self._space.alarms.references(live, path))

    def _member_node(self, live: Live, member: Member) -> NodeData:
        face = member_face(live, member)
        node = NodeData(face.node_id)
        node.attributes = dict(member.attributes)
        node.attributes[ua.AttributeIds.NodeId] = attribute(face.node_id, ua.VariantType.NodeId)
        above, _, _ = member.path.rpartition(".")
        parent = simulation_face(live) if not above else member_face(live, live.template.by_path[above])
        node.references = [parent.reached_by(member.reference, forward=False), *_forward(live, member.members)]
        if not member.type_definition.is_null():
            node.references.append(type_reference(member.type_definition, member.node_class))
        alarms = self._alarm_references(live, member.path) if member.index >= 0 else []
        if alarms:
            node.references += [*alarms, simulation_face(live).reached_by(HAS_EVENT_SOURCE, forward=False)]
        value = self._value(live, member)
        if value is not None:
            held = AttributeValue(ua.DataValue())
            held.value_callback = value
            node.attributes[ua.AttributeIds.Value] = held
        return node

    def _value(self, live: Live, member: Member) -> Callable[..., ua.DataValue] | None:
        if member.index >= 0:
            return lambda *_: self._space.read_tag(live, member.index)
        compute = VARIABLES.get(member.path)
        return None if compute is None else lambda *_: _computed(compute(live), member.variant)


def _computed(value: object, variant: ua.VariantType) -> ua.DataValue:
    if value is None:
        return stamped(ua.Variant(), Quality.BAD_WAITING_FOR_INITIAL_DATA)
    return stamped(ua.Variant(value, variant))


def _forward(live: Live, members: "tuple[Member, ...] | list[Member]") -> list[ua.ReferenceDescription]:
    return [member_face(live, member).reached_by(member.reference) for member in members]
