"""How far one machine carries: N simulations of 20 tags at 1 Hz through the whole path, and what each part costs.

`python -m benchmarks.engine.scale [--sizes 100,300,1000] [--seconds 60] [--write]` starts a fresh engine for each size:
one worker, the OPC UA server with two monitored items for each simulation, the embedded history, one WebSocket viewer.
`--write` puts the figures into docs/capacity.md and docs/capacity.svg.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np
import psutil
from asyncua import Client, ua
from websockets.asyncio.client import connect as open_socket

from benchmarks.engine.figures import Figures, written
from benchmarks.engine.observer import Observer, observing
from benchmarks.engine.whole import name_of
from connections.bus import connect
from connections.redis_keys import FRAMES
from tests.engine import Engine, run_engine

MODEL, WRITTEN = "van-de-vusse", "dilution_rate"
TAGS = ("product_concentration", "reactor_temperature")
INPUTS = {"noise_level": 1.0}
"""With noise every measurement changes with every sample."""
STARTS, AT_ONCE, ACTIONS = 20, 16, 200
ITEMS_AT_ONCE = 500
VIEWED = 200
SETTLED = 5.0


class Told:
    """Counts notifications."""

    def __init__(self) -> None:
        self.told = 0

    def datachange_notification(self, *_: Any) -> None:
        """One more."""
        self.told += 1


async def start(rest: httpx.AsyncClient) -> str:
    """Start one; its SimID."""
    answer = await rest.post(f"/api/models/{MODEL}/start", json={"wait": True, "inputs": INPUTS})
    return str(answer.raise_for_status().json()["sim_id"])


async def start_all(rest: httpx.AsyncClient, observer: Observer, count: int) -> tuple[list[str], float]:
    """Start so many, AT_ONCE at once; seconds until the first sample of the last one was here."""
    began, gate = time.monotonic(), asyncio.Semaphore(AT_ONCE)

    async def one() -> str:
        async with gate:
            return await start(rest)

    sims = await asyncio.gather(*(one() for _ in range(count)))
    await observer.sample_of(*sims)
    return list(sims), time.monotonic() - began


async def first_samples(rest: httpx.AsyncClient, observer: Observer) -> list[float]:
    """Seconds from the request to the first sample in a receiver's hands, one after the other."""
    took = []
    for _ in range(STARTS):
        asked = time.monotonic()
        sim_id = await start(rest)
        await observer.sample_of(sim_id)
        took.append(time.monotonic() - asked)
        (await rest.delete(f"/api/sims/{sim_id}")).raise_for_status()
    return took


async def act(engine: Engine, observer: Observer, sims: Sequence[str], seconds: float) -> list[float]:
    """Seconds from the answer to an OPC UA Write to its effect in the simulation, spread over the time."""
    took, made = [], Counter[str]()
    async with Client(engine.opcua, timeout=60) as client:
        for number in range(ACTIONS):
            sim_id = sims[number * 7919 % len(sims)]
            made[sim_id] += 1
            node = client.get_node(f"ns=2;s={sim_id}.{WRITTEN}")
            await node.write_value(ua.DataValue(ua.Variant(14.0 + number / 1000, ua.VariantType.Double)))
            acknowledged = time.time_ns()
            took.append(max(0.0, (await observer.effect_of(sim_id, made[sim_id]) - acknowledged) / 1e9))
            await asyncio.sleep(seconds / ACTIONS)
    return took


@asynccontextmanager
async def subscribed(engine: Engine, sims: Sequence[str]) -> AsyncIterator[Told]:
    """An OPC UA client with two monitored items for each simulation."""
    async with Client(engine.opcua, timeout=60) as client:
        counter = Told()
        subscription = await client.create_subscription(500, counter)
        nodes = [client.get_node(f"ns=2;s={sim}.{tag}") for sim in sims for tag in TAGS]
        for first in range(0, len(nodes), ITEMS_AT_ONCE):
            await subscription.subscribe_data_change(
                nodes[first : first + ITEMS_AT_ONCE], queuesize=10, sampling_interval=ua.Double(0.0)
            )
        yield counter


@asynccontextmanager
async def viewing(engine: Engine, sims: Sequence[str]) -> AsyncIterator[Told]:
    """A WebSocket viewer of the first simulations, as the HMI is one."""
    counter = Told()
    async with open_socket(f"{engine.http.replace('http', 'ws')}/api/live") as socket, asyncio.TaskGroup() as group:

        async def listen() -> None:
            async for _ in socket:
                counter.told += 1

        tags = [f"{sim}.{TAGS[1]}" for sim in sims[:VIEWED]]
        await socket.send(json.dumps({"op": "sub", "id": 1, "tags": tags, "rate_ms": 500}))
        task = group.create_task(listen())
        yield counter
        task.cancel()


