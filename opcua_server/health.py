"""What the server says about its own health: ServiceLevel while it runs, and how soon it will be gone when it ends."""

import asyncio
from copy import copy
from typing import Any

from asyncua import Server, ua

from opcua_server.names import standard
from opcua_server.values import stamped

HEALTHY, DEGRADED, ENDING = 255, 100, 0
"""ServiceLevels (OPC 10000-4 6.6.2.4.2): all is well; no writes and no new values; clients had better go."""
NOTICE = 1
"""Seconds between the announcement of the end and the end: one publishing interval of most clients."""
_TYPES = ua.VariantType


async def say_level(server: Server, level: int) -> None:
    """Show a ServiceLevel."""
    await _write(server, "Server_ServiceLevel", level, _TYPES.Byte)


async def say_goodbye(server: Server) -> None:
    """Announce the end, and leave clients that are there the time to hear of it."""
    reason = ua.LocalizedText("The server is being stopped", "en")
    await say_level(server, ENDING)
    await _write(server, "Server_ServerStatus_State", ua.ServerState.Shutdown, _TYPES.Int32)
    await _write(server, "Server_ServerStatus_SecondsTillShutdown", NOTICE, _TYPES.UInt32)
    await _write(server, "Server_ServerStatus_ShutdownReason", reason, _TYPES.LocalizedText)
    held = server.iserver.read_attribute_value(_node("Server_ServerStatus")).Value
    whole = ua.ServerStatusDataType() if held is None else copy(held.Value)
    whole.State, whole.SecondsTillShutdown, whole.ShutdownReason = ua.ServerState.Shutdown, ua.UInt32(NOTICE), reason
    await _write(server, "Server_ServerStatus", whole, _TYPES.ExtensionObject)
    if server.iserver._external_sessions:
        await asyncio.sleep(NOTICE)


async def _write(server: Server, name: str, value: Any, variant: ua.VariantType) -> None:
    node = _node(name)
    held = server.iserver.read_attribute_value(node)
    if held.Value is None or held.Value.Value != value:
        await server.write_attribute_value(node, stamped(ua.Variant(value, variant)))


def _node(name: str) -> ua.NodeId:
    return standard(int(getattr(ua.ObjectIds, name)))
