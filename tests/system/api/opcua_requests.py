"""Each kind of OPC UA request about a simulation, and the right that it needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import Client, ua

from opcua_server.fault_methods import CLEAR, INJECT
from opcua_server.life_methods import LIFE
from opcua_server.snapshot_methods import SNAPSHOTS
from plant.access import Right
from tests.system.api.rights import VALUES

_TYPES, _VALUE = ua.VariantType, ua.AttributeIds.Value
_ARGUMENTS: Mapping[str, Sequence[ua.Variant]] = {
    "Step": [ua.Variant(1, _TYPES.UInt32)],
    "SetSpeed": [ua.Variant(2.0, _TYPES.Double)],
    **{method: [ua.Variant("here", _TYPES.String)] for method in SNAPSHOTS},
    INJECT: [ua.Variant(text, _TYPES.String) for text in ("distillate_methanol", "freeze")],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: how it is called, what it needs, the node below the simulation that it is about, its argument."""

    what: str
    right: Right
    send: Callable[["Asked", Client, str], Any]
    node: str = ".reflux_flow"


async def _read(_: Asked, client: Client, node: str) -> ua.StatusCode:
    asked = ua.ReadParameters(NodesToRead=[ua.ReadValueId(ua.NodeId.from_string(node), _VALUE)])
    return (await client.uaclient.read(asked))[0].StatusCode


async def _browse(_: Asked, client: Client, node: str) -> ua.StatusCode:
    view = ua.BrowseParameters(NodesToBrowse=[ua.BrowseDescription(NodeId=ua.NodeId.from_string(node))])
    return (await client.uaclient.browse(view))[0].StatusCode


async def _history(_: Asked, client: Client, node: str) -> ua.StatusCode:
    details = ua.ReadRawModifiedDetails(StartTime=ua.uatypes.datetime(2026, 1, 1), NumValuesPerNode=1)
    wanted = [ua.HistoryReadValueId(ua.NodeId.from_string(node))]
    return (await client.uaclient.history_read(ua.HistoryReadParameters(details, NodesToRead=wanted)))[0].StatusCode


async def _monitor(_: Asked, client: Client, node: str) -> ua.StatusCode:
    subscription = await client.create_subscription(1000, _Deaf())
    try:
        await subscription.subscribe_data_change(client.get_node(node))
    except ua.UaStatusCodeError as error:
        return ua.StatusCode(ua.UInt32(error.code))
    finally:
        await subscription.delete()
    return ua.StatusCode()


class _Deaf:
    def datachange_notification(self, *_: Any) -> None:
        """Nobody listens."""


async def _write(_: Asked, client: Client, node: str) -> ua.StatusCode:
    value = ua.DataValue(ua.Variant(2.0, _TYPES.Double))
    written = ua.WriteValue(ua.NodeId.from_string(node), _VALUE, Value=value)
    return (await client.uaclient.write(ua.WriteParameters([written])))[0]


async def _call(asked: Asked, client: Client, node: str) -> ua.StatusCode:
    method = asked.what.rpartition(" ")[2]
    names = [ua.NodeId.from_string(text) for text in (node, f"{node}.{method}")]
    called = ua.CallMethodRequest(names[0], names[1], list(_ARGUMENTS.get(method, ())))
    return (await client.uaclient.call([called]))[0].StatusCode


_ALARM = f".Alarms.{VALUES['alarm']}"
REQUESTS = (
    Asked("Browse of a simulation", Right.READ, _browse, ""),
    Asked("Read of a tag", Right.READ, _read),
    Asked("CreateMonitoredItems on a tag", Right.READ, _monitor),
    Asked("HistoryRead of a tag", Right.READ, _history),
    Asked("Write of an input", Right.OPERATE, _write),
    Asked("Write of a disturbance", Right.ENGINEER, _write, ".feed_flow"),
    *(Asked(f"Call of {method}", Right.OPERATE, _call, "") for method in (*LIFE, *SNAPSHOTS)),
    *(Asked(f"Call of {method}", Right.OPERATE, _call, _ALARM) for method in ("Acknowledge", "Confirm", "AddComment")),
    *(Asked(f"Call of {method}", Right.OPERATE, _call, _ALARM) for method in ("Enable", "Disable")),
    *(Asked(f"Call of {method}", Right.ENGINEER, _call, "") for method in (INJECT, CLEAR)),
)


async def send(asked: Asked, client: Client, sim_id: str) -> ua.StatusCode:
    """The status code of the answer."""
    status: ua.StatusCode = await asked.send(asked, client, f"ns=2;s={sim_id}{asked.node}")
    return status