def parts(engine: Engine) -> dict[str, list[psutil.Process]]:
    """The processes of an engine by what they are; watchdogs belong to their workers."""
    found: dict[str, list[psutil.Process]] = {}
    for process in [psutil.Process(engine.process.pid), *engine.children()]:
        found.setdefault(name_of(process), []).append(process)
    return found


def processor(groups: Mapping[str, Sequence[psutil.Process]]) -> dict[str, float]:
    """Seconds that each part has computed."""
    return {name: sum(sum(p.cpu_times()[:2]) for p in group) for name, group in groups.items()}


def memory(groups: Mapping[str, Sequence[psutil.Process]]) -> dict[str, float]:
    """Megabytes of each part; what processes share is shared out among them (PSS)."""
    return {name: sum(p.memory_full_info().pss for p in group) / 1e6 for name, group in groups.items()}


def own(groups: Mapping[str, Sequence[psutil.Process]]) -> float:
    """Kilobytes of the workers that no file stands behind: other engines on the machine change nothing in it."""
    return sum(p.memory_info().rss - p.memory_info().shared for p in groups["worker"]) / 1e3


async def frames_kept(engine: Engine) -> float:
    """Megabytes of the stream of the newest frames in Redis."""
    async with connect(engine.redis_url) as bus:
        return float(await bus.redis.memory_usage(FRAMES)) / 1e6


async def measure(engine: Engine, count: int, seconds: float) -> Figures:
    """Everything about one size."""
    groups = parts(engine)
    async with (
        observing(engine.redis_url) as observer,
        httpx.AsyncClient(base_url=engine.http, timeout=120.0) as rest,
    ):
        firsts = await first_samples(rest, observer)
        idle, empty = own(groups), sum(memory(groups).values())
        sims, started = await start_all(rest, observer, count)
        async with subscribed(engine, sims) as told, viewing(engine, sims) as viewed:
            await asyncio.sleep(SETTLED)
            before, began = processor(groups), time.monotonic()
            observer.begin()
            told.told = 0
            effects = await act(engine, observer, sims, seconds)
            span = time.monotonic() - began
            cores = {name: (used - before[name]) / span for name, used in processor(groups).items()}
            seen, full = await observer.figures(), memory(groups)
            figures = Figures(
                simulations=count, seconds=round(span), samples=seen["samples"], missed=seen["missed"],
                start_all=started, first_p50=float(np.median(firsts)), stored_p50=seen["stored"][0],
                stored_p99=seen["stored"][1], delay_p50=seen["received"][0], delay_p99=seen["received"][1],
                effect_p50=float(np.percentile(effects, 50)),
                effect_p99=float(np.percentile(effects, 99)), cores=cores, memory=full,
                per_simulation=(own(groups) - idle) / count, notifications=told.told / span,
                viewed=viewed.told / span, memory_before=empty,
            )  # fmt: skip
        stopped = await stop_all(rest, sims)
        return figures.with_end(stopped, sum(memory(groups).values()), await frames_kept(engine))


async def stop_all(rest: httpx.AsyncClient, sims: Sequence[str]) -> float:
    """Stop everything; seconds until no worker hosts anything."""
    began, gate = time.monotonic(), asyncio.Semaphore(AT_ONCE)

    async def one(sim_id: str) -> None:
        async with gate:
            (await rest.delete(f"/api/sims/{sim_id}")).raise_for_status()

    await asyncio.gather(*(one(sim_id) for sim_id in sims))
    while sum(each["hosted"] for each in (await rest.get("/api/system")).json()["machines"]):  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return time.monotonic() - began


def main() -> None:
    """Measure each size on a fresh engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100,300,1000")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    logging.getLogger("asyncua").setLevel(logging.CRITICAL)
    found = []
    for size in map(int, options.sizes.split(",")):
        slots = {"PDE_WORKER__SLOTS": str(size + 10), "PDE_LOG_LEVEL": "warning"}
        with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, run_engine(
            Path(folder), **slots
        ) as engine:  # fmt: skip
            found.append(asyncio.run(measure(engine, size, options.seconds)))
        print(found[-1].line(), flush=True)
    machine = f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load before {os.getloadavg()[2]:.1f}"
    if options.write:
        written(found, machine)


if __name__ == "__main__":
    main()
