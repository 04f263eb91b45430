"""Redis dies and comes back: what needs it says 503 in time, what does not goes on, nothing is half done."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from connections.migrations import migrate
from connections.redis_server import find_redis_server
from engine_api.ports import free_port
from tests.waiting import until


@contextmanager
def redis_on(port: int) -> Iterator[None]:
    command = [
        str(find_redis_server()),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--logfile",
        "/dev/null",
    ]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_redis_goes_and_returns(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path / 'records.sqlite'}")
    redis_port, port = free_port("127.0.0.1"), free_port("127.0.0.1")
    settings = {
        "PDE_DATA": str(tmp_path), "PDE_REDIS_URL": f"redis://127.0.0.1:{redis_port}", "PDE_HTTP__PORT": str(port)
    }  # fmt: skip
    with redis_on(redis_port):
        until(lambda: _listens(redis_port), "Redis listens")
        engine = subprocess.Popen([sys.executable, "-m", "engine_api"], env=os.environ | settings)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10.0)
        until(lambda: _listens(port), "the engine listens")
        sim = client.post("/api/models/wood-berry/start", json={"wait": True}).json()
        assert sim["status"] == "queued"
    try:
        asked = time.monotonic()
        for method, path in (
            ("GET", "/readyz"), ("GET", "/api/system"), ("POST", "/api/models/wood-berry/start"),
            ("POST", f"/api/sims/{sim['sim_id']}/stop"),
        ):  # fmt: skip
            answer = client.request(method, path)
            assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (503, "unavailable"), path
        assert time.monotonic() - asked < 20
        assert client.get("/healthz").status_code == 200
        assert client.get("/simulations").json()[0]["status"] == "queued"
        with redis_on(redis_port):
            until(lambda: client.get("/api/system").status_code == 200, "Redis is back")
            until(
                lambda: client.get("/api/sims/all").json()["simulations"][0]["queue_position"] == 1,
                "the lost job is queued again", 15,
            )  # fmt: skip
            stopped = client.post(f"/api/sims/{sim['sim_id']}/stop")
            assert stopped.json()["status"] == "stopped", stopped.text
    finally:
        client.close()
        engine.terminate()
        assert engine.wait(10) == 0


def _listens(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1.0)
    except httpx.RemoteProtocolError:
        return True
    except httpx.TransportError:
        return False
    return True
