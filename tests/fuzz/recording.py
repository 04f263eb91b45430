"""What real clients send, heard by a relay between them and the server: the corpus that is mutated."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_HEADER, _BODY = 8, 24


@dataclass
class Heard:
    """The chunks of one connection, client to server."""

    chunks: list[bytes] = field(default_factory=list)
    plain: bool = True

    @property
    def bodies(self) -> list[bytes]:
        """The requests that came in one chunk without security, without their headers."""
        return [chunk[_BODY:] for chunk in self.chunks if self.plain and chunk[:4] == b"MSGF"]


@dataclass
class Relay:
    """Stands between clients and the server."""

    target: tuple[str, int]
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    open: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        back, forth = await asyncio.open_connection(*self.target)
        one = Heard()
        self.heard.append(one)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            async with asyncio.TaskGroup() as both:
                both.create_task(_answers(back, writer))
                await self._requests(reader, forth, one)
        for each in (writer, forth):
            each.close()
            with suppress(ConnectionError):
                await each.wait_closed()

    async def _requests(self, reader: asyncio.StreamReader, forth: asyncio.StreamWriter, one: Heard) -> None:
        while header := await reader.read(_HEADER):
            header += await reader.readexactly(_HEADER - len(header)) if len(header) < _HEADER else b""
            chunk = header + await reader.readexactly(struct.unpack_from("<I", header, 4)[0] - _HEADER)
            one.chunks.append(chunk)
            one.plain = one.plain and (chunk[:3] != b"OPN" or b"SecurityPolicy#None" in chunk)
            forth.write(chunk)
        forth.write_eof()


async def _answers(back: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await back.read(65_536):
        writer.write(data)


@asynccontextmanager
async def relay(url: str) -> AsyncIterator[Relay]:
    """A relay to the server; clients connect to its `url`."""
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    one = Relay((address.hostname, address.port))
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        one.url = f"opc.tcp://127.0.0.1:{port}/pde"
        yield one
