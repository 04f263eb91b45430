"""Long work in short pieces, one in a turn of the event loop whoever asks; long messages are decoded beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from dataclasses import fields
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.ua.ua_binary import to_binary

from opcua_server.decoding import read_many
from opcua_server.limits import LIMITS

AT_ONCE = 100
"""Elements that are worked on before others get their turn: some milliseconds."""
FEW = 10
"""So many are worked on at once."""
SHORT = 2_048
"""Bytes of a message that is decoded at once: what fits in takes no more than some milliseconds."""
_turn = asyncio.Lock()
_aside = ThreadPoolExecutor(1, "decoding")
One = TypeVar("One")
Other = TypeVar("Other")


def cut(whole: Sequence[One], size: int = AT_ONCE) -> Iterator[Sequence[One]]:
    """The pieces of a sequence."""
    return (whole[start : start + size] for start in range(0, len(whole), size))


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """One piece of long work: of all that is under way, no more than this in a turn of the event loop."""
    async with _turn:
        yield
        await asyncio.sleep(0)


async def in_pieces(
    whole: Sequence[One], work: Callable[[Sequence[One]], Sequence[Other]], size: int = AT_ONCE
) -> list[Other]:
    """What `work` answers to each piece, together."""
    if len(whole) <= min(FEW, size):
        return list(work(whole))
    done: list[Other] = []
    for piece in cut(whole, size):
        async with turn():
            done += work(piece)
    return done


async def each(whole: Sequence[One], work: Callable[[One], Awaitable[Other]]) -> list[Other]:
    """What `work` answers to each element."""
    done: list[Other] = []
    for one in whole:
        async with turn():
            done.append(await work(one))
    return done


async def read_aside(read: Callable[..., One], kind: Any, body: Buffer) -> One:
    """What `read` finds in a message. Raises ServiceError."""
    if len(body) <= SHORT:
        return read(kind, body)
    return await asyncio.get_running_loop().run_in_executor(_aside, copy_context().run, read, kind, body)


async def decode(kind: type[One], body: Buffer) -> One:
    """Parameters of a service whose last field is an array of operations. Raises ServiceError when these are many."""
    return await read_aside(_decoded, kind, body)


def _decoded(kind: type[One], body: Buffer) -> One:
    return Operations(kind, body).take(LIMITS.nodes_per_request)


class Operations(Generic[One]):
    """Such parameters with so many operations at a time, the others still bytes. Raises ServiceError."""

    def __init__(self, kind: type[One], body: Buffer) -> None:
        self._kind, self._body = kind, body
        *first, last = _types(cast(Any, kind))
        self._first = [read_many(one, 1, body)[0] for one in first]
        (count,) = read_many(ua.Int32, 1, body)
        if count > LIMITS.nodes_per_request:
            raise ServiceError(ua.StatusCodes.BadTooManyOperations)
        if count > len(body):
            raise ServiceError(ua.StatusCodes.BadDecodingError)
        (self._element,) = get_args(last)
        self.count = self._left = max(count, 0)

    def take(self, most: int) -> One:
        """The parameters with the next operations."""
        number = min(most, self._left)
        self._left -= number
        made: One = cast(Any, self._kind)(*self._first, read_many(self._element, number, self._body))
        return made

    async def pieces(self, size: int) -> AsyncIterator[One]:
        """All of them; a request without any operation is one piece."""
        if self.count <= FEW:
            yield self.take(FEW)
        while self._left:
            async with turn():
                piece = self.take(size)
            yield piece


async def encode(kind: type, results: Sequence[Any]) -> bytes:
    """An array of results."""
    return len(results).to_bytes(4, "little") + await encode_each(kind, results)


async def encode_each(kind: type, results: Sequence[Any]) -> bytes:
    """Results one after the other."""
    if kind is ua.BrowseResult:
        return b"".join([await _browsed(one) for one in results])
    size = 1 if kind is ua.HistoryReadResult else AT_ONCE
    return b"".join(await in_pieces(results, lambda piece: [to_binary(kind, one) for one in piece], size))


async def _browsed(result: ua.BrowseResult) -> bytes:
    """One result of Browse may hold a thousand references."""
    references = result.References or []
    head = to_binary(ua.BrowseResult, ua.BrowseResult(result.StatusCode, result.ContinuationPoint, []))[:-4]
    return head + await encode(ua.ReferenceDescription, references)


@lru_cache(maxsize=64)
def _types(kind: type) -> tuple[Any, ...]:
    hints = get_type_hints(kind, {"ua": ua})
    return tuple(hints[field.name] for field in fields(kind))
