"""Figures of the whole engine as `pde up` starts it: memory idle, start to first sample, OPC UA write to applied.

`python -m benchmarks.engine.whole`; the quick tables of the workers alone are in `benchmarks.engine.workers`.
"""

import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
from asyncua import Client, ua

from benchmarks.engine.bench import Watch
from benchmarks.engine.workers import show, show_times
from connections.bus import connect
from tests.engine import Engine, run_engine

STARTS, WRITES, SIMULATIONS, SECONDS = 30, 300, 200, 20.0
MODELS = ("wood-berry", "ethylene-oxidation", "quadruple-tank")
NAMES = {
    "engine_api.cli": "pde up",
    "opcua_server": "OPC UA server",
    "engine_api": "engine",
    "workers.watchdog": "watchdog",
    "workers": "worker",
    "redis-server": "Redis",
}


@asynccontextmanager
async def watching(engine: Engine) -> AsyncIterator[Watch]:
    """An outside observer of all frames."""
    async with connect(engine.redis_url) as bus, asyncio.TaskGroup() as group:
        watch = Watch()
        following = group.create_task(watch.follow(bus))
        yield watch
        following.cancel()


def memory(engine: Engine) -> None:
    """Resident memory of every process; pages that they share are counted for each."""
    processes = [psutil.Process(engine.process.pid), *engine.children()]
    sizes = by_part((process, process.memory_info().rss / 1e6) for process in processes)
    show(
        "memory idle, all processes",
        f"{sum(sizes.values()):.0f} MB ({', '.join(f'{k} {v:.0f}' for k, v in sizes.items())})",
    )


def by_part(figures: Iterable[tuple[psutil.Process, float]]) -> dict[str, float]:
    """The figures of processes, added up for each part."""
    parts: dict[str, float] = defaultdict(float)
    for process, figure in figures:
        parts[name_of(process)] += figure
    return parts


def name_of(process: psutil.Process) -> str:
    """The part that a process is."""
    command = " ".join(process.cmdline())
    return next((name for word, name in NAMES.items() if word in command), "other")


async def starts(rest: httpx.AsyncClient, watch: Watch) -> None:
    """From the REST request to the first sample in a receiver's hands."""
    took = []
    for number in range(STARTS):
        asked = time.time_ns()
        answer = await rest.post(f"/api/models/{MODELS[number % 3]}/start", json={})
        sim_id = answer.raise_for_status().json()["sim_id"]
        took.append((await watch.first(sim_id) - asked) / 1e9)
        (await rest.delete(f"/api/sims/{sim_id}")).raise_for_status()
    show_times("start by REST -> first sample", took)


async def writes(engine: Engine, rest: httpx.AsyncClient, watch: Watch, what: str) -> None:
    """From an OPC UA Write to the echo that carries the value in effect."""
    sim_id = (await rest.post("/api/models/quadruple-tank/start", json={})).raise_for_status().json()["sim_id"]
    await watch.first(sim_id)
    took = []
    async with Client(engine.opcua) as client:
        node = client.get_node(f"ns=2;s={sim_id}.pump_1_voltage")
        for number in range(1, WRITES + 1):
            asked = time.time_ns()
            await node.write_value(ua.DataValue(ua.Variant(3.0 + number / 1000, ua.VariantType.Double)))
            took.append((await watch.first(sim_id, number) - asked) / 1e9)
    show_times(f"OPC UA write -> applied, {what}", took)


async def many(engine: Engine, rest: httpx.AsyncClient, watch: Watch) -> None:
    """Many simulations at 1 Hz through the whole path, with the record being written."""
    for number in range(SIMULATIONS):
        (await rest.post(f"/api/models/{MODELS[number % 3]}/start", json={})).raise_for_status()
    processes = [psutil.Process(engine.process.pid), *engine.children()]
    before = {p.pid: sum(p.cpu_times()[:2]) for p in processes}
    first, began = len(watch.frames), time.monotonic()
    await asyncio.sleep(SECONDS)
    span = time.monotonic() - began
    load = by_part((p, (sum(p.cpu_times()[:2]) - before[p.pid]) / span) for p in processes)
    ticks: dict[str, set[int]] = {}
    for _, frame in watch.frames[first:]:
        ticks.setdefault(frame.sim_id, set()).add(frame.tick)
    missed = sum(max(seen) - min(seen) + 1 - len(seen) for seen in ticks.values())
    show(f"{len(ticks)} simulations at 1 Hz, ticks missed", f"{missed} of {sum(map(len, ticks.values()))}")
    show("cores used", f"{sum(load.values()):.2f} ({', '.join(f'{k} {v:.2f}' for k, v in load.items())})")


async def measure(engine: Engine) -> None:
    """Print the table."""
    memory(engine)
    async with watching(engine) as watch, httpx.AsyncClient(base_url=engine.http, timeout=30.0) as rest:
        await starts(rest, watch)
        await writes(engine, rest, watch, "one simulation")
        await many(engine, rest, watch)


def main() -> None:
    """Run on a fresh engine."""
    show("machine", f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, run_engine(Path(folder)) as engine:
        asyncio.run(measure(engine))


if __name__ == "__main__":
    main()
