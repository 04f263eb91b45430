"""The nodes of alarms, made when somebody looks at them: one object below the simulation for each alarm."""

from collections.abc import Iterator, Mapping

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData

from opcua_server.alarms.fields import FIELDS, View
from opcua_server.alarms.groups import Group
from opcua_server.alarms.parts import Part, read_type
from opcua_server.alarms.types import EventTypes
from opcua_server.alarms.vocabulary import FOLDER, TYPE_IDS, condition_node, is_limit
from opcua_server.alarms.watch import Watch
from opcua_server.faces import member_face, simulation_face
from opcua_server.live import Live
from opcua_server.names import SIMULATIONS, node_id, standard
from opcua_server.nodes import (
    FOLDER_TYPE,
    HAS_COMPONENT,
    Face,
    attribute,
    object_node,
    type_reference,
)
from opcua_server.values import stamped
from plant.alarms.declared import Alarm, Kind, Level

_IDS, _OBJECTS = ua.AttributeIds, ua.ObjectIds
HAS_CONDITION = standard(_OBJECTS.HasCondition)
_OF_LIMITS: Mapping[str, Level] = {
    f"{before}{name}{after}": level
    for name, level in (
        ("HighHigh", Level.HIGH_HIGH), ("High", Level.HIGH), ("Low", Level.LOW), ("LowLow", Level.LOW_LOW)
    )
    for before, after in (("", "Limit"), ("Base", "Limit"), ("Severity", ""), ("", "Deadband"))
}  # fmt: skip


class AlarmNodes:
    """Makes the nodes below `<SimID>.Alarms`."""

    def __init__(self, aspace: AddressSpace, watch: Watch) -> None:
        self._aspace, self._watch = aspace, watch
        self.types = EventTypes(aspace)
        self._parts = {kind: read_type(aspace, type_id) for kind, type_id in TYPE_IDS.items()}

    def make(self, live: Live, path: str) -> NodeData | None:
        """The node at this path below a simulation, or None."""
        group = self._watch.groups.get(live.record.sim_id)
        folder, _, rest = path.partition(".")
        if group is None or folder != FOLDER:
            return None
        if not rest:
            return self._folder(live, group)
        name, _, below = rest.partition(".")
        place = next((i for i, alarm in enumerate(group.declared.alarms) if alarm.name == name), None)
        if place is None:
            return None
        return self._condition(group, place) if not below else self._part(group, place, below.replace(".", "/"))

    def references(self, live: Live, path: str) -> Iterator[ua.ReferenceDescription]:
        """What leads from a simulation (path "") or one of its tags to its alarms."""
        if not path:
            yield _folder_face(live).reached_by(HAS_COMPONENT)
        group = self._watch.groups.get(live.record.sim_id)
        for alarm in () if group is None else group.declared.alarms:
            if _source(alarm) == path:
                yield _face(live, alarm).reached_by(HAS_CONDITION)

    def find(self, node: ua.NodeId) -> tuple[Group, int] | None:
        """The alarm that a node is, or belongs to."""
        if node.NamespaceIndex != SIMULATIONS or not isinstance(node.Identifier, str):
            return None
        sim_id, _, path = node.Identifier.partition(".")
        folder, _, rest = path.partition(".")
        group = self._watch.groups.get(sim_id) if folder == FOLDER else None
        name = rest.partition(".")[0]
        for place, alarm in enumerate(() if group is None else group.declared.alarms):
            if group is not None and alarm.name == name:
                return group, place
        return None

    def exists(self, node: ua.NodeId) -> bool:
        """Whether there is such a node, of whatever kind."""
        return node in self._aspace

    def _folder(self, live: Live, group: Group) -> NodeData:
        children = [_face(live, alarm).reached_by(HAS_COMPONENT) for alarm in group.declared.alarms]
        references = [simulation_face(live).reached_by(HAS_COMPONENT, forward=False), *children]
        return object_node(_folder_face(live), references, f"The alarms of {live.record.sim_id}")

    def _condition(self, group: Group, place: int) -> NodeData:
        live, alarm = group.live, group.declared.alarms[place]
        source = _source_face(live, alarm).reached_by(HAS_CONDITION, forward=False)
        parts = self._parts[alarm.kind]
        children = [self._reached(group, place, part) for part in parts.values() if not part.above]
        references = [_folder_face(live).reached_by(HAS_COMPONENT, forward=False), source, *filter(None, children)]
        return object_node(_face(live, alarm), references, _description(alarm))

    def _part(self, group: Group, place: int, path: str) -> NodeData | None:
        alarm = group.declared.alarms[place]
        parts = self._parts[alarm.kind]
        part = parts.get(path)
        if part is None or not _shown(alarm, part):
            return None
        sim_id = group.live.record.sim_id
        node = NodeData(condition_node(sim_id, alarm.name, *path.split("/")))
        node.attributes = dict(part.attributes)
        node.attributes[_IDS.NodeId] = attribute(node.nodeid, ua.VariantType.NodeId)
        above = _part_face(group.live, alarm, parts[part.above]) if part.above else _face(group.live, alarm)
        children = [self._reached(group, place, parts[one]) for one in part.parts]
        node.references = [above.reached_by(part.reference, forward=False), *filter(None, children)]
        if not part.type_definition.is_null():
            node.references.append(type_reference(part.type_definition, part.node_class))
        if path in FIELDS:
            held = AttributeValue(ua.DataValue())
            held.value_callback = lambda *_: self._value(group, place, path)
            node.attributes[_IDS.Value] = held
        return node

    def _value(self, group: Group, place: int, path: str) -> ua.DataValue:
        condition = group.condition(place)
        view = View(group.live.record.sim_id, group.declared.alarms[place], condition, condition.message)
        value = view.value(path)
        if value.VariantType is ua.VariantType.StatusCode and not (path == "Quality" and condition.enabled):
            return stamped(ua.Variant(), value.Value.value)
        if path.startswith("LimitState/") and value.Value is None:
            return stamped(ua.Variant(), ua.StatusCodes.BadStateNotActive)
        return stamped(value)

    def _reached(self, group: Group, place: int, part: Part) -> ua.ReferenceDescription | None:
        alarm = group.declared.alarms[place]
        if not _shown(alarm, part):
            return None
        return _part_face(group.live, alarm, part).reached_by(part.reference)


