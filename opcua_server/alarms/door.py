"""Orders that come from other doors through Redis: each is carried out once, recorded, and answered."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from connections.alarm_bus import ORDERS, answer, refusal
from connections.bus import Bus
from connections.log import logger
from opcua_server.alarms.watch import Watch
from plant.access import Right, User, require
from plant.alarms.declared import alarm_of
from plant.alarms.identity import serial_of
from plant.alarms.orders import Asked, Order, OtherEvent
from plant.alarms.record import encode_event
from plant.errors import PlantError, Unavailable, UnknownName

_log = logger(__name__)


class OrderDoor:
    """Takes orders for ever."""

    def __init__(self, bus: Bus, watch: Watch, record: Callable[[], Awaitable[bool]]) -> None:
        self._bus, self._watch, self._record = bus, watch, record

    async def run(self) -> None:
        """Carry out what is ordered from now on; an order that nobody waits for any more is left."""
        async for _, message in self._bus.follow(ORDERS):
            try:
                order = json.loads(message)
                if order["expires"] > time.time_ns():
                    await answer(self._bus, order["id"], await self._carry_out(order))
            except Unavailable as error:
                _log.warning("order not answered", cause=str(error))
            except (KeyError, ValueError, TypeError) as error:
                _log.warning("order of another version ignored", cause=repr(error))

    async def _carry_out(self, order: dict[str, Any]) -> dict[str, Any]:
        try:
            event = self._order(order)
        except PlantError as error:
            return refusal(error)
        recorded = await self._record()
        return {"event": json.loads(event), "recorded": recorded}

    def _order(self, order: dict[str, Any]) -> str:
        sim_id, name, who = order["sim_id"], order["alarm"], User(order["role"])
        require(who, Right.OPERATE, f"'{order['order']}' on an alarm of {sim_id}")
        group = self._watch.groups.get(sim_id)
        if group is None:
            raise UnknownName(f"{sim_id} is not shown any more: its alarms are gone")
        place, _ = alarm_of(group.live.template.model, name, sim_id)
        serial = None
        if order["event_id"] is not None:
            serial = serial_of(sim_id, name, bytes.fromhex(order["event_id"]))
            if serial is None:
                raise OtherEvent(f"{order['event_id']} is no event of the alarm {name} of {sim_id}")
        asked = Asked(Order(order["order"]), order["user"], time.time_ns(), serial, order["comment"], order["seconds"])
        return encode_event(self._watch.order(group, place, asked))
