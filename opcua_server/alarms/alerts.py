"""Alerts of the engine as OPC UA events: of the Server object, and of the simulation that they are about."""

import json
from collections.abc import Callable

from asyncua import ua

from connections.alert_bus import ALERTS
from connections.bus import Bus
from connections.log import logger
from opcua_server.alarms.notifier import Notifier, notifiers_of
from opcua_server.alarms.occurrence import SERVER, PlainOccurrence, server_event
from opcua_server.names import node_id

_OVER = 100
"""Severity of the news that an alert is over."""
_log = logger(__name__)


async def follow_alerts(bus: Bus, notifier: Notifier, model_of: Callable[[str], str | None]) -> None:
    """Tell what the engine tells from now on, for ever; `model_of` names the model of a simulation that is shown."""
    async for _, message in bus.follow(ALERTS):
        try:
            alert = json.loads(message)
            sim_id = alert["sim_id"]
            model = None if sim_id is None else model_of(sim_id)
            notifiers = [SERVER] if model is None else notifiers_of(sim_id, model)
            notifier.tell(occurrence(alert, None if model is None else sim_id), notifiers)
        except (KeyError, ValueError, TypeError) as error:
            _log.warning("alert of another version ignored", cause=repr(error))


def occurrence(alert: "dict[str, object]", sim_id: str | None) -> PlainOccurrence:
    """The event: a SystemEventType whose message says what is the matter, or that it is over."""
    over = alert["ended"] is not None
    severity = _OVER if over else int(str(alert["severity"]))
    fields = {"SourceName": ua.Variant(str(alert["subject"]), ua.VariantType.String)}
    if sim_id is not None:
        fields["SourceNode"] = ua.Variant(node_id(sim_id), ua.VariantType.NodeId)
    text = f"over: {alert['message']}" if over else str(alert["message"])
    return server_event(ua.ObjectIds.SystemEventType, text, severity, fields)
