"""The address space below Objects/Simulations: made on demand from the templates and the living simulations."""

import time
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING

from asyncua import Server, ua
from asyncua.server.address_space import AttributeValue, NodeData

from connections.record import Record
from opcua_server.live import VARIABLES, Live
from opcua_server.names import SIMULATIONS, SIMULATIONS_NODE, node_id, standard
from opcua_server.nodes import (
    EVENTS_AND_HISTORY,
    FOLDER_TYPE,
    HAS_EVENT_SOURCE,
    HAS_NOTIFIER,
    HAS_PROPERTY,
    HAS_TYPE_DEFINITION,
    ORGANIZES,
    PROPERTY_TYPE,
    Face,
    NodeStore,
    attribute,
    object_node,
    property_node,
)
from opcua_server.tags import ValueTable
from opcua_server.templates import Member, Template
from opcua_server.values import scalar, stamped
from plant.ownership import Sharing
from plant.quality import Quality

if TYPE_CHECKING:
    from opcua_server.alarms.nodes import AlarmNodes

_FOLDER = "Simulations"
VERSION = "NodeVersion"
SERVER = standard(ua.ObjectIds.Server)


class Space:
    """The simulations by SimID, and the nodes that stand for them."""

    def __init__(self, table: ValueTable, templates: MutableMapping[str, Template]) -> None:
        self.table, self.templates = table, templates
        self.simulations: dict[str, Live] = {}
        self.private: set[str] = set()
        self._on_removal: list[Callable[[], None]] = []
        self.alarms: AlarmNodes | None = None
        self._root: NodeData | None = None
        self._changed_at: dict[str, int] = {}

    async def install(self, server: Server) -> None:
        """Add the folder of all simulations, and make every missing node of their namespace on demand."""
        folder = ua.QualifiedName(_FOLDER, SIMULATIONS)
        await server.nodes.objects.add_folder(SIMULATIONS_NODE, folder)
        aspace = server.iserver.aspace
        for node in (SIMULATIONS_NODE, SERVER):
            aspace[node].attributes[ua.AttributeIds.EventNotifier] = attribute(EVENTS_AND_HISTORY, ua.VariantType.Byte)
        aspace[SERVER].references.append(_ROOT.reached_by(HAS_NOTIFIER))
        self._root = aspace[SIMULATIONS_NODE]
        for model_id in self.templates:
            aspace[SIMULATIONS_NODE].references.append(_folder_face(model_id).reached_by(ORGANIZES))
        assert isinstance(aspace._nodes, NodeStore)  # noqa: S101 - PlantServer made it
        aspace._nodes.make = self.make

    def offer_model(self, template: Template) -> None:
        """Show the folder of an own model; simulations that are there keep the template that they began with."""
        model_id = template.model.id
        if model_id not in self.templates and self._root is not None:
            self._root.references.append(_folder_face(model_id).reached_by(ORGANIZES))
        self.templates[model_id] = template

    def forget_model(self, model_id: str) -> None:
        """Take the folder of an own model away."""
        del self.templates[model_id]
        if self._root is not None:
            folder = _folder_face(model_id).node_id
            self._root.references[:] = [r for r in self._root.references if r.NodeId != folder]

    def put(self, record: Record) -> bool:
        """Show a record, new or changed; answers whether the simulation is new. An older version changes nothing."""
        live = self.simulations.get(record.sim_id)
        if live is not None:
            if record.version >= live.record.version:
                before = live.record
                live.take(record)
                self._owned(record, (before.owner, before.sharing) != (record.owner, record.sharing))
            return False
        template = self.templates[record.model_id]
        self.simulations[record.sim_id] = Live(record, self.table.take(record.sim_id, template.model), template)
        self._changed_at[record.model_id] = time.time_ns()
        self._owned(record, False)
        return True

    def _owned(self, record: Record, changed: bool) -> None:
        """Remember what is private; what was remembered for callers is forgotten when others may do it now."""
        (self.private.add if record.sharing == Sharing.PRIVATE else self.private.discard)(record.sim_id)
        for forget in self._on_removal if changed else ():
            forget()

    def remove(self, sim_id: str) -> Live | None:
        """Take a simulation out of the address space."""
        live = self.simulations.pop(sim_id, None)
        self.private.discard(sim_id)
        if live is not None:
            self._changed_at[live.record.model_id] = time.time_ns()
            self.table.give_back(live.block)
            for forget in self._on_removal:
                forget()
        return live

    def on_removal(self, forget: Callable[[], None]) -> None:
        """Have `forget` called whenever a simulation has gone: rows that were remembered are others' from then on."""
        self._on_removal.append(forget)

    def find(self, node: ua.NodeId) -> tuple[Live, str] | None:
        """The simulation and the path below it that a NodeId names ("" is the simulation itself)."""
        if node.NamespaceIndex != SIMULATIONS or not isinstance(node.Identifier, str):
            return None
        sim_id, dot, path = node.Identifier.partition(".")
        live = self.simulations.get(sim_id)
        return None if live is None or (dot and not path) else (live, path)

    def find_tag(self, node: ua.NodeId) -> tuple[Live, int] | None:
        """The simulation and the place of the tag in its model, if the NodeId names a tag."""
        found = self.find(node)
        member = None if found is None else found[0].template.by_path.get(found[1])
        return None if found is None or member is None or member.index < 0 else (found[0], member.index)

    def find_row(self, namespace: int, identifier: bytes) -> tuple[Live, int] | None:
        """The same for a string NodeId as it stands on the wire."""
        if namespace != SIMULATIONS:
            return None
        sim_id, _, path = identifier.decode(errors="replace").partition(".")
        live = self.simulations.get(sim_id)
        member = None if live is None else live.template.by_path.get(path)
        return None if live is None or member is None or member.index < 0 else (live, member.index)

    def read_tag(self, live: Live, index: int) -> ua.DataValue:
        """The present value of a tag with its status and both timestamps."""
        row = live.block.first + index
        table = self.table
        value = scalar(float(table.value[row]), live.template.variants[index])
        return stamped(value, int(table.status[row]), int(table.source[row]))

    def make(self, node: ua.NodeId) -> NodeData | None:
        """The node with this id, or None."""
        found = self.find(node)
        if found is not None:
            live, path = found
            member = live.template.by_path.get(path)
            if path and member is None and self.alarms is not None:
                return self.alarms.make(live, path)
            if not path:
                return self._simulation_node(live)
            return None if member is None else self._member_node(live, member)
        if node.NamespaceIndex == SIMULATIONS and isinstance(node.Identifier, str):
            return self._folder(node.Identifier)
        return None

    def _folder(self, identifier: str) -> NodeData | None:
        above, _, below = identifier.partition(".")
        model_id, _, member = below.partition(".")
        if above != _FOLDER or model_id not in self.templates or member not in ("", VERSION):
            return None
        if member:
            return self._version(model_id)
        children = [
            _face(live).reached_by(ORGANIZES)
            for live in self.simulations.values() if live.record.model_id == model_id
        ]  # fmt: skip
        up = [_ROOT.reached_by(kind, forward=False) for kind in (ORGANIZES, HAS_NOTIFIER)]
        version = _version_face(model_id).reached_by(HAS_PROPERTY)
        return object_node(
            _folder_face(model_id), [*up, version, *children], self.templates[model_id].model.name, EVENTS_AND_HISTORY
        )

    def _version(self, model_id: str) -> NodeData:
        """NodeVersion of a model's folder: another one whenever a simulation has come or gone."""
        face = _version_face(model_id)
        above = _folder_face(model_id).reached_by(HAS_PROPERTY, forward=False)
        changed = str(self._changed_at.get(model_id, 0))
        return property_node(face, above, ua.VariantType.String, lambda *_: stamped(ua.Variant(changed)))

    def makes(self, node: ua.NodeId) -> bool:
        """Whether the node is made on demand: what it says is found by reading it."""
        return node.NamespaceIndex == SIMULATIONS and self.make(node) is not None

    def _simulation_node(self, live: Live) -> NodeData:
        folder = _folder_face(live.record.model_id)
        above = [folder.reached_by(kind, forward=False) for kind in (ORGANIZES, HAS_NOTIFIER)]
        references = [*above, *_forward(live, live.template.members), *self._alarm_references(live, "")]
        return object_node(_face(live), references, live.record.name, EVENTS_AND_HISTORY)

    def _alarm_references(self, live: Live, path: str) -> list[ua.ReferenceDescription]:
        return [] if self.alarms is None else list(self.alarms.references(live, path))

    def _member_node(self, live: Live, member: Member) -> NodeData:
        face = _member_face(live, member)
        node = NodeData(face.node_id)
        node.attributes = dict(member.attributes)
        node.attributes[ua.AttributeIds.NodeId] = attribute(face.node_id, ua.VariantType.NodeId)
        above, _, _ = member.path.rpartition(".")
        parent = _face(live) if not above else _member_face(live, live.template.by_path[above])
        node.references = [parent.reached_by(member.reference, forward=False), *_forward(live, member.members)]
        if not member.type_definition.is_null():
            node.references.append(_type_reference(member.type_definition, member.node_class))
        alarms = self._alarm_references(live, member.path) if member.index >= 0 else []
        if alarms:
            node.references += [*alarms, _face(live).reached_by(HAS_EVENT_SOURCE, forward=False)]
        value = self._value(live, member)
        if value is not None:
            held = AttributeValue(ua.DataValue())
            held.value_callback = value
            node.attributes[ua.AttributeIds.Value] = held
        return node

    def _value(self, live: Live, member: Member) -> Callable[..., ua.DataValue] | None:
        if member.index >= 0:
            return lambda *_: self.read_tag(live, member.index)
        compute = VARIABLES.get(member.path)
        return None if compute is None else lambda *_: _computed(compute(live), member.variant)


