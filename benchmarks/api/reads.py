"""One tag read by REST beside a bare FastAPI route with the same answer: requests a second of server processor time.

`python -m benchmarks.api.reads`; both are asked in turns in one run, by the same client over kept-alive connections.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx
import psutil

from benchmarks.api.asking import asking
from benchmarks.engine.workers import show
from engine_api.ports import free_port
from tests.engine import run_engine
from tests.waiting import until

REQUESTS, CONNECTIONS, ROUNDS = 4000, 8, 5


@contextmanager
def bare_server(body: bytes) -> Iterator[tuple[str, psutil.Process]]:
    """The peer: FastAPI and uvicorn as they come, one route, an answer made beforehand."""
    port = free_port("127.0.0.1")
    command = [sys.executable, "-m", "uvicorn", "--port", str(port), "--no-access-log", "--log-level", "warning",
               "benchmarks.api.bare:app"]  # fmt: skip
    with subprocess.Popen(command, env=os.environ | {"BARE_BODY": body.decode()}) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: answers(address), "the bare server listens")
            yield f"{address}/api/sims/x/y", psutil.Process(process.pid)
        finally:
            process.terminate()


def answers(address: str) -> bool:
    """Whether a server listens."""
    try:
        return bool(httpx.get(address).status_code)
    except httpx.TransportError:
        return False


async def ask(address: str, count: int) -> None:
    """Ask over one connection, one request after the other."""
    path = urlsplit(address).path
    async with asking(address) as connection:
        for _ in range(count):
            await connection.ask(path)


async def rate(address: str, process: psutil.Process) -> float:
    """Requests a second of processor time of the server."""
    before = sum(process.cpu_times()[:2])
    await asyncio.gather(*(ask(address, REQUESTS // CONNECTIONS) for _ in range(CONNECTIONS)))
    return float(REQUESTS / (sum(process.cpu_times()[:2]) - before))


async def measure(ours: tuple[str, psutil.Process], bare: tuple[str, psutil.Process]) -> None:
    """Print medians of rounds taken in turns."""
    rounds = [(await rate(*ours), await rate(*bare)) for _ in range(ROUNDS + 1)][1:]
    ratio = median(mine / other for mine, other in rounds)
    mine, other = (median(column) for column in zip(*rounds, strict=True))
    show("one tag by REST", f"{mine:.0f} a second of processor time, {ratio:.2f} of a bare route's {other:.0f}")


def main() -> None:
    """Run on a fresh engine with one simulation."""
    with TemporaryDirectory(prefix="pde-", ignore_cleanup_errors=True) as folder, run_engine(Path(folder)) as engine:
        process = next(p for p in engine.children() if "engine_api" in p.cmdline())
        started = httpx.post(f"{engine.http}/api/models/wood-berry/start", json={}).raise_for_status().json()["sim_id"]
        address = f"{engine.http}/api/sims/{started}/reflux_flow"
        until(lambda: httpx.get(address).json()["quality"] == "Good", "the first sample")
        with bare_server(httpx.get(address).content) as bare:
            asyncio.run(measure((address, process), bare))


if __name__ == "__main__":
    main()
