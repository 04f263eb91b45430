"""A TCP proxy that makes a network misbehave: pause, drop, reset, delay, throttle, between a process and its Redis."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TypeVar

CHUNK = 65_536
PATIENCE = 10.0
_ABORT = struct.pack("ii", 1, 0)
"""SO_LINGER: closing sends a reset."""
T = TypeVar("T")


@dataclass
class FaultProxy:
    """In front of a unix socket; every connection behaves as the attributes say at that moment.

    `delay` (s) holds each piece back, `rate` (bytes a second, 0: any) throttles, `dropping` loses what is sent, both
    ways, while connections stay open. `pause` holds everything back until `resume`; `reset` breaks every connection.
    """

    upstream: str
    host: str
    port: int = 0
    delay: float = 0.0
    rate: float = 0.0
    dropping: bool = False
    _flowing: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Of a Redis behind it."""
        return f"redis://{self.host}:{self.port}"

    def pause(self) -> None:
        """Let nothing through."""
        self._flowing.clear()

    def resume(self) -> None:
        """Behave as a network should; what was paused arrives."""
        self.delay, self.rate, self.dropping = 0.0, 0.0, False
        self._flowing.set()

    def reset(self) -> None:
        """Break every connection."""
        for writer in self._writers:
            with suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        with suppress(OSError, ExceptionGroup, asyncio.CancelledError):
            far_reader, far = await asyncio.open_unix_connection(self.upstream)
            self._writers.add(far)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pump(reader, far))
                    group.create_task(self._pump(far_reader, writer))
            finally:
                self._writers.discard(far)
                far.transport.abort()
        self._writers.discard(writer)
        writer.transport.abort()
        self._tasks.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            await self._flowing.wait()
            if self.dropping:
                continue
            await asyncio.sleep(self.delay + (len(data) / self.rate if self.rate else 0.0))
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError

    async def end(self) -> None:
        """End every connection."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def listening(upstream: str, host: str = "127.0.0.1") -> AsyncIterator[FaultProxy]:
    """A proxy on a free port of this machine."""
    proxy = FaultProxy(upstream, host)
    proxy.resume()
    server = await asyncio.start_server(proxy.serve, host, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()


class Handle:
    """A proxy in a thread of its own, for tests that block."""

    def __init__(self, upstream: str, host: str) -> None:
        self._upstream, self._host, self._ready = upstream, host, Event()
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="fault proxy")

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with listening(self._upstream, self._host) as self.proxy:
            self._ready.set()
            await self._over.wait()

    def do(self, change: Callable[[FaultProxy], T]) -> T:
        """Change how it behaves."""

        async def changed() -> T:
            return change(self.proxy)

        return asyncio.run_coroutine_threadsafe(changed(), self._loop).result(PATIENCE)

    def __enter__(self) -> "Handle":
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE)


@contextmanager
def proxied(redis_url: str, host: str = "127.0.0.1") -> Iterator[Handle]:
    """A proxy in front of a Redis on a unix socket, at an address of this machine."""
    with Handle(redis_url.removeprefix("unix://"), host) as handle:
        yield handle
