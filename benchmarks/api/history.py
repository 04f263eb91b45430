"""The history of a day, 24 h at 1 s, by REST: one tag and twenty tags, 2,000 points each, while others are recorded.

`python -m benchmarks.api.history`; the day is simulated as fast as possible first, then 20,000 values a second come in.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import psutil

from benchmarks.api.asking import asking
from benchmarks.engine.workers import show, show_times
from plant import catalog
from tests.engine import Engine, run_engine
from tests.waiting import until

MODEL, DAY, POINTS, ROUNDS = "van-de-vusse", 86_400, 2000, 30
INPUTS = {"noise_level": 1.0}
"""With noise every measurement changes with every sample."""
WRITTEN, SPEED = 20_000, 60.0
DAY_WITHIN = 900.0


def record_a_day(rest: httpx.Client) -> str:
    """Simulate a day at 1 s; its SimID when all of it is in the record."""
    body = {"speed": "max", "duration": DAY, "sample_time": 1, "inputs": INPUTS}
    sim_id = str(rest.post(f"/api/models/{MODEL}/start", json=body).raise_for_status().json()["sim_id"])
    tag = catalog.find(MODEL).tags[0].name
    query = f"/api/sims/{sim_id}/history?tags={tag}&axis=simulation&start={DAY - 1}"
    until(lambda: any(one["time"] for one in rest.get(query).json().get("series", ())), "the day", DAY_WITHIN)
    return sim_id


def write_meanwhile(rest: httpx.Client) -> float:
    """Start as many fast simulations as it takes; values a second that they make."""
    each = len(catalog.find(MODEL).tags) * SPEED
    count = round(WRITTEN / each)
    for _ in range(count):
        body = {"speed": SPEED, "sample_time": 1, "inputs": INPUTS}
        rest.post(f"/api/models/{MODEL}/start", json=body).raise_for_status()
    return count * each


async def ask(engine: Engine, sim_id: str, tags: Sequence[str]) -> list[float]:
    """Seconds from request to answer, one after the other."""
    path = f"/api/sims/{sim_id}/history?tags={','.join(tags)}&points={POINTS}"
    took = []
    async with asking(engine.http) as connection:
        for _ in range(ROUNDS + 1):
            asked = time.perf_counter()
            await connection.ask(path)
            took.append(time.perf_counter() - asked)
            await asyncio.sleep(0.2)
    return took[1:]


def measure(engine: Engine, sim_id: str, process: psutil.Process, count: int) -> None:
    """One line for so many tags."""
    tags = [tag.name for tag in catalog.find(MODEL).tags][:count]
    before = sum(process.cpu_times()[:2])
    took = asyncio.run(ask(engine, sim_id, tags))
    used = 1000 * (sum(process.cpu_times()[:2]) - before) / (ROUNDS + 1)
    show_times(f"{count} tags of a day, {POINTS} points each", took)
    show("  median; of the engine's processor", f"{1000 * median(took):.0f} ms; {used:.0f} ms with all else it does")


def main() -> None:
    """Run on a fresh engine."""
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, run_engine(Path(folder)) as engine:
        process = next(p for p in engine.children() if "engine_api" in p.cmdline())
        with httpx.Client(base_url=engine.http, timeout=60.0) as rest:
            sim_id = record_a_day(rest)
            for count in (1, 20):
                measure(engine, sim_id, process, count)
            show("values a second that are written from now on", f"{write_meanwhile(rest):.0f}")
            time.sleep(10.0)
            for count in (1, 20):
                measure(engine, sim_id, process, count)


if __name__ == "__main__":
    main()
