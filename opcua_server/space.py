"""The address space below Objects/Simulations: made on demand from the templates and the living simulations."""

import time
from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING

from asyncua import Server, ua
from asyncua.server.address_space import NodeData

from connections.record import Record
from opcua_server.faces import FOLDER, ROOT, folder_face
from opcua_server.instances import Instances
from opcua_server.live import Live
from opcua_server.members import Template
from opcua_server.names import SIMULATIONS, SIMULATIONS_NODE, standard
from opcua_server.nodes import EVENTS_AND_HISTORY, HAS_NOTIFIER, ORGANIZES, Face, NodeStore, attribute
from opcua_server.tags import ValueTable
from opcua_server.values import scalar, stamped
from plant.ownership import Sharing

if TYPE_CHECKING:
    from opcua_server.alarms.nodes import AlarmNodes

SERVER = standard(ua.ObjectIds.Server)
_SERVER = Face(
    SERVER, ua.QualifiedName("Server"), ua.LocalizedText("Server"), ua.NodeClass.Object,
    standard(ua.ObjectIds.ServerType),
)  # fmt: skip


class Space:
    """The simulations by SimID, and the nodes that stand for them."""

    def __init__(self, table: ValueTable, templates: MutableMapping[str, Template]) -> None:
        self.table, self.templates = table, templates
        self.simulations: dict[str, Live] = {}
        self.private: set[str] = set()
        self._on_removal: list[Callable[[], None]] = []
        self._on_sharing: list[Callable[[Live], None]] = []
        self.alarms: AlarmNodes | None = None
        self.tell_transition: Callable[[Live], None] = lambda _: None
        """Told of every simulation whose program has come to another state."""
        self._root: NodeData | None = None
        self.changed_at: dict[str, int] = {}
        """When a simulation came or went last, by model, in nanoseconds since 1970."""
        self._instances = Instances(self)

    async def install(self, server: Server) -> None:
        """Add the folder of all simulations, and make every missing node of their namespace on demand."""
        folder = ua.QualifiedName(FOLDER, SIMULATIONS)
        await server.nodes.objects.add_folder(SIMULATIONS_NODE, folder)
        aspace = server.iserver.aspace
        for node in (SIMULATIONS_NODE, SERVER):
            aspace[node].attributes[ua.AttributeIds.EventNotifier] = attribute(EVENTS_AND_HISTORY, ua.VariantType.Byte)
        aspace[SERVER].references.append(ROOT.reached_by(HAS_NOTIFIER))
        aspace[SIMULATIONS_NODE].references.append(_SERVER.reached_by(HAS_NOTIFIER, forward=False))
        self._root = aspace[SIMULATIONS_NODE]
        for model_id in self.templates:
            aspace[SIMULATIONS_NODE].references.append(folder_face(model_id).reached_by(ORGANIZES))
        assert isinstance(aspace._nodes, NodeStore)  # noqa: S101 - PlantServer made it
        aspace._nodes.make = self.make

    def offer_model(self, template: Template) -> None:
        """Show the folder of an own model; simulations that are there keep the template that they began with."""
        model_id = template.model.id
        if model_id not in self.templates and self._root is not None:
            self._root.references.append(folder_face(model_id).reached_by(ORGANIZES))
        self.templates[model_id] = template

    def forget_model(self, model_id: str) -> None:
        """Take the folder of an own model away."""
        del self.templates[model_id]
        if self._root is not None:
            folder = folder_face(model_id).node_id
            self._root.references[:] = [r for r in self._root.references if r.NodeId != folder]

    def put(self, record: Record) -> bool:
        """Show a record, new or changed; answers whether the simulation is new. An older version changes nothing."""
        live = self.simulations.get(record.sim_id)
        if live is not None:
            if record.version >= live.record.version:
                before = live.record
                if live.take(record):
                    self.tell_transition(live)
                self._owned(live, (before.owner, before.sharing) != (record.owner, record.sharing))
            return False
        template = self.templates[record.model_id]
        live = Live(record, self.table.take(record.sim_id, template.model), template)
        self.simulations[record.sim_id] = live
        self.changed_at[record.model_id] = time.time_ns()
        self._owned(live, False)
        return True

    def _owned(self, live: Live, changed: bool) -> None:
        """Remember what is private; what was remembered for callers is forgotten when others may do it now."""
        record = live.record
        (self.private.add if record.sharing == Sharing.PRIVATE else self.private.discard)(record.sim_id)
        for forget in self._on_removal if changed else ():
            forget()
        for tell in self._on_sharing if changed else ():
            tell(live)

    def remove(self, sim_id: str) -> Live | None:
        """Take a simulation out of the address space."""
        live = self.simulations.pop(sim_id, None)
        self.private.discard(sim_id)
        if live is not None:
            self.changed_at[live.record.model_id] = time.time_ns()
            self.table.give_back(live.block)
            for forget in self._on_removal:
                forget()
        return live

    def on_removal(self, forget: Callable[[], None]) -> None:
        """Have `forget` called whenever a simulation has gone: rows that were remembered are others' from then on."""
        self._on_removal.append(forget)

    def on_sharing(self, tell: Callable[[Live], None]) -> None:
        """Have `tell` called whenever a simulation is others' to see or to change than before."""
        self._on_sharing.append(tell)

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
        return self._instances.make(node)
