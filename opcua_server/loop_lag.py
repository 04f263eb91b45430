"""How late the server's event loop is: what a client waits before anything is done for it."""

import asyncio
from time import monotonic

from connections.durations import LAG_BOUNDS, Durations

PERIOD = 0.1
"""Seconds between two looks; each wakes the process."""


class LoopLag:
    """A histogram of how late a timer came, in seconds."""

    def __init__(self) -> None:
        self.seconds = Durations(LAG_BOUNDS)
        self._timer: asyncio.TimerHandle | None = None

    async def watch(self) -> None:
        """Look for ever. Timers alone, without a task that wakes: ten looks a second are to cost nothing."""
        try:
            self._wait()
            await asyncio.get_running_loop().create_future()
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(PERIOD, self._look, monotonic() + PERIOD)

    def _look(self, due: float) -> None:
        self.seconds.observe(max(0.0, monotonic() - due))
        self._wait()
