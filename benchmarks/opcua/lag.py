"""How late the server's event loop is: at rest, with 60,000 tags monitored, and under every attack of the tests.

`python -m benchmarks.opcua.lag [--tags N] [--seconds S] [--only part-of-a-name,...] [--nice N]`

The server measures itself (`pde_opcua_loop_lag_seconds`): a timer of 50 ms says how late it came, its wait for a
processor included. Percentiles are upper ends of the histogram's classes. Beside it stands how long an honest client
waits for a Read, seen from outside.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

import numpy as np

from benchmarks.opcua.capacity import probe
from benchmarks.opcua.client import ask
from benchmarks.opcua.servers import Server, ours
from connections.bus import Bus, connect
from connections.durations import LAG_BOUNDS
from connections.redis_keys import OPCUA_MEASURES
from tests.system.opcua.attacks import ATTACKS, under

SETTLE, TOLD = 2.0, 1.1
"""Seconds until a load is whole; until what the server tells has been told again."""
TAGS_AT_REST = 100


async def told(bus: Bus) -> list[int]:
    """The histogram of the lag so far."""
    await asyncio.sleep(TOLD)
    content = json.loads(await bus.redis.get(OPCUA_MEASURES) or "{}")
    return list(content["lag"]["counts"])


def within(counts: Sequence[int], share: float) -> float:
    """The lag in ms that so large a share of the looks did not exceed."""
    wanted, seen = share * sum(counts), 0
    for bound, count in zip((*LAG_BOUNDS, float("inf")), counts, strict=True):
        seen += count
        if seen >= wanted:
            return bound * 1e3
    return float("inf")


async def measure(name: str, bus: Bus, url: str, seconds: float, load: AbstractAsyncContextManager[None]) -> None:
    """Print one line."""
    waits: list[float] = []
    async with load, asyncio.TaskGroup() as group:
        probing = group.create_task(probe(url, waits))
        await asyncio.sleep(SETTLE)
        before, first = await told(bus), len(waits)
        await asyncio.sleep(seconds)
        after = await told(bus)
        probing.cancel()
    counts = [late - early for late, early in zip(after, before, strict=True)]
    lags = [f"{within(counts, share):8.1f}" for share in (0.5, 0.99, 1.0)]
    seen = [f"{wait:8.1f}" for wait in 1e3 * np.percentile(waits[first:], (50, 99))]
    print(f"{name:24}", *lags, " ", *seen, f"{sum(counts):7}", flush=True)


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
    print(f"{'':24} {'lag p50':>8} {'p99':>8} {'longest':>8}   {'Read p50':>8} {'p99':>8} {'looks':>7}  ms")
    async with ours(TAGS_AT_REST) as (server, _), connect(server.redis) as bus:
        server.process.nice(nice)
        for name, attack in {"at rest": None, **ATTACKS}.items():
            if not only or any(part in name for part in only):
                load = nullcontext() if attack is None else under(attack, server.url)
                await measure(name, bus, server.url, seconds, load)
    if tags:
        async with ours(tags) as (server, _), connect(server.redis) as bus:
            server.process.nice(nice)
            await measure(f"{tags} tags at 1 Hz", bus, server.url, seconds, monitored(server, tags, seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tags", type=int, default=60_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--nice", type=int, default=0)
    options = parser.parse_args()
    chosen = [part for part in options.only.split(",") if part]
    asyncio.run(run(options.tags, options.seconds, chosen, options.nice))
