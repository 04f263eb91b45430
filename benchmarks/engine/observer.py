"""An outside observer of all frames in a process of its own: delays, missing ticks, when actions came into effect.

`python -m benchmarks.engine.observer URL` reads one word a line: "begin" counts from here on, "figures" asks for them.
Every line that it writes is JSON: [SimID] at the first sample of each simulation, [SimID, action, wall time in ns] when
an action is in effect, and the figures. What asks has the processor for its OPC UA client; here frames are timed.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from connections.bus import Bus, connect
from connections.redis_keys import FRAMES
from plant.frames import Frame, Kind, unpack

PATIENCE = 120.0
LONGEST = 1 << 20
SHARES = (50.0, 99.0)


@dataclass
class Counter:
    """In seconds from a sample's due time: `stored` to its entry in Redis, `received` to its arrival here.

    Redis stamps entries with whole milliseconds of the same machine's clock, and the end of that millisecond counts.
    `missed`: ticks that never came.
    """

    ticks: dict[str, int] = field(default_factory=dict)
    actions: set[tuple[str, int]] = field(default_factory=set)
    stored: list[float] = field(default_factory=list)
    received: list[float] = field(default_factory=list)
    missed: int = 0

    async def follow(self, bus: Bus) -> None:
        """Take for ever."""
        async for entry, batch in bus.follow(FRAMES, "0-0"):
            now, stamp = time.time_ns(), (int(entry.partition("-")[0]) + 1) * 1_000_000
            for frame in unpack(batch):
                self._take(frame, stamp, now)

    def _take(self, frame: Frame, stamp: int, now: int) -> None:
        if frame.action and (frame.sim_id, frame.action) not in self.actions:
            self.actions.add((frame.sim_id, frame.action))
            _say([frame.sim_id, frame.action, frame.wall_time])
        if frame.kind is not Kind.SAMPLE:
            return
        if frame.sim_id not in self.ticks:
            _say([frame.sim_id])
        self.missed += frame.tick - self.ticks.get(frame.sim_id, frame.tick - 1) - 1
        self.ticks[frame.sim_id] = frame.tick
        self.stored.append((stamp - frame.wall_time) / 1e9)
        self.received.append((now - frame.wall_time) / 1e9)

    def begin(self) -> None:
        """Count from here on."""
        self.stored, self.received, self.missed = [], [], 0

    def figures(self) -> dict[str, Any]:
        """Samples, missed ones, and the percentiles SHARES of both delays."""
        return {
            "samples": len(self.received), "missed": self.missed,
            "stored": np.percentile(self.stored, SHARES).tolist(),
            "received": np.percentile(self.received, SHARES).tolist(),
        }  # fmt: skip


class Observer:
    """The side that asks."""

    def __init__(self, child: Process) -> None:
        self._child = child
        self._seen: dict[tuple[str, int], int] = {}
        self._figures: dict[str, Any] = {}
        self._arrived = asyncio.Condition()

    async def listen(self) -> None:
        """Take what it says until its end."""
        assert self._child.stdout is not None
        while line := await self._child.stdout.readline():
            async with self._arrived:
                self._hear(json.loads(line))
                self._arrived.notify_all()

    def _hear(self, message: Any) -> None:
        match message:
            case [sim_id]:
                self._seen[sim_id, 0] = 0
            case [sim_id, action, wall_time]:
                self._seen[sim_id, action] = wall_time
            case figures:
                self._figures = figures

    def begin(self) -> None:
        """Count from here on."""
        self._figures = {}
        self._ask("begin")

    async def figures(self) -> dict[str, Any]:
        """What was counted, see Counter.figures."""
        self._ask("figures")
        async with self._arrived, asyncio.timeout(PATIENCE):
            await self._arrived.wait_for(lambda: bool(self._figures))
        return self._figures

    async def sample_of(self, *sim_ids: str) -> None:
        """Until each has sent a sample."""
        async with self._arrived, asyncio.timeout(PATIENCE):
            await self._arrived.wait_for(lambda: all((sim_id, 0) in self._seen for sim_id in sim_ids))

    async def effect_of(self, sim_id: str, action: int) -> int:
        """The wall time (ns) at which an action was in effect."""
        async with self._arrived, asyncio.timeout(PATIENCE):
            await self._arrived.wait_for(lambda: (sim_id, action) in self._seen)
        return self._seen[sim_id, action]

    def _ask(self, word: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(f"{word}\n".encode())


@asynccontextmanager
async def observing(redis_url: str) -> AsyncIterator[Observer]:
    """Watch the frames of an engine until the end."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.engine.observer", redis_url, stdin=PIPE, stdout=PIPE, limit=LONGEST,
        start_new_session=True,
    )  # fmt: skip
    assert child.stdin is not None
    async with asyncio.TaskGroup() as group:
        observer = Observer(child)
        group.create_task(observer.listen())
        try:
            yield observer
        finally:
            child.stdin.close()
            await child.wait()


def _say(message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def serve(redis_url: str) -> None:
    """Count until the standard input ends."""
    counter, asked = Counter(), asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    async with connect(redis_url) as bus, asyncio.TaskGroup() as group:
        following = group.create_task(counter.follow(bus))
        while word := (await asked.readline()).strip():
            if word == b"begin":
                counter.begin()
            else:
                _say(counter.figures())
        following.cancel()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
