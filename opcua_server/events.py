"""Model change events: clients that listen browse again when a simulation has come or gone."""

from asyncua import Server, ua
from asyncua.server.event_generator import EventGenerator

from opcua_server.live import Live
from opcua_server.names import node_id

_NODE_ADDED, _NODE_DELETED = 1, 2


class ModelChanges:
    """Sends GeneralModelChangeEvents from the Server object."""

    def __init__(self, generator: EventGenerator) -> None:
        self._generator = generator

    @classmethod
    async def prepare(cls, server: Server) -> "ModelChanges":
        """Make the events ready to be sent."""
        generator = await server.get_event_generator(ua.ObjectIds.GeneralModelChangeEventType)
        generator.event.data_types["Changes"] = (
            ua.VariantType.ExtensionObject
        )  # asyncua takes structures for these only
        return cls(generator)

    async def announce(self, live: Live, added: bool) -> None:
        """Tell clients that a simulation has come or gone."""
        verb = ua.Byte(_NODE_ADDED if added else _NODE_DELETED)
        change = ua.ModelChangeStructureDataType(node_id(live.record.sim_id), live.template.type_id, verb)
        self._generator.event.Changes = [change]
        await self._generator.trigger(message=f"{live.record.sim_id} {'appeared' if added else 'is gone'}")
