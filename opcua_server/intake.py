"""Frames of different simulations as arrays over the value table: what its rows take over in one pass."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from opcua_server.values import to_ticks
from plant.frames import Frame

if TYPE_CHECKING:
    from opcua_server.tags import Block


def rows_of(blocks: "Sequence[Block]") -> NDArray[np.intp] | slice:
    """The rows of these blocks; as a slice, several times as fast, where they lie behind each other."""
    if all(one.first + one.count == other.first for one, other in pairwise(blocks)):
        return slice(blocks[0].first, blocks[-1].first + blocks[-1].count)
    return np.concatenate([block.places for block in blocks])


def columns_of(frames: Sequence[Frame]) -> tuple[NDArray[np.float64], NDArray[np.uint32] | None, NDArray[np.int64]]:
    """Values, status codes (None: all Good) and source times in ticks, one for each tag."""
    times = _each(frames, [to_ticks(frame.wall_time) for frame in frames])
    return np.concatenate([frame.values for frame in frames]), _statuses(frames), times


def actions_of(frames: Sequence[Frame]) -> NDArray[np.int64]:
    """The number of the last action that was applied, one for each tag."""
    return _each(frames, [frame.action for frame in frames])


def _each(frames: Sequence[Frame], numbers: list[int]) -> NDArray[np.int64]:
    repeated: NDArray[np.int64] = np.repeat(np.array(numbers, np.int64), [len(frame.values) for frame in frames])
    return repeated


def _statuses(frames: Sequence[Frame]) -> NDArray[np.uint32] | None:
    if all(frame.status is None for frame in frames):
        return None
    return np.concatenate([
        np.zeros(len(frame.values), np.uint32) if frame.status is None else frame.status for frame in frames
    ])  # fmt: skip
