"""How late the server's event loop is: what a client waits before anything is done for it."""

import asyncio
from time import monotonic

from connections.durations import LAG_BOUNDS, Durations

PERIOD = 0.05
"""Seconds between two looks."""


class LoopLag:
    """A histogram of how late a timer came, in seconds."""

    def __init__(self) -> None:
        self.seconds = Durations(LAG_BOUNDS)

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            due = monotonic() + PERIOD
            await asyncio.sleep(PERIOD)
            self.seconds.observe(max(0.0, monotonic() - due))