_ROOT = Face(
    SIMULATIONS_NODE, ua.QualifiedName(_FOLDER, SIMULATIONS), ua.LocalizedText(_FOLDER), ua.NodeClass.Object,
    FOLDER_TYPE,
)  # fmt: skip


def _computed(value: object, variant: ua.VariantType) -> ua.DataValue:
    if value is None:
        return stamped(ua.Variant(), Quality.BAD_WAITING_FOR_INITIAL_DATA)
    return stamped(ua.Variant(value, variant))


def _folder_face(model_id: str) -> Face:
    return Face(
        node_id(_FOLDER, model_id), ua.QualifiedName(model_id, SIMULATIONS), ua.LocalizedText(model_id),
        ua.NodeClass.Object, FOLDER_TYPE,
    )  # fmt: skip


def _version_face(model_id: str) -> Face:
    return Face(
        node_id(_FOLDER, model_id, VERSION), ua.QualifiedName(VERSION), ua.LocalizedText(VERSION),
        ua.NodeClass.Variable, PROPERTY_TYPE,
    )  # fmt: skip


def _face(live: Live) -> Face:
    sim_id = live.record.sim_id
    return Face(
        node_id(sim_id), ua.QualifiedName(sim_id, SIMULATIONS), ua.LocalizedText(sim_id), ua.NodeClass.Object,
        live.template.type_id,
    )  # fmt: skip


def _member_face(live: Live, member: Member) -> Face:
    return Face(
        node_id(live.record.sim_id, member.path), member.name, member.display_name, member.node_class,
        member.type_definition,
    )  # fmt: skip


def _forward(live: Live, members: "tuple[Member, ...] | list[Member]") -> list[ua.ReferenceDescription]:
    return [_member_face(live, member).reached_by(member.reference) for member in members]


def _type_reference(type_id: ua.NodeId, node_class: ua.NodeClass) -> ua.ReferenceDescription:
    kind = ua.NodeClass.VariableType if node_class == ua.NodeClass.Variable else ua.NodeClass.ObjectType
    return ua.ReferenceDescription(HAS_TYPE_DEFINITION, True, type_id, NodeClass=kind)
