"""What the worker has still to tell: notes, frames, checkpoints and reports, written to Redis beat by beat.

Each beat is one transaction, in that order: nothing is ever seen of an action whose note is not kept, and a checkpoint
never stands before the frames that led to it. While Redis is away everything waits here, up to a bound.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from connections.bus import FRAMES_KEPT, MESSAGES_KEPT, batches
from connections.log import logger
from connections.redis_keys import FRAMES, REPORTS, checkpoint_key  # fmt: skip
from connections.shot import SHOTS, SHOTS_KEPT, Shot
from plant.frames import Frame, Kind
from workers import lease
from workers.checkpoint import PUBLISHED, SAVE, applied_key
from workers.hosted import Hosted
from workers.moment import Note

WINDOW = 0.007
"""Seconds for which samples are gathered before they are written."""
AWAY = 0.05
"""Seconds until the next try to write what could not be written."""
MOST_FRAMES = 50_000
"""With so many unsent frames no simulation is stepped on; what is missed is caught up later."""
FAST_FRAMES = 2_000
"""With so many unsent frames no simulation of unlimited speed is stepped on."""

_LOG = logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One thing to tell of one simulation."""

    hosted: Hosted


@dataclass(frozen=True, slots=True, eq=False)
class Sent(Item):
    """A frame, with the note of the action that it echoes."""

    frame: Frame
    note: Note | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Saved(Item):
    """An encoded checkpoint, and the numbers of the actions whose notes it makes needless."""

    content: bytes
    needless: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shown(Item):
    """A snapshot that was asked for."""

    shot: Shot


@dataclass(frozen=True, slots=True, eq=False)
class Report(Item):
    """A message to the engine."""

    message: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Farewell(Item):
    """Give the lease back; forget the checkpoints too if the life is over."""

    owner: str
    forget: bool


@dataclass(frozen=True, slots=True, eq=False)
class GaveUp(Item):
    """Give back the lease of an epoch that is over: written behind everything that was on its way."""

    owner: str


class Outbox:
    """The unsent items in order. `may_write` says whether the lease of a simulation is surely held at this instant.

    `frames` are unsent; `refused` counts how often Redis did not take what was ready.
    """

    def __init__(self, may_write: Callable[[Hosted], bool]) -> None:
        self.may_write = may_write
        self.frames, self.refused = 0, 0
        self._items: list[Item] = []
        self._full, self._urgent = asyncio.Event(), asyncio.Event()

    def add(self, item: Item) -> None:
        """Tell this soon: a sample within WINDOW, everything else at once."""
        self._items.append(item)
        self._full.set()
        if isinstance(item, Sent):
            self.frames += 1
            if item.frame.kind is Kind.SAMPLE:
                return
        self._urgent.set()

    def drop(self, hosted: Hosted, owner: str) -> None:
        """Forget what is unsent of a simulation that lost its lease, then give back what is left of the lease."""
        self._put([item for item in self._items if item.hosted is not hosted])
        self.add(GaveUp(hosted, owner))

    async def send(self, redis: Any, gone: Callable[[Hosted], None]) -> None:
        """Write for ever; `gone(hosted)` is called when the farewell of a simulation is written."""
        while True:
            await self._full.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(WINDOW):
                    await self._urgent.wait()
            self._full.clear()
            self._urgent.clear()
            if not await self.flush(redis, gone):  # Redis or a lease is away: neither return can be awaited
                await asyncio.sleep(AWAY)
            if self._items:
                self._full.set()

    async def flush(self, redis: Any, gone: Callable[[Hosted], None]) -> bool:
        """Write what may be written, and say whether anything was; what fails is kept, in order."""
        ready: list[Item] = []
        kept: list[Item] = []
        for item in self._items:
            (ready if isinstance(item, GaveUp) or self.may_write(item.hosted) else kept).append(item)
        if not ready:
            return False
        self._put(kept)
        try:
            async with redis.pipeline(transaction=True) as pipeline:
                _write(pipeline, ready)
                await pipeline.execute()
        except BaseException as error:
            dropped = {item.hosted for item in self._items if isinstance(item, GaveUp)}
            self._put([item for item in ready if item.hosted not in dropped] + self._items)
            if not isinstance(error, RedisError):
                raise
            self.refused += 1
            _LOG.warning("frames wait", frames=self.frames, cause=str(error))
            return False
        for item in ready:
            if isinstance(item, Farewell):
                gone(item.hosted)
        return True

    def _put(self, items: list[Item]) -> None:
        self._items = items
        self.frames = sum(isinstance(item, Sent) for item in items)


def _write(pipeline: Any, items: list[Item]) -> None:
    sent = [item for item in items if isinstance(item, Sent)]
    for told in sent:
        if told.note is not None:
            key = applied_key(told.hosted.sim_id)
            pipeline.hset(key, str(told.frame.action), f"{told.note.tick} {told.note.wall}")
    for batch in batches([told.frame for told in sent]):
        pipeline.xadd(FRAMES, {"b": batch}, maxlen=FRAMES_KEPT, approximate=True)
    if sent:
        pipeline.hset(PUBLISHED, mapping=_published(told.frame for told in sent))
    for item in items:
        _write_rest(pipeline, item)


def _published(frames: Iterable[Frame]) -> dict[str, str]:
    return {frame.sim_id: f"{frame.epoch} {frame.tick} {frame.wall_time}" for frame in frames}


def _write_rest(pipeline: Any, item: Item) -> None:
    sim_id = item.hosted.sim_id
    match item:
        case Saved():
            keys = (checkpoint_key(sim_id), lease.epoch_key(sim_id))
            pipeline.eval(SAVE, len(keys), *keys, item.hosted.assignment.epoch, item.content)
            if item.needless:
                pipeline.hdel(applied_key(sim_id), *map(str, item.needless))
        case Shown():
            pipeline.xadd(SHOTS, {"b": item.shot.encode()}, maxlen=SHOTS_KEPT, approximate=True)
        case Report():
            pipeline.xadd(REPORTS, {"m": json.dumps(item.message)}, maxlen=MESSAGES_KEPT, approximate=True)
        case GaveUp():
            lease.release(pipeline, sim_id, item.hosted.assignment.epoch, item.owner)
        case Farewell():
            lease.release(pipeline, sim_id, item.hosted.assignment.epoch, item.owner)
            if item.forget:
                pipeline.delete(checkpoint_key(sim_id), applied_key(sim_id))
                pipeline.hdel(PUBLISHED, sim_id)
        case _:
            return
