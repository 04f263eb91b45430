"""The address of the OPC UA server."""

from connections.bus import Bus, speaking
from connections.settings import OpcuaSettings

OPCUA_READY = "pde:ready:opcua"


async def announced(bus: Bus) -> str | None:
    """The endpoint URL of the OPC UA server that is ready; None while there is none."""
    with speaking():
        endpoint = await bus.redis.get(OPCUA_READY)
    return endpoint and str(endpoint.decode())


def configured(opcua: OpcuaSettings) -> str:
    """The endpoint URL that the settings lead to."""
    return f"opc.tcp://{opcua.advertised_host or opcua.host}:{opcua.port}/pde"
