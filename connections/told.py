"""What doors tell the audit, as it goes through Redis: an entry as JSON, or a whole batch of written values packed."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from connections.audit import Entry
from connections.packed import MARK, pack, unpack

Written = Sequence[tuple[str, Sequence[str]]]
"""SimIDs, each with the names of its written tags."""


def names_of(written: Written) -> bytes:
    """The names of a batch as they stand in its message."""
    return orjson.dumps(written)


def batch(facts: Mapping[str, Any], names: bytes, times: Sequence[float | None], old: bytes, new: bytes) -> bytes:
    """A batch Write: the facts that all its entries share, `names_of` it, simulated seconds, values in that order."""
    return pack(facts, names, np.array(times, np.float64).tobytes(), old, new)


def entries(message: bytes) -> list[Entry]:
    """The entries of a message: one, or one for each simulation of a batch. Raises ValueError, TypeError."""
    return list(_of_batch(message)) if message[:1] == MARK else [Entry(**orjson.loads(message))]


def _of_batch(message: bytes) -> Iterator[Entry]:
    facts, written, numbers = unpack(message)
    count = sum(len(names) for _, names in written)
    if len(numbers) != len(written) + 2 * count:
        raise ValueError(f"{len(numbers)} numbers for {count} tags of {len(written)} simulations")
    told = [value if math.isfinite(value) else None for value in numbers.tolist()]
    at = len(written)
    for time, (sim_id, names) in zip(told[:at], written, strict=True):
        size = len(names)
        old = dict(zip(names, told[at : at + size], strict=True))
        new = dict(zip(names, told[at + count : at + count + size], strict=True))
        yield Entry(**facts, sim_id=sim_id, old=old, new=new, simulation_time=time)
        at += size
