"""The value table: value, status code and source time of every tag of every simulation, one row each."""

import time
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from opcua_server.values import now, to_ticks
from plant.frames import Frame
from plant.model import Model
from plant.quality import Quality

TOMBSTONE = 0
"""The row that the items of deleted nodes look at: BadNodeIdUnknown for ever."""
_BAD_NODE_ID_UNKNOWN = 0x80340000
_FIRST_SIZE = 1024
NO_ACTION = np.int64(0)


class Watcher(Protocol):
    """Whoever wants to know at once that rows of a block have new samples."""

    def sample(self, block: "Block") -> None:
        """New values are in the rows of this block."""

    def lose(self, block: "Block") -> None:
        """The rows of this block are about to be given back."""


@dataclass(slots=True, eq=False)
class Block:
    """The rows `first .. first + count - 1` of one simulation and what its frames said last.

    `awaited` holds for each tag the number of the accepted action whose effect the frames must still show, 0 where
    none; `seen` is the monotonic time of the last frame.
    """

    sim_id: str
    model: Model
    first: int
    frame: Frame | None = None
    epoch: int = 0
    sequence: int = -1
    seen: float = 0.0
    stale: bool = False
    awaited: NDArray[np.int64] = field(init=False)
    watchers: list[Watcher] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.awaited = np.zeros(self.count, np.int64)

    @property
    def count(self) -> int:
        """Number of tags."""
        return len(self.model.tags)

    @property
    def rows(self) -> slice:
        """The block's part of the table."""
        return slice(self.first, self.first + self.count)


class ValueTable:
    """All rows; blocks are taken and given back as simulations come and go."""

    def __init__(self) -> None:
        self.value = np.zeros(_FIRST_SIZE)
        self.status = np.full(_FIRST_SIZE, _BAD_NODE_ID_UNKNOWN, np.uint32)
        self.source = np.zeros(_FIRST_SIZE, np.int64)
        self.refused = 0
        self._end = TOMBSTONE + 1
        self._free: dict[int, list[int]] = {}
        self.source[TOMBSTONE] = now()

    def take(self, sim_id: str, model: Model) -> Block:
        """Rows for a simulation: BadWaitingForInitialData until its first frame."""
        count = len(model.tags)
        spare = self._free.get(count)
        first = spare.pop() if spare else self._extend(count)
        block = Block(sim_id, model, first)
        self.value[block.rows] = [tag.nominal for tag in model.tags]
        self.status[block.rows] = Quality.BAD_WAITING_FOR_INITIAL_DATA
        self.source[block.rows] = now()
        return block

    def give_back(self, block: Block) -> None:
        """Free the rows; items that watch them see BadNodeIdUnknown from now on."""
        for watcher in list(block.watchers):
            watcher.lose(block)
        self.status[block.rows] = _BAD_NODE_ID_UNKNOWN
        self._free.setdefault(block.count, []).append(block.first)

    def apply(self, block: Block, frame: Frame) -> bool:
        """Take over a frame; False (and counted) when it is not newer than what the block holds or does not fit."""
        if len(frame.values) != block.count or not frame.newer_than(block.epoch, block.sequence):
            self.refused += 1
            return False
        block.frame, block.epoch, block.sequence = frame, frame.epoch, frame.sequence
        block.seen, block.stale = time.monotonic(), False
        status: NDArray[np.uint32] | np.uint32 = np.uint32(0) if frame.status is None else frame.status
        self._set(block, block.awaited <= frame.action, frame.values, status, to_ticks(frame.wall_time))
        block.awaited[block.awaited <= frame.action] = NO_ACTION
        _tell(block)
        return True

    def echo(self, block: Block, values: dict[str, float], action: int) -> None:
        """Show accepted values at once, and until a frame shows that the action was applied."""
        places = np.array([block.model.index(name) for name in values], np.intp)
        rows = block.first + places
        self.value[rows], self.status[rows] = list(values.values()), Quality.GOOD
        self.source[rows] = np.maximum(now(), self.source[rows] + 1)
        block.awaited[places] = action
        _tell(block)

    def mark(self, block: Block, quality: Quality) -> None:
        """Give every tag that is not Bad this quality, at the present time."""
        rows = np.flatnonzero(self.status[block.rows] < np.uint32(0x80000000)) + block.first
        self.status[rows] = quality
        self.source[rows] = np.maximum(now(), self.source[rows] + 1)
        _tell(block)

    def restore(self, block: Block, values: dict[str, tuple[float, int]]) -> None:
        """Show the last known values (tag -> value, source time in ticks) of a simulation without frames."""
        for name, (value, source) in values.items():
            row = block.first + block.model.index(name)
            self.value[row], self.source[row] = value, source
            self.status[row] = Quality.UNCERTAIN_LAST_USABLE_VALUE
        _tell(block)

    def _set(
        self, block: Block, open_rows: NDArray[np.bool_], values: NDArray[np.float64],
        status: NDArray[np.uint32] | np.uint32, source: int,
    ) -> None:  # fmt: skip
        rows = block.rows
        np.copyto(self.value[rows], values, where=open_rows)
        np.copyto(self.status[rows], status, where=open_rows)
        later = np.maximum(self.source[rows] + 1, source)
        np.copyto(self.source[rows], later, where=open_rows)

    def _extend(self, count: int) -> int:
        first, self._end = self._end, self._end + count
        if self._end > len(self.value):
            more = max(len(self.value), count)
            self.value = np.concatenate([self.value, np.zeros(more)])
            self.status = np.concatenate([self.status, np.full(more, _BAD_NODE_ID_UNKNOWN, np.uint32)])
            self.source = np.concatenate([self.source, np.zeros(more, np.int64)])
        return first


def _tell(block: Block) -> None:
    for watcher in block.watchers:
        watcher.sample(block)
