"""The history of a day, 24 h at 1 s, by REST: one tag and twenty tags, 2,000 points each, while others are recorded.

`python -m benchmarks.api.history`; two days are simulated as fast as possible first, then 20,000 values a second come
in. One day is of a model wholly, inputs and outputs, the other of twenty measurements none of which ever stands still.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
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

MODEL, RESTLESS = "van-de-vusse", "tennessee-eastman"
DAY, TAGS, POINTS, ROUNDS = 86_400, 20, 2000, 30
INPUTS = {"noise_level": 1.0}
"""With noise every measurement changes with every sample."""
WRITTEN, SPEED = 20_000, 60.0
DAY_WITHIN = 900.0


@dataclass(frozen=True, slots=True)
class Day:
    """A recorded simulation and the tags that are asked for."""

    sim_id: str
    tags: tuple[str, ...]


def record_a_day(rest: httpx.Client, model: str, tags: Sequence[str]) -> Day:
    """Simulate a day at 1 s, until all of it is in the record."""
    body = {"speed": "max", "duration": DAY, "sample_time": 1, "inputs": INPUTS}
    sim_id = str(rest.post(f"/api/models/{model}/start", json=body).raise_for_status().json()["sim_id"])
    query = f"/api/sims/{sim_id}/history?tags={tags[0]}&axis=simulation&start={DAY - 1}"
    until(lambda: any(one["time"] for one in rest.get(query).json().get("series", ())), "the day", DAY_WITHIN)
    return Day(sim_id, tuple(tags[:TAGS]))


def record_days(rest: httpx.Client) -> dict[str, Day]:
    """What is asked for, by how it is called."""
    wholly = record_a_day(rest, MODEL, [tag.name for tag in catalog.find(MODEL).tags])
    outputs = [tag.name for tag in catalog.find(RESTLESS).tags if tag.role == "output"]
    return {
        "1 tag": Day(wholly.sim_id, wholly.tags[:1]),
        f"{TAGS} tags": wholly,
        f"{TAGS} restless tags": record_a_day(rest, RESTLESS, outputs),
    }


def write_meanwhile(rest: httpx.Client) -> float:
    """Start as many fast simulations as it takes; values a second that they make."""
    each = len(catalog.find(MODEL).tags) * SPEED
    count = round(WRITTEN / each)
    for _ in range(count):
        body = {"speed": SPEED, "sample_time": 1, "inputs": INPUTS}
        rest.post(f"/api/models/{MODEL}/start", json=body).raise_for_status()
    return count * each


async def ask(engine: Engine, day: Day) -> list[float]:
    """Seconds from request to answer, one after the other."""
    path = f"/api/sims/{day.sim_id}/history?tags={','.join(day.tags)}&points={POINTS}"
    took = []
    async with asking(engine.http) as connection:
        for _ in range(ROUNDS + 1):
            asked = time.perf_counter()
            await connection.ask(path)
            took.append(time.perf_counter() - asked)
            await asyncio.sleep(0.2)
    return took[1:]


def measure(engine: Engine, day: Day, process: psutil.Process, what: str) -> None:
    """The lines of one query."""
    before, memory = sum(process.cpu_times()[:2]), process.memory_info().rss
    took = asyncio.run(ask(engine, day))
    used = 1000 * (sum(process.cpu_times()[:2]) - before) / (ROUNDS + 1)
    grown = (process.memory_info().rss - memory) / 1e6
    show_times(f"{what} of a day, {POINTS} points each", took)
    show("  median; of the engine's processor", f"{1000 * median(took):.0f} ms; {used:.0f} ms with all else it does")
    show("  memory", f"{memory / 1e6:.0f} MB, {grown:+.1f} MB by {ROUNDS + 1} queries")


def main() -> None:
    """Run on a fresh engine."""
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, run_engine(Path(folder)) as engine:
        process = next(p for p in engine.children() if "engine_api" in p.cmdline())
        with httpx.Client(base_url=engine.http, timeout=60.0) as rest:
            days = record_days(rest)
            for what, day in days.items():
                measure(engine, day, process, what)
            show("values a second that are written from now on", f"{write_meanwhile(rest):.0f}")
            time.sleep(10.0)
            for what, day in days.items():
                measure(engine, day, process, what)


if __name__ == "__main__":
    main()
