"""One Redis, one worker process and a receiver of all its frames: what the benchmarks measure on."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from connections.action import Action
from connections.bus import Bus, connect
from connections.queue import Assignment, JobQueue
from connections.redis_keys import FRAMES
from connections.redis_server import embedded_redis
from plant.frames import Frame, unpack

PATIENCE = 30.0


@dataclass
class Watch:
    """What arrived: frames in order with the wall time (ns) of their arrival."""

    frames: list[tuple[int, Frame]] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def follow(self, bus: Bus) -> None:
        """Collect for ever."""
        async for _, batch in bus.follow(FRAMES, "0-0"):
            now = time.time_ns()
            async with self.arrived:
                self.frames.extend((now, frame) for frame in unpack(batch))
                self.arrived.notify_all()

    async def first(self, sim_id: str, action: int = 0) -> int:
        """When the first frame of a simulation that carries this action arrived."""
        seen = max(0, len(self.frames) - 5000)

        def found() -> int:
            nonlocal seen
            while seen < len(self.frames):
                when, frame = self.frames[seen]
                if frame.sim_id == sim_id and frame.action >= action:
                    return when
                seen += 1
            return 0

        async with self.arrived:
            return await asyncio.wait_for(self.arrived.wait_for(found), PATIENCE)


@dataclass(frozen=True)
class Bench:
    """The parts, running."""

    bus: Bus
    queue: JobQueue
    watch: Watch
    worker: psutil.Process

    def start(self, sim_id: str, model_id: str) -> None:
        """Queue a simulation at 1 Hz."""
        ends_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        self.queue.enqueue(Assignment(sim_id, model_id, 1, 1.0, 1.0, 1e6, 1, False, ends_at), None)

    async def act(self, sim_id: str, **values: float) -> int:
        """Append an action; its number."""
        number, _ = await self.bus.append_action(sim_id, Action("operator", "bench", time.time_ns(), values))
        return number

    async def stop(self, sim_id: str) -> None:
        """End a simulation."""
        await self.bus.append_action(sim_id, Action("operator", "bench", time.time_ns(), {}, "stop"))

    @property
    def memory(self) -> int:
        """Resident bytes of the worker."""
        return int(self.worker.memory_info().rss)

    @property
    def processor_time(self) -> float:
        """Seconds that the worker has computed."""
        times = self.worker.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def open_bench() -> AsyncIterator[Bench]:
    """Start everything, end everything."""
    with TemporaryDirectory(prefix="pde-") as folder, embedded_redis(Path(folder)) as url, _worker(url) as process:
        async with connect(url) as bus, asyncio.TaskGroup() as group:
            while not await bus.workers():  # noqa: ASYNC110 - another process makes it true
                await asyncio.sleep(0.05)
            watch = Watch()
            following = group.create_task(watch.follow(bus))
            yield Bench(bus, JobQueue(url), watch, psutil.Process(process.pid))
            following.cancel()


@contextmanager
def _worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PDE_REDIS_URL": url, "PDE_LOG_LEVEL": "warning"}
    with subprocess.Popen([sys.executable, "-m", "workers"], env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()
