"""An outside observer of all frames that keeps figures only: delays, missing ticks, when actions came into effect."""

import asyncio
import time
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from connections.bus import FRAMES, Bus, connect
from plant.frames import Frame, Kind, unpack

PATIENCE = 120.0


@dataclass
class Observer:
    """`delays`: seconds from a sample's due time to its arrival here; `missed`: ticks that never came."""

    ticks: dict[str, int] = field(default_factory=dict)
    actions: dict[tuple[str, int], int] = field(default_factory=dict)
    delays: "array[float]" = field(default_factory=lambda: array("d"))
    samples: int = 0
    missed: int = 0
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def follow(self, bus: Bus) -> None:
        """Take for ever."""
        async for _, batch in bus.follow(FRAMES, "0-0"):
            now = time.time_ns()
            for frame in unpack(batch):
                self._take(frame, now)
            async with self.arrived:
                self.arrived.notify_all()

    def _take(self, frame: Frame, now: int) -> None:
        if frame.action:
            self.actions.setdefault((frame.sim_id, frame.action), frame.wall_time)
        if frame.kind is not Kind.SAMPLE:
            return
        self.samples += 1
        self.missed += frame.tick - self.ticks.get(frame.sim_id, frame.tick - 1) - 1
        self.ticks[frame.sim_id] = frame.tick
        self.delays.append((now - frame.wall_time) / 1e9)

    def begin(self) -> None:
        """Count from here on."""
        self.delays, self.samples, self.missed = array("d"), 0, 0

    async def sample_of(self, *sim_ids: str) -> None:
        """Until each has sent a sample."""
        async with self.arrived, asyncio.timeout(PATIENCE):
            await self.arrived.wait_for(lambda: all(sim in self.ticks for sim in sim_ids))

    async def effect_of(self, sim_id: str, action: int) -> int:
        """The wall time (ns) at which an action was in effect."""
        async with self.arrived, asyncio.timeout(PATIENCE):
            await self.arrived.wait_for(lambda: (sim_id, action) in self.actions)
        return self.actions[sim_id, action]


@asynccontextmanager
async def observing(redis_url: str) -> AsyncIterator[Observer]:
    """Watch the frames of an engine until the end."""
    async with connect(redis_url) as bus, asyncio.TaskGroup() as group:
        observer = Observer()
        following = group.create_task(observer.follow(bus))
        yield observer
        following.cancel()
