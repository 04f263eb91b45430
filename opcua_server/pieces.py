"""Long work in short pieces: after each, others on the event loop get their turn."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar, cast, get_args, get_type_hints

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.ua.ua_binary import to_binary

from opcua_server.decoding import read_many
from opcua_server.limits import LIMITS

AT_ONCE = 100
"""Elements that are worked on before others get their turn: some milliseconds."""
One = TypeVar("One")
Other = TypeVar("Other")


def cut(whole: Sequence[One], size: int = AT_ONCE) -> Iterator[Sequence[One]]:
    """The pieces of a sequence."""
    return (whole[start : start + size] for start in range(0, len(whole), size))


async def in_pieces(whole: Sequence[One], work: Callable[[Sequence[One]], Sequence[Other]]) -> list[Other]:
    """What `work` answers to each piece, together."""
    done: list[Other] = []
    for piece in cut(whole):
        if done:
            await asyncio.sleep(0)
        done += work(piece)
    return done


async def each(whole: Sequence[One], work: Callable[[One], Awaitable[Other]]) -> list[Other]:
    """What `work` answers to each element."""
    return [await work(one) for one in whole]


async def decode(kind: type[One], body: Buffer) -> One:
    """Parameters of a service whose last field is an array of operations. Raises ServiceError when these are many."""
    *first, last = _types(cast(Any, kind))
    values = [read_many(one, 1, body)[0] for one in first]
    (count,) = read_many(ua.Int32, 1, body)
    if count > LIMITS.nodes_per_request:
        raise ServiceError(ua.StatusCodes.BadTooManyOperations)
    if count > len(body):
        raise ServiceError(ua.StatusCodes.BadDecodingError)
    (element,) = get_args(last)
    operations = await in_pieces(range(max(count, 0)), lambda piece: read_many(element, len(piece), body))
    made: One = cast(Any, kind)(*values, operations)
    return made


async def encode(kind: type, results: Sequence[Any]) -> bytes:
    """An array of results."""
    parts = await in_pieces(results, lambda piece: [to_binary(kind, one) for one in piece])
    return len(results).to_bytes(4, "little") + b"".join(parts)


@lru_cache(maxsize=64)
def _types(kind: type) -> tuple[Any, ...]:
    hints = get_type_hints(kind, {"ua": ua})
    return tuple(hints[field.name] for field in fields(kind))
