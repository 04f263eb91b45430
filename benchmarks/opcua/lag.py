"""How late the server's event loop is: at rest, with 60,000 tags monitored, and under every attack of the tests.

`python -m benchmarks.opcua.lag [--tags N] [--seconds S] [--only part-of-a-name,...] [--nice N]`

The server measures itself (`pde_opcua_loop_lag_seconds`): a timer of 50 ms says how late it came, its wait for a
processor included. `turn` is how long its loop computed without a pause, in its own processor time: other jobs on the
machine do not lengthen it. Percentiles are upper ends of the histogram's classes; that of the turns is of the time
that was computed, not of their number: a share of so much of it was in turns no longer than this. Beside them stands
how long an honest client waits for a Read, seen from outside, and the cores that the server took.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.opcua.capacity import probe
from benchmarks.opcua.client import ask
from benchmarks.opcua.servers import Server, ours
from benchmarks.opcua.turns import STRETCH_BOUNDS
from connections.bus import Bus, connect
from connections.durations import LAG_BOUNDS
from connections.redis_keys import OPCUA_MEASURES
from tests.system.opcua.attacks import ATTACKS, under

SETTLE, TOLD = 2.0, 1.1
"""Seconds until a load is whole; until what the server tells has been told again."""
TAGS_AT_REST = 100
TITLES = ("lag p50", "p99", "longest", "turn p99", "longest", "Read p50", "p99")


async def told(bus: Bus) -> tuple[list[int], list[int]]:
    """The histograms of the lag and of the turns so far."""
    await asyncio.sleep(TOLD)
    lag = json.loads(await bus.redis.get(OPCUA_MEASURES) or "{}")["lag"]
    return list(lag["counts"]), list(lag["stretches"])


def within(counts: NDArray[Any], share: float, bounds: Sequence[float]) -> float:
    """What so large a share of the looks, in ms, did not exceed."""
    wanted, seen = share * float(counts.sum()), 0.0
    for bound, count in zip((*bounds, float("inf")), counts, strict=True):
        seen += count
        if seen and seen >= wanted:
            return bound * 1e3
    return float("inf")


async def measure(name: str, bus: Bus, server: Server, seconds: float, load: AbstractAsyncContextManager[None]) -> None:
    """Print one line."""
    waits: list[float] = []
    async with load, asyncio.TaskGroup() as group:
        probing = group.create_task(probe(server.url, waits))
        await asyncio.sleep(SETTLE)
        before, first, computed = await told(bus), len(waits), server.seconds
        await asyncio.sleep(seconds)
        cores = (server.seconds - computed) / seconds
        after = await told(bus)
        probing.cancel()
    lag, turns = (np.subtract(late, early) for early, late in zip(before, after, strict=True))
    lags = [within(lag, share, LAG_BOUNDS) for share in (0.5, 0.99, 1.0)]
    spent = turns * (*STRETCH_BOUNDS, 2 * STRETCH_BOUNDS[-1])
    longest = [within(spent, 0.99, STRETCH_BOUNDS), within(turns, 1.0, STRETCH_BOUNDS)]
    seen = 1e3 * np.percentile(waits[first:], (50, 99))
    print(f"{name:24}", *(f"{figure:8.1f}" for figure in (*lags, *longest, *seen)), f"{cores:7.2f}", flush=True)


@asynccontextmanager
async def monitored(server: Server, tags: int, seconds: float) -> AsyncIterator[None]:
    """A client that monitors so many tags."""
    async with asyncio.TaskGroup() as group:
        settled = asyncio.Event()
        watching = group.create_task(ask(
            server.url, server.namespace, server.read, "watch", tags, -(-tags // 10_000), 1000.0,
            seconds + 2 * TOLD + SETTLE + 5, 5.0, settled=settled.set,
        ))  # fmt: skip
        await settled.wait()
        yield
        await watching


async def run(tags: int, seconds: float, only: Sequence[str], nice: int) -> None:
    """Print the table."""
    print(f"{'ms':24}", *(f"{title:>8}" for title in TITLES), "  cores")
    wanted = [name for name in ("at rest", *ATTACKS) if not only or any(part in name for part in only)]
    if wanted:
        async with ours(TAGS_AT_REST, measures=("turns",)) as (server, _), connect(server.redis) as bus:
            server.process.nice(nice)
            for name in wanted:
                load = under(ATTACKS[name], server.url) if name in ATTACKS else nullcontext()
                await measure(name, bus, server, seconds, load)
    if tags:
        async with ours(tags, measures=("turns",)) as (server, _), connect(server.redis) as bus:
            server.process.nice(nice)
            await measure(f"{tags} tags at 1 Hz", bus, server, seconds, monitored(server, tags, seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tags", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--nice", type=int, default=0)
    options = parser.parse_args()
    chosen = [part for part in options.only.split(",") if part]
    asyncio.run(run(options.tags, options.seconds, chosen, options.nice))
