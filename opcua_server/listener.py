"""The listening socket and what it announces."""

from asyncua.common.connection import TransportLimits
from asyncua.server.binary_server_asyncio import BinaryServer

from opcua_server.hardening import Door
from opcua_server.limits import LIMITS


def transport_limits() -> TransportLimits:
    """What the server announces at the Hello."""
    chunks = LIMITS.message // LIMITS.chunk + 1
    return TransportLimits(LIMITS.chunk, LIMITS.chunk, chunks, LIMITS.message)


class Listener(BinaryServer):
    """asyncua's listening socket with our protocol."""

    async def stop(self) -> None:
        """End; nobody comes in any more while those who are there are seen off."""
        if self._server is not None:
            self._server.close()
        await super().stop()

    def _make_protocol(self) -> Door:
        return Door(self.iserver, self._policies, self.clients, self.closing_tasks, self.limits)
