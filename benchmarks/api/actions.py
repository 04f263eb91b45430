"""How long a control action takes to be accepted by REST while 200 simulations run.

`python -m benchmarks.api.actions [SECONDS]`; one action after the other, spread over the time and the simulations, each
answered when it is in the stream of its simulation.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.api.asking import asking
from benchmarks.engine.workers import show, show_times
from tests.engine import Engine, run_engine
from tests.waiting import until

MODEL, TAG = "van-de-vusse", "dilution_rate"
SIMULATIONS, RATE, SECONDS = 200, 20.0, 60.0
WARM = 40


async def act(engine: Engine, sims: Sequence[str], count: int) -> list[float]:
    """Seconds from request to answer of so many actions, RATE a second."""
    took = []
    async with asking(engine.http) as connection:
        begun = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            body = json.dumps({"value": 14.0 + number / 1e4}).encode()
            asked = time.perf_counter()
            await connection.ask(f"/api/sims/{sims[number * 7919 % len(sims)]}/{TAG}", "POST", body)
            took.append(time.perf_counter() - asked)
    return took


def start(engine: Engine) -> list[str]:
    """Start them all; each has shown a value."""
    with httpx.Client(base_url=engine.http, timeout=60.0) as rest:
        sims = [
            rest.post(f"/api/models/{MODEL}/start", json={"wait": True}).raise_for_status().json()["sim_id"]
            for _ in range(SIMULATIONS)
        ]
        until(lambda: all(good(rest, sim_id) for sim_id in sims), "the first sample of each")
    return sims


def good(rest: httpx.Client, sim_id: str) -> bool:
    """Whether it shows a value."""
    return bool(rest.get(f"/api/sims/{sim_id}/{TAG}").json()["quality"] == "Good")


def main() -> None:
    """Run on a fresh engine."""
    span = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with (
        TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder,
        run_engine(Path(folder), PDE_WORKER__SLOTS=str(SIMULATIONS)) as engine,
    ):
        sims = start(engine)
        process = next(p for p in engine.children() if "engine_api" in p.cmdline())
        asyncio.run(act(engine, sims, WARM))
        before = sum(process.cpu_times()[:2])
        took = asyncio.run(act(engine, sims, int(span * RATE)))
        used = 1000 * (sum(process.cpu_times()[:2]) - before) / len(took)
        show_times(f"action accepted, {SIMULATIONS} simulations running", took)
        show("  of the engine's processor", f"{used:.1f} ms for each action, all else it does in that time included")


if __name__ == "__main__":
    main()
