"""uvicorn's WebSocket protocol, with an end for clients that do not read what they are sent."""

import socket
from asyncio import BaseTransport
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

WAITING = 128 * 1024
"""Bytes that the system holds for a client, beside those that asyncio does."""
LAST_CHANCE = 2.0
"""Seconds in which a slow client can still read why it is closed."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """Closing does not wait for a client that does not read: it gets the close frame, a last chance, and is cut off."""

    def connection_made(self, transport: BaseTransport) -> None:
        """Keep what waits for one client small: a slow one is noticed soon and costs little."""
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, WAITING)
        super().connection_made(transport)

    async def send(self, message: Any) -> None:
        """Send an ASGI message; a close goes behind what is buffered already."""
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(LAST_CHANCE, self.transport.abort)
        await super().send(message)
