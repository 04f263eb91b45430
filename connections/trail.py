"""The way into the audit: doors tell what happens without waiting; it goes to Redis in batches, from there to SQL."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import orjson

from connections.audit import LONGEST_DETAIL, REFUSED, Entry
from connections.bus import Bus
from connections.log import logger
from plant.errors import PlantError, Unavailable

TRAIL = "pde:audit"
"""Stream of what doors have told; emptied by the engine that stores it."""
MOST_WAITING, MOST_BYTES = 100_000, 256 * 1024 * 1024
_AT_ONCE, _RETRY = 250, 0.5
_GATHER = 0.01
"""Seconds for more to come before anything is passed on: the way to Redis costs more than an entry."""
_LAST = 1.0
"""Seconds for what is left at the end."""
_LONGEST = 64_000
"""Bytes of one entry."""
_log = logger(__name__)
_HEARD: ContextVar[list[str] | None] = ContextVar("heard", default=None)


@contextmanager
def hearing() -> Iterator[list[str]]:
    """What is told from within this block, by name: whoever has nothing more exact to tell sees that it was told."""
    heard: list[str] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


class Trail:
    """What one process has to tell. For one event loop."""

    def __init__(self) -> None:
        self._waiting: deque[Entry | bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._lost, self._ended = 0, False

    def end(self) -> None:
        """Have `run` return once everything is passed on."""
        self._ended = True
        self._wake.set()

    def tell(self, entry: Entry) -> None:
        """Take an entry; it is stamped with the present when it has no time yet."""
        heard = _HEARD.get()
        if heard is not None:
            heard.append(entry.what)
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
            return
        if not entry.at or len(entry.detail) > LONGEST_DETAIL:
            entry = replace(entry, at=entry.at or time.time_ns(), detail=entry.detail[:LONGEST_DETAIL])
        self._waiting.append(entry)
        self._wake.set()

    def tell_encoded(self, message: bytes) -> None:
        """Take a message of `connections.told`, such as that of a batch."""
        if len(self._waiting) >= MOST_WAITING or self._size >= MOST_BYTES:
            self._lost += 1
            return
        self._waiting.append(message)
        self._size += len(message)
        self._wake.set()

    @contextmanager
    def attempt(self, entry: Entry) -> Iterator[dict[str, Any]]:
        """Tell what is done in this block, or why it was refused; the block may add facts."""
        facts: dict[str, Any] = {}
        try:
            yield facts
        except PlantError as error:
            self.tell(replace(entry, **facts, outcome=REFUSED, detail=str(error)))
            raise
        self.tell(replace(entry, **facts))

    async def run(self, bus: Bus) -> None:
        """Pass on what is told, until the end; waits out Redis being away."""
        while not self._ended:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(_GATHER)
            while self._waiting:
                try:
                    await self.flush(bus)
                except Unavailable:
                    await asyncio.sleep(_RETRY)  # its return can't be awaited

    async def flush(self, bus: Bus) -> None:
        """Pass on some of what waits. Raises Unavailable."""
        batch = [self._waiting[place] for place in range(min(_AT_ONCE, len(self._waiting)))]
        lost, self._lost = self._lost, 0
        if lost:
            _log.error("audit entries lost: Redis was away for too long", count=lost)
        await bus.tell_many(TRAIL, [told if isinstance(told, bytes) else _encoded(told) for told in batch])
        for told in batch:
            self._waiting.popleft()
            self._size -= len(told) if isinstance(told, bytes) else 0


def _encoded(entry: Entry) -> bytes:
    """The entry as JSON; what was tried may be anything, and is not told where it is no text, no JSON or very long."""
    try:
        text = orjson.dumps(entry, option=orjson.OPT_SERIALIZE_NUMPY)
    except (TypeError, ValueError):
        text = b""
    if 0 < len(text) <= _LONGEST:
        return text
    facts = entry.message() | {"old": None, "new": None}
    return orjson.dumps({name: _readable(value) if isinstance(value, str) else value for name, value in facts.items()})


def _readable(text: str) -> str:
    """A text with `?` for each byte that was none: clients may send anything as a String."""
    return text.encode(errors="replace").decode()


@asynccontextmanager
async def open_trail(bus: Bus) -> AsyncIterator[Trail]:
    """A trail that is passed on until the end, and whose rest is passed on then. An error comes out as it went in."""
    trail = Trail()
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(trail.run(bus))
            try:
                yield trail
            finally:
                trail.end()
                await asyncio.wait([running], timeout=_LAST)
                running.cancel()
    except BaseExceptionGroup as errors:
        if len(errors.exceptions) > 1:
            raise
        raise errors.exceptions[0] from None
