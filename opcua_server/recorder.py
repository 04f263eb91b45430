"""Writes every frame, and what happened to alarms, into the embedded record, in batches, in the historian's thread."""

import asyncio
from collections.abc import Callable, Sequence

from connections.historian.events import Changes
from connections.historian.sqlite import SqliteHistorian
from connections.log import logger
from plant.errors import Unavailable
from plant.frames import Frame

_BATCH_PERIOD = 0.25
_MOST_WAITING = 100_000
_log = logger(__name__)


class Recorder:
    """Collects frames and hands them to the historian's thread a few times a second.

    `changes` answers what happened to alarms since it was last asked: it is recorded together with the frames that
    made it, so that after a restart neither is known without the other.
    """

    def __init__(self, historian: SqliteHistorian, changes: Callable[[], Changes] = Changes) -> None:
        self._historian = historian
        self.changes = changes
        self._frames: list[Frame] = []
        self._models: dict[str, str] = {}
        self._position = ""
        self._unrecorded = Changes()
        self._writing = asyncio.Lock()
        self._wake, self._recorded = asyncio.Event(), asyncio.Event()

    def take(self, frames: Sequence[Frame], models: dict[str, str], position: str) -> None:
        """Frames up to a stream position, to be recorded soon; `models` has the model id of each SimID, for ever."""
        self._frames.extend(frames)
        self._models = models
        self._position = position
        self._wake.set()

    async def room(self) -> None:
        """Wait while there is too much to record."""
        if len(self._frames) > _MOST_WAITING:
            self._recorded.clear()
            await self._recorded.wait()

    async def run(self) -> None:
        """Record for ever; what is left is recorded when cancelled."""
        try:
            while True:
                await self._wake.wait()
                await asyncio.sleep(_BATCH_PERIOD)  # the frames of one beat come in several entries
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> bool:
        """Record what has come; False when that was not possible: it is kept for the next time."""
        async with self._writing:
            self._wake.clear()
            changes = self._unrecorded.followed_by(self.changes())
            frames, models, position = self._frames, self._models, self._position
            self._frames, self._unrecorded, self._position = [], Changes(), ""
            if not position and not changes:
                return True
            try:
                await asyncio.to_thread(self._historian.append, frames, models, position, changes)
                self._recorded.set()
            except Unavailable as error:
                _log.error("history not recorded", cause=str(error), frames=len(frames))
                self._frames = [*frames, *self._frames]
                self._position = self._position or position
                self._unrecorded = changes
                self._wake.set()
                return False
            return True
