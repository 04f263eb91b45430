"""The value table: value, status code and source time of every tag of every simulation, one row each."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from opcua_server.intake import actions_of, columns_of, rows_of
from opcua_server.values import now
from plant.frames import Frame
from plant.model import Model
from plant.quality import Quality

TOMBSTONE = 0
"""The row that the items of deleted nodes look at: BadNodeIdUnknown for ever."""
_BAD_NODE_ID_UNKNOWN = 0x80340000
_BAD = np.uint32(0x80000000)
_FIRST_SIZE = 1024
NO_ACTION = np.int64(0)


class Watcher(Protocol):
    """Whoever wants to know at once that rows of some blocks have new samples."""

    def sample(self, blocks: Sequence["Block"]) -> None:
        """New values are in the rows of these blocks, all different."""

    def lose(self, block: "Block") -> None:
        """The rows of this block are about to be given back."""


@dataclass(slots=True, eq=False)
class Block:
    """The rows `first .. first + count - 1` of one simulation and what its frames said last.

    `seen` is the monotonic time of the last frame.
    """

    sim_id: str
    model: Model
    first: int
    frame: Frame | None = None
    epoch: int = 0
    sequence: int = -1
    seen: float = 0.0
    stale: bool = False
    watchers: list[Watcher] = field(default_factory=list)
    count: int = field(init=False)
    """Number of tags."""
    places: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.count = len(self.model.tags)
        self.places = np.arange(self.first, self.first + self.count)

    @property
    def rows(self) -> slice:
        """The block's part of the table."""
        return slice(self.first, self.first + self.count)


class ValueTable:
    """All rows; blocks are taken and given back as simulations come and go.

    `awaited` holds for each row the number of the accepted action whose effect the frames must still show, 0 where
    there is none.
    """

    def __init__(self) -> None:
        self.value = np.zeros(_FIRST_SIZE)
        self.status = np.full(_FIRST_SIZE, _BAD_NODE_ID_UNKNOWN, np.uint32)
        self.source = np.zeros(_FIRST_SIZE, np.int64)
        self.awaited = np.zeros(_FIRST_SIZE, np.int64)
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
        self.awaited[block.rows] = NO_ACTION
        return block

    def give_back(self, block: Block) -> None:
        """Free the rows; items that watch them see BadNodeIdUnknown from now on."""
        for watcher in list(block.watchers):
            watcher.lose(block)
        self.status[block.rows] = _BAD_NODE_ID_UNKNOWN
        self._free.setdefault(block.count, []).append(block.first)

    def apply(self, frames: Iterable[tuple[Block, Frame]]) -> list[Block]:
        """Take over frames, those of different simulations in one pass; the blocks that changed, in order.

        A frame that is not newer than what its block holds, or does not fit, is refused and counted.
        """
        changed: list[Block] = []
        once: dict[Block, Frame] = {}
        for block, frame in frames:
            if len(frame.values) != block.count or not frame.newer_than(block.epoch, block.sequence):
                self.refused += 1
                continue
            if block in once:  # its next sample: queues must see the one before
                self._take_over(once)
                once = {}
            block.frame, block.epoch, block.sequence = frame, frame.epoch, frame.sequence
            once[block] = frame
            changed.append(block)
        if once:
            self._take_over(once)
        return changed

    def echo(self, blocks: Sequence[Block], rows: NDArray[np.intp], values: Any, actions: Any) -> None:
        """Show accepted values at once, and until a frame shows that their action was applied.

        `values` and `actions` (numbers) belong to `rows`; `blocks` are those that the rows lie in.
        """
        self.value[rows], self.status[rows], self.awaited[rows] = values, Quality.GOOD, actions
        self.source[rows] = np.maximum(now(), self.source[rows] + 1)
        tell(blocks)

    def mark(self, block: Block, quality: Quality) -> None:
        """Give every tag that is not Bad this quality, at the present time."""
        rows = np.flatnonzero(self.status[block.rows] < _BAD) + block.first
        self.status[rows] = quality
        self.source[rows] = np.maximum(now(), self.source[rows] + 1)
        tell([block])

    def restore(self, block: Block, values: dict[str, tuple[float, int]]) -> None:
        """Show the last known values (tag -> value, source time in ticks) of a simulation without frames."""
        for name, (value, source) in values.items():
            row = block.first + block.model.index(name)
            self.value[row], self.source[row] = value, source
            self.status[row] = Quality.UNCERTAIN_LAST_USABLE_VALUE
        tell([block])

    def _take_over(self, frames: dict[Block, Frame]) -> None:
        """One frame each of different blocks, as arrays."""
        seen, blocks = time.monotonic(), list(frames)
        for block in blocks:
            block.seen, block.stale = seen, False
        self._set(rows_of(blocks), list(frames.values()))
        tell(blocks)

    def _set(self, rows: NDArray[np.intp] | slice, frames: Sequence[Frame]) -> None:
        values, status, source = columns_of(frames)
        awaited = self.awaited[rows]
        if awaited.any():
            kept = np.flatnonzero(awaited <= actions_of(frames))
            rows = kept + rows.start if isinstance(rows, slice) else rows[kept]
            values, source, status = values[kept], source[kept], None if status is None else status[kept]
            self.awaited[rows] = NO_ACTION
        self.value[rows] = values
        self.status[rows] = Quality.GOOD if status is None else status
        self.source[rows] = np.maximum(self.source[rows] + 1, source)

    def _extend(self, count: int) -> int:
        first, self._end = self._end, self._end + count
        if self._end > len(self.value):
            more = max(len(self.value), count)
            self.value = np.concatenate([self.value, np.zeros(more)])
            self.status = np.concatenate([self.status, np.full(more, _BAD_NODE_ID_UNKNOWN, np.uint32)])
            self.source = np.concatenate([self.source, np.zeros(more, np.int64)])
            self.awaited = np.concatenate([self.awaited, np.zeros(more, np.int64)])
        return first


def tell(blocks: Sequence[Block]) -> None:
    """Let whoever watches the blocks look at them, each watcher once."""
    watching: dict[Watcher, list[Block]] = {}
    for block in blocks:
        for watcher in block.watchers:
            watching.setdefault(watcher, []).append(block)
    for watcher, seen in watching.items():
        watcher.sample(seen)
