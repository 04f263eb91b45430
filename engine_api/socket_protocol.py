"""uvicorn's WebSocket protocol, with an end for clients that do not read what they are sent."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LAST_CHANCE = 2.0
"""Seconds in which a slow client can still read why it is closed."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """Closing does not wait for a client that does not read: it gets the close frame, a last chance, and is cut off."""

    async def send(self, message: Any) -> None:
        """Send an ASGI message; a close goes behind what is buffered already."""
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(LAST_CHANCE, self.transport.abort)
        await super().send(message)
