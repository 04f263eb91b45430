"""What synchronous code does in its own way: sockets, sleep, and reading and writing a tag by its name."""

import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from time import sleep
from typing import Literal, Self

import httpx
from websockets.sync.client import ClientConnection, connect

from process_dynamics_engine.address import Address
from process_dynamics_engine.answers import Accepted, Value
from process_dynamics_engine.calls import Setting

__all__ = ["Client", "Items", "LiveSocket", "end_with", "sleep"]

Client = httpx.Client


def end_with(owner: object, client: Client) -> None:
    """Close the client when nobody uses its owner any more."""
    weakref.finalize(owner, client.close)


class LiveSocket:
    """A WebSocket whose reads have a time limit."""

    def __init__(self, connection: ClientConnection, stack: ExitStack) -> None:
        self._connection, self._stack = connection, stack

    @classmethod
    def open(cls, address: Address, headers: dict[str, str], within: float) -> Self:
        """Connect. Raises OSError, TimeoutError or a WebSocketException."""
        proxy: Literal[True] | None = None if address.local else True
        stack = ExitStack()
        wanted = connect(
            address.live, additional_headers=headers, ssl=address.context, proxy=proxy, open_timeout=within,
            max_size=None, close_timeout=1.0,
        )  # fmt: skip
        return cls(stack.enter_context(wanted), stack)

    def send(self, text: str) -> None:
        """Send a text."""
        self._connection.send(text)

    def recv(self, within: float) -> str | bytes:
        """The next message. Raises TimeoutError."""
        return self._connection.recv(timeout=within)

    def close(self) -> None:
        """Leave."""
        self._stack.close()


class Items:
    """Reading and writing by name: `sim["reflux_flow"] = 2.1`."""

    def read(self, tag: str) -> Value:
        """One tag now."""
        raise NotImplementedError

    def write(self, settings: Mapping[str, Setting]) -> Accepted:
        """Control actions, all or nothing."""
        raise NotImplementedError

    def __getitem__(self, tag: str) -> Value:
        return self.read(tag)

    def __setitem__(self, tag: str, value: Setting) -> None:
        self.write({tag: value})
