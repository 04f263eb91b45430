"""What asynchronous code does in its own way: sockets, sleep, and reading a tag by its name."""

import asyncio
from asyncio import sleep
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from typing import Literal, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

from process_dynamics_engine.address import Address
from process_dynamics_engine.answers import Value

__all__ = ["AsyncItems", "AsyncLiveSocket", "Client", "end_with", "sleep"]

Client = httpx.AsyncClient


def end_with(owner: object, client: Client) -> None:
    """An asynchronous client can't be closed by itself: use `async with` or `close`."""


class AsyncLiveSocket:
    """A WebSocket whose reads have a time limit."""

    def __init__(self, connection: ClientConnection, stack: AsyncExitStack) -> None:
        self._connection, self._stack = connection, stack

    @classmethod
    async def open(cls, address: Address, headers: dict[str, str], within: float) -> Self:
        """Connect. Raises OSError, TimeoutError or a WebSocketException."""
        proxy: Literal[True] | None = None if address.local else True
        stack = AsyncExitStack()
        wanted = connect(
            address.live, additional_headers=headers, ssl=address.context, proxy=proxy, open_timeout=within,
            max_size=None, close_timeout=1.0,
        )  # fmt: skip
        return cls(await stack.enter_async_context(wanted), stack)

    async def send(self, text: str) -> None:
        """Send a text."""
        await self._connection.send(text)

    async def recv(self, within: float) -> str | bytes:
        """The next message. Raises TimeoutError."""
        async with asyncio.timeout(within):
            return await self._connection.recv()

    async def close(self) -> None:
        """Leave."""
        await self._stack.aclose()


class AsyncItems:
    """Reading by name: `await sim["reflux_flow"]`."""

    async def read(self, tag: str) -> Value:
        """One tag now."""
        raise NotImplementedError

    def __getitem__(self, tag: str) -> Awaitable[Value]:
        return self.read(tag)
