"""Model change events: clients that listen browse again when a simulation has come or gone."""

from collections.abc import Callable, Iterable

from asyncua import ua

from opcua_server.alarms.notifier import Notifier
from opcua_server.alarms.occurrence import SERVER, server_event
from opcua_server.live import Live
from opcua_server.monitoring import Items
from opcua_server.names import node_id
from opcua_server.nodes import FOLDER_TYPE
from plant.ownership import may_see

_NODE_ADDED, _NODE_DELETED, _REFERENCE_ADDED, _REFERENCE_DELETED = 1, 2, 4, 8
_SEVERITY = 1


class ModelChanges:
    """Sends GeneralModelChangeEvents from the Server object."""

    def __init__(self, listeners: Callable[[], Iterable[Items]]) -> None:
        self._listeners = listeners

    async def announce(self, live: Live, added: bool) -> None:
        """Tell clients that a simulation has come or gone, if it was there for them."""
        verb = ua.Byte(_NODE_ADDED if added else _NODE_DELETED)
        reference = ua.Byte(_REFERENCE_ADDED if added else _REFERENCE_DELETED)
        record, kind = live.record, ua.ModelChangeStructureDataType
        changes = ua.Variant([
            kind(node_id(record.sim_id), live.template.type_id, verb),
            kind(node_id("Simulations", record.model_id), FOLDER_TYPE, reference),
        ], ua.VariantType.ExtensionObject, is_array=True)  # fmt: skip
        message = f"{record.sim_id} {'appeared' if added else 'is gone'}"
        event = ua.ObjectIds.GeneralModelChangeEventType
        seeing = Notifier(lambda: (one for one in self._listeners() if may_see(one.viewer.present(), record)))
        seeing.tell(server_event(event, message, _SEVERITY, {"Changes": changes}), [SERVER])
