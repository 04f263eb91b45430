"""The accepted tags of a batch Write by simulation, and what is told of them to the worker and to the audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from connections.packed import pack
from connections.redis_keys import keys_of
from connections.told import batch, names_of
from opcua_server.gate import Rules
from opcua_server.live import Live

_SIZE = 8


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Tags of a request, those of one simulation behind each other; names and keys as they go to Redis.

    `order` has their places in the request, `rows` those in the value table, `counts` the number of each simulation's.
    """

    live: tuple[Live, ...]
    order: NDArray[np.intp]
    rows: NDArray[np.intp]
    counts: tuple[int, ...]
    keys: tuple[bytes, ...]
    named: tuple[bytes, ...]
    names: bytes
    parts: tuple[slice, ...]
    """The bytes of each simulation's values."""

    def actions(self, facts: Mapping[str, Any], values: bytes) -> list[bytes]:
        """One action for each simulation."""
        return [pack(facts, names, values[part]) for names, part in zip(self.named, self.parts, strict=True)]

    def told(self, facts: Mapping[str, Any], old: bytes, new: bytes) -> bytes:
        """What the audit hears of all of them."""
        frames = (live.block.frame for live in self.live)
        return batch(facts, self.names, [None if frame is None else frame.sim_time for frame in frames], old, new)


def batch_of(rules: Rules, places: NDArray[np.intp]) -> Batch:
    """The tags at these places of a request."""
    order = places[np.argsort(rules.simulation[places], kind="stable")]
    numbers, counts = np.unique(rules.simulation[order], return_counts=True)
    live = tuple(rules.live[number] for number in numbers.tolist())
    ends = np.concatenate(([0], np.cumsum(counts)))
    parts = [rules.index[order[first:end]] for first, end in pairwise(ends.tolist())]
    written = [(one.record.sim_id, _names(one, part.tolist())) for one, part in zip(live, parts, strict=True)]
    return Batch(
        live, order, rules.rows[order], tuple(counts.tolist()),
        tuple(key for sim_id, _ in written for key in keys_of(sim_id)),
        tuple(orjson.dumps(names) for _, names in written), names_of(written),
        tuple(slice(_SIZE * first, _SIZE * end) for first, end in pairwise(ends.tolist())),
    )  # fmt: skip


def _names(live: Live, indices: Sequence[int]) -> list[str]:
    tags = live.template.model.tags
    return [tags[index].name for index in indices]
