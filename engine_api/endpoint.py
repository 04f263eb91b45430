"""The address of the OPC UA server."""

from connections.bus import Bus, speaking
from connections.settings import OpcuaSettings

OPCUA_READY = "pde:ready:opcua"


async def announced(bus: Bus) -> str | None:
    """The endpoint URL of the OPC UA server that is ready; None while there is none."""
    with speaking():
        endpoint = await bus.redis.get(OPCUA_READY)
    return endpoint and str(endpoint.decode())


async def reachable(bus: Bus, opcua: OpcuaSettings) -> str:
    """The endpoint URL for clients beside this process: an advertised host in its own settings comes first."""
    return configured(opcua) if opcua.advertised_host else await announced(bus) or configured(opcua)


def configured(opcua: OpcuaSettings) -> str:
    """The endpoint URL that the settings lead to."""
    return f"opc.tcp://{opcua.advertised_host or opcua.host}:{opcua.port}/pde"
