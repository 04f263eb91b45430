"""Live viewers: 500 of one simulation, 500 of 500 simulations, 20 tags each at 1 Hz: processor time and memory.

`python -m benchmarks.api.viewers [SECONDS]`; ten minutes show that the memory stays flat.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.engine.workers import show
from plant import catalog
from tests.engine import Engine, run_engine

VIEWERS, TAGS, RATE_MS, SECONDS, AT_ONCE = 500, 20, 1000, 60.0, 20
MODEL = "tennessee-eastman"


class Counted:
    """What the viewers got: data messages and the values in them."""

    def __init__(self) -> None:
        self.messages = self.values = 0

    async def read(self, socket: ClientConnection) -> None:
        """Read for ever."""
        async for text in socket:
            message = json.loads(text)
            if message["op"] == "data":
                self.messages += 1
                self.values += len(message["v"])


@asynccontextmanager
async def watching(engine: Engine, simulations: Sequence[str]) -> AsyncIterator[Counted]:
    """As many viewers as there are simulations named, each subscribed to twenty tags of its own."""
    tags = [tag.name for tag in catalog.find(MODEL).tags if tag.role == "output"][:TAGS]
    counted = Counted()
    address = engine.http.replace("http://", "ws://") + "/api/live"
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        tasks = []
        for sim_id in simulations:
            socket = await stack.enter_async_context(connect(address, compression=None, ping_interval=None))
            wanted = [f"{sim_id}.{tag}" for tag in tags]
            await socket.send(json.dumps({"op": "sub", "id": 1, "tags": wanted, "rate_ms": RATE_MS}))
            tasks.append(group.create_task(counted.read(socket)))
        yield counted
        for task in tasks:
            task.cancel()


async def measure(engine: Engine, process: psutil.Process, what: str, simulations: Sequence[str], span: float) -> None:
    """Print processor time, messages and memory over `span` seconds; without viewers first, which is taken off."""
    idle = await load(process, min(span, 20.0))
    async with watching(engine, simulations) as counted:
        await asyncio.sleep(5.0)
        memory, messages, values, began = process.memory_info().rss, counted.messages, counted.values, time.monotonic()
        used = await load(process, span)
        took = time.monotonic() - began
        rate, held = (counted.messages - messages) / took, (counted.values - values) / took
        grown = (process.memory_info().rss - memory) / 1e6
    show(f"{len(simulations)} viewers of {what}", f"{used - idle:.3f} core more than {idle:.3f} without them")
    show("  messages, values a second", f"{rate:.0f}, {held:.0f}; memory grew by {grown:.1f} MB in {took:.0f} s")


async def load(process: psutil.Process, span: float) -> float:
    """Cores that a process uses."""
    before, began = sum(process.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(span)
    return float(sum(process.cpu_times()[:2]) - before) / (time.monotonic() - began)


async def start(rest: httpx.AsyncClient, count: int) -> list[str]:
    """Start that many simulations, some at once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one() -> str:
        async with free:
            answer = await rest.post(f"/api/models/{MODEL}/start", json={"start": "steady"})
            sim_id: str = answer.raise_for_status().json()["sim_id"]
            return sim_id

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def tables(engine: Engine, span: float) -> None:
    """Both tables."""
    process = next(p for p in engine.children() if "engine_api" in p.cmdline())
    async with httpx.AsyncClient(base_url=engine.http, timeout=60.0) as rest:
        (only,) = await start(rest, 1)
        await measure(engine, process, "one simulation", [only] * VIEWERS, span)
        every = [only, *await start(rest, VIEWERS - 1)]
        await measure(engine, process, f"{VIEWERS} simulations", every, span)


def main() -> None:
    """Run on a fresh engine."""
    span = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with (
        TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder,
        run_engine(Path(folder), PDE_WORKER__SLOTS="600") as engine,
    ):
        asyncio.run(tables(engine, span))


if __name__ == "__main__":
    main()
