"""Tells the other processes what happens to alarms, in order, as soon as Redis takes it."""

import asyncio
from collections import deque

from connections.alarm_bus import message, tell
from connections.bus import Bus
from connections.historian.events import EventRow
from connections.log import logger
from opcua_server.live import Live
from plant.errors import Unavailable

_MOST_WAITING = 10_000
"""What is older is lost on this way; who listens compares with the record now and then."""
_AT_ONCE = 500
_RETRY = 0.5
_log = logger(__name__)


class AlarmOutbox:
    """Events that wait to be told."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._waiting: deque[str] = deque(maxlen=_MOST_WAITING)
        self._wake = asyncio.Event()

    def put(self, row: EventRow) -> None:
        """An event that is to be told."""
        self._put(row.sim_id, row.model_id, row.alarm, row.content)

    def gone(self, live: Live) -> None:
        """A simulation's alarms are no more."""
        self._put(live.record.sim_id, live.record.model_id, "", "null")

    async def run(self) -> None:
        """Tell for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._tell()

    async def _tell(self) -> None:
        messages = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
        try:
            await tell(self._bus, messages)
        except Unavailable as error:
            _log.warning("alarms not told", cause=str(error))
            self._waiting.extendleft(reversed(messages[-(_MOST_WAITING - len(self._waiting)) :]))
            await asyncio.sleep(_RETRY)  # Redis is away: its return can't be awaited

    def _put(self, sim_id: str, model_id: str, alarm: str, content: str) -> None:
        self._waiting.append(message(sim_id, model_id, alarm, content))
        self._wake.set()