def _shown(alarm: Alarm, part: Part) -> bool:
    level = _OF_LIMITS.get(part.path)
    return level is None or is_limit(alarm, level)


def _source(alarm: Alarm) -> str:
    return "" if alarm.tag is None else alarm.name


def _folder_face(live: Live) -> Face:
    return Face(
        node_id(live.record.sim_id, FOLDER), ua.QualifiedName(FOLDER, SIMULATIONS), ua.LocalizedText(FOLDER),
        ua.NodeClass.Object, FOLDER_TYPE,
    )  # fmt: skip


def _face(live: Live, alarm: Alarm) -> Face:
    return Face(
        condition_node(live.record.sim_id, alarm.name), ua.QualifiedName(alarm.name, SIMULATIONS),
        ua.LocalizedText(alarm.name), ua.NodeClass.Object, TYPE_IDS[alarm.kind],
    )  # fmt: skip


def _part_face(live: Live, alarm: Alarm, part: Part) -> Face:
    node = condition_node(live.record.sim_id, alarm.name, *part.path.split("/"))
    return Face(node, part.name, ua.LocalizedText(part.name.Name), part.node_class, part.type_definition)


def _source_face(live: Live, alarm: Alarm) -> Face:
    return simulation_face(live) if alarm.tag is None else member_face(live, live.template.by_path[alarm.name])


_WORDS = {
    Kind.LIMIT: "is outside its limits",
    Kind.OFF_NORMAL: "is not in its normal state",
}


def _description(alarm: Alarm) -> str:
    return f"{alarm.name} {_WORDS[alarm.kind]}" if alarm.tag is not None else "The worker sends no values"
