"""Small changes to messages, all from one seeded source of chance."""

import random
import struct
from collections.abc import Callable, Sequence

_NUMBERS = (0, 1, -1, -2, 4, 63, 64, 255, 1000, 10_001, 65_535, 65_536, 2**24, 2**31 - 1, -(2**31))
_DOUBLES = (float("nan"), float("inf"), -float("inf"), 1e308, 5e-324, -0.0)
_BYTES = (0x00, 0x01, 0x05, 0x0C, 0x18, 0x1B, 0x40, 0x7F, 0x80, 0x8B, 0x98, 0xC0, 0xFE, 0xFF)
_LONGEST = 40_000
Mutation = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def _bit(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _byte(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    data[chance.randrange(len(data))] = chance.choice(_BYTES)


def _number(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(data))
    data[at : at + 4] = struct.pack("<i", chance.choice(_NUMBERS))


def _double(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(data))
    data[at : at + 8] = struct.pack("<d", chance.choice(_DOUBLES))


def _cut(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    del data[chance.randrange(1, len(data) + 1) :]


def _drop(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(len(data))
    del data[at : at + chance.randrange(1, 9)]


def _repeat(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at, size = chance.randrange(len(data)), chance.randrange(1, 64)
    data[at:at] = data[at : at + size] * chance.choice((1, 2, 50, 500))


def _graft(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    other = chance.choice(others)
    at, source = chance.randrange(len(data)), chance.randrange(len(other) or 1)
    data[at : at + chance.randrange(40)] = other[source : source + chance.randrange(1, 80)]


def _grown_number(chance: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = chance.randrange(max(len(data) - 4, 1))
    held = int.from_bytes(data[at : at + 4], "little")
    data[at : at + 4] = ((held + chance.choice((-1, 1, 2, 100))) % 2**32).to_bytes(4, "little")


MUTATIONS: tuple[Mutation, ...] = (_bit, _byte, _number, _double, _cut, _drop, _repeat, _graft, _grown_number)


def mutated(chance: random.Random, data: bytes, others: Sequence[bytes], keep: int = 0) -> bytes:
    """A message with one to four changes behind its first `keep` bytes; sometimes it stays as it is."""
    changed = bytearray(data[keep:])
    for _ in range(chance.choice((0, 1, 1, 1, 2, 4))):
        if changed:
            chance.choice(MUTATIONS)(chance, changed, others)
    return data[:keep] + bytes(changed[:_LONGEST])
