"""How long the event loop works without a pause, in its own processor time: what other jobs take does not count."""

import asyncio
from time import thread_time

from connections.durations import LAG_BOUNDS, Durations
from opcua_server.loop_lag import LoopLag

PERIOD = 0.001
"""Seconds between two looks: by so much at most a stretch is told too long."""
STRETCH_BOUNDS = tuple(0.0005 * 1.1**step for step in range(100))
"""Upper ends of the classes, in seconds: to 6 s."""


class Both(Durations):
    """The histogram of the lag, and told with it that of the stretches."""

    def __init__(self) -> None:
        super().__init__(LAG_BOUNDS)
        self.stretches = Durations(STRETCH_BOUNDS)

    def content(self) -> dict[str, object]:
        """For a message."""
        return {**super().content(), "stretches": self.stretches.content()["counts"]}


class Turns(LoopLag):
    """The lag, and beside it how long the loop computed from look to look: its longest turn and no more."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = self.both = Both()

    async def watch(self) -> None:
        """Look for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(super().watch())
            group.create_task(self._measure())

    async def _measure(self) -> None:
        while True:
            began = thread_time()
            await asyncio.sleep(PERIOD)
            self.both.stretches.observe(thread_time() - began)
