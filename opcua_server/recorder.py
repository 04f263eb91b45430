"""Writes every frame into the embedded record, in batches, in the historian's own thread."""

import asyncio
from collections.abc import Sequence

from connections.historian.sqlite import SqliteHistorian
from connections.log import logger
from plant.errors import Unavailable
from plant.frames import Frame

_BATCH_PERIOD = 0.25
_MOST_WAITING = 100_000
_log = logger(__name__)


class Recorder:
    """Collects frames and hands them to the historian's thread a few times a second."""

    def __init__(self, historian: SqliteHistorian) -> None:
        self._historian = historian
        self._frames: list[Frame] = []
        self._models: dict[str, str] = {}
        self._position = ""
        self._wake, self._recorded = asyncio.Event(), asyncio.Event()

    def take(self, frames: Sequence[Frame], models: dict[str, str], position: str) -> None:
        """Frames up to a stream position, to be recorded soon."""
        self._frames.extend(frames)
        self._models |= models
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
                await self.flush()
                await asyncio.sleep(_BATCH_PERIOD)
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Record what has come. Frames that could not be recorded are kept for the next time."""
        self._wake.clear()
        frames, models, position = self._frames, self._models, self._position
        self._frames, self._models = [], {}
        if not position:
            return
        try:
            await asyncio.to_thread(self._historian.append, frames, models, position)
            self._recorded.set()
        except Unavailable as error:
            _log.error("history not recorded", cause=str(error), frames=len(frames))
            self._frames = [*frames, *self._frames]
            self._models = models | self._models
            self._wake.set()
