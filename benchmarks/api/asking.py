"""A client that does as little as possible: one kept-alive connection, one request after the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Asking:
    """An open connection to one server."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host, self._reader, self._writer = host, reader, writer

    async def ask(self, path: str, method: str = "GET", body: bytes = b"") -> bytes:
        """The body of the answer. Raises RuntimeError for any status but 200."""
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: application/json\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(f"{head}\r\n".encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        content = await self._reader.readexactly(int(length.split(b":")[1]))
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError((answer + content).decode())
        return content


@asynccontextmanager
async def asking(address: str) -> AsyncIterator[Asking]:
    """A connection to the server at `http://HOST:PORT`."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**26)
    try:
        yield Asking(parts.netloc, reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()
