"""The alarms of the server put together: watched, shown as nodes, sent as events, recorded, told to other processes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from asyncua.server.address_space import AddressSpace

from connections.bus import Bus
from connections.historian.events import EventRow
from opcua_server.alarms.alerts import follow_alerts
from opcua_server.alarms.door import OrderDoor
from opcua_server.alarms.fields import View
from opcua_server.alarms.methods import AlarmMethods
from opcua_server.alarms.nodes import AlarmNodes
from opcua_server.alarms.notifier import Listening, Notifier, notifiers_of
from opcua_server.alarms.occurrence import AlarmOccurrence
from opcua_server.alarms.outbox import AlarmOutbox
from opcua_server.alarms.watch import Watch
from opcua_server.live import Live
from opcua_server.tags import ValueTable
from plant.alarms.condition import AlarmEvent

_PERIOD = 0.5


class AlarmSystem:
    """Everything about alarms; `record` writes what has changed into the record and says whether that was possible."""

    def __init__(
        self, aspace: AddressSpace, table: ValueTable, bus: Bus, listeners: Callable[[], Iterable[Listening]],
        record: Callable[[], Awaitable[bool]], patience: float,
    ) -> None:  # fmt: skip
        self._outbox = AlarmOutbox(bus)
        later = asyncio.get_running_loop().call_soon
        self.watch = Watch(table, self._hear, self._outbox.gone, later, patience)
        self.notifier = Notifier(listeners)
        self.nodes = AlarmNodes(aspace, self.watch)
        self.methods = AlarmMethods(self.nodes, self.watch, record)
        self._bus = bus
        self._door, self._record = OrderDoor(bus, self.watch, record), record

    async def run(self) -> None:
        """Everything that goes on beside the frames, for ever."""
        async with asyncio.TaskGroup() as tasks:
            alerts = follow_alerts(self._bus, self.notifier, self._model_of)
            for work in (self._outbox.run(), self._door.run(), self._tick(), alerts):
                tasks.create_task(work)

    def _model_of(self, sim_id: str) -> str | None:
        group = self.watch.groups.get(sim_id)
        return None if group is None else group.live.record.model_id

    async def _tick(self) -> None:
        while True:
            self.watch.tick(time.time_ns())
            await self._record()
            await asyncio.sleep(_PERIOD)

    def _hear(self, live: Live, event: AlarmEvent, row: EventRow) -> None:
        record = live.record
        view = View(record.sim_id, event.alarm, event.condition, event.message)
        self.notifier.tell(AlarmOccurrence(view), notifiers_of(record.sim_id, record.model_id))
        self._outbox.put(row)
