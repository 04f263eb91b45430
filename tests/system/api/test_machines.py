"""Machines, engines and Redis that come and go: nothing is lost, everything says why (F9, F14, F19, alerts)."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from asyncua import Client
from redis import Redis

from connections.records import Records
from connections.tails import Tails
from engine_api.ports import free_port
from tests.engine import Engine, run_engine
from tests.system.api.starting import shows, started
from tests.system.opcua.hearing import Ear, listening
from tests.waiting import until, until_async

QUICK = {
    "PDE_WORKER__LEASE": "2.0", "PDE_WORKER__RENEWAL": "0.4", "PDE_WORKER__FENCE": "1.4",
    "PDE_WORKER__CHECKPOINT": "0.5", "PDE_RECONCILE": "0.2", "PDE_COPIES": "0.3", "PDE_LEADER": "2.0",
    "PDE_ALERTS__EVERY": "0.2", "PDE_ALERTS__DISK": "1.0",
}  # fmt: skip


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted."""

    taken: "list[tuple[str, str, bytes]]" = []  # noqa: RUF012 - shared on purpose

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.headers["PDE-Timestamp"], self.headers["PDE-Signature"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("machines")
    secret = folder / "secret"
    secret.write_text("key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    hook = f"http://127.0.0.1:{server.server_port}/"
    told = {"PDE_ALERTS__WEBHOOKS": json.dumps([hook]), "PDE_ALERTS__SECRET_FILE": str(secret)}
    with run_engine(folder, PDE_MACHINE="here", **QUICK, **told) as running:
        yield running
    server.shutdown()
    server.server_close()


def environment(engine: Engine, **more: str) -> dict[str, str]:
    return {**os.environ, **QUICK, "PDE_DATA": str(engine.data), "PDE_REDIS_URL": engine.redis_url, **more}


@contextmanager
def child(engine: Engine, *command: str, **more: str) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen([sys.executable, "-m", *command], env=environment(engine, **more))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def pde(engine: Engine, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "engine_api.cli", "machines", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment(engine))


def machine(client: httpx.Client, name: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/machines/{name}").json()
    return found


def test_a_drained_machine_gives_everything_away(engine: Engine, client: httpx.Client) -> None:
    with started(client) as simulation, child(engine, "workers", PDE_MACHINE="there"):
        path = f"/api/sims/{simulation['sim_id']}"
        before = client.get(path).json()
        assert before["worker"].startswith("here-")
        until(lambda: machine(client, "there").get("workers") == 1, "the other machine is there")
        assert client.post("/api/machines/here/drain", json={}).status_code == 403
        assert pde(engine, "drain", "nowhere").returncode == 2
        assert pde(engine, "drain", "here").returncode == 0
        until(lambda: str(client.get(path).json()["worker"]).startswith("there-"), "it has moved")
        until(lambda: shows(client, path), "it shows values again")
        after = client.get(path).json()
        assert (after["status"], after["attempts"], after["epoch"]) == ("running", 1, before["epoch"] + 1)
        assert after["tick"] >= before["tick"]
        until(lambda: machine(client, "here")["state"] == "drained", "nothing is left there")
        refused = client.post("/api/models/wood-berry/start", json={"machine": "here"})
        assert (refused.status_code, refused.json()["detail"][:26]) == (503, "machine here is draining a")
        waiting = client.post("/api/models/wood-berry/start", json={"machine": "here", "wait": True}).json()
        other = f"/api/sims/{waiting['sim_id']}"
        until(lambda: str(client.get(other).json()["worker"]).startswith("there-"), "it runs on the other one")
        client.delete(other)
        assert "draining" in pde(engine, "list").stdout
        assert pde(engine, "undrain", "here").returncode == 0
        assert "living workers" in pde(engine, "remove", "there").stderr
    until(lambda: machine(client, "there")["workers"] == 0, "the other machine has gone")
    assert pde(engine, "remove", "there").returncode == 0
    assert client.get("/api/machines/there").status_code == 404


def test_where_nothing_is_free_it_says_why(engine: Engine, client: httpx.Client) -> None:
    pde(engine, "drain", "here")
    sim = client.post("/api/models/wood-berry/start", json={"wait": True}).json()
    path = f"/api/sims/{sim['sim_id']}"
    until(lambda: client.get(path).json()["cause"] == "waits: every machine that has a worker is draining", "a reason")
    pde(engine, "undrain", "here")
    until(lambda: client.get(path).json()["status"] == "running", "it runs")
    assert client.get(path).json()["cause"] is None
    client.delete(path)


def test_redis_forgets_and_the_worker_dies(engine: Engine, client: httpx.Client) -> None:
    with started(client, speed=10) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        client.post(f"{path}/reflux_flow", json={"value": 2.2})
        until(lambda: _copied(engine, simulation["sim_id"]) == 1, "the action is copied")
        until(lambda: client.get(path).json()["tick"] > 30, "some checkpoints")
        (worker,) = engine.running("workers")
        worker.suspend()
        before = client.get(path).json()
        with Redis.from_url(engine.redis_url) as redis:
            redis.flushall()
        worker.kill()
        until(lambda: client.get(path).json()["epoch"] > before["epoch"] and shows(client, path), "it goes on", 40)
        after = client.get(path).json()
        assert after["tick"] >= before["tick"]
        assert "was lost" in after["cause"]
        assert client.get(f"{path}/reflux_flow").json()["value"] == 2.2
        made = client.get(f"{path}/actions").json()["actions"]
        assert [(action["action"], action["values"]) for action in made] == [(1, {"reflux_flow": 2.2})]
        assert client.post(f"{path}/reflux_flow", json={"value": 2.1}).status_code == 200
        assert client.get(f"{path}/actions").json()["actions"][0]["action"] == 2


def _copied(engine: Engine, sim_id: str) -> int:
    records = Records(f"sqlite:///{engine.data / 'records.sqlite'}")
    try:
        return len(Tails(records).newest(sim_id, 10))
    finally:
        records.close()


def test_one_of_two_engines_reconciles(engine: Engine, client: httpx.Client) -> None:
    port = free_port("127.0.0.1")
    with (
        child(engine, "engine_api", PDE_HTTP__PORT=str(port)),
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as two,
    ):
        until(lambda: _leads(two) is not None, "the second engine is there")
        until(lambda: (_leads(client), _leads(two)) == (True, False), "the first one leads")
        (first,) = [one for one in engine.running("engine_api") if one.ppid() == engine.process.pid]
        first.kill()
        until(lambda: _leads(two), "the second one leads", 15)
        until(lambda: _leads(client) is False, "the first one is back and does not lead")
        with started(two) as simulation:
            (worker,) = engine.running("workers")
            worker.kill()
            path = f"/api/sims/{simulation['sim_id']}"
            until(lambda: two.get(path).json()["epoch"] == 2, "taken over once", 20)
            until(lambda: shows(client, path), "both show it")
            assert two.get(path).json()["epoch"] == 2
    until(lambda: _leads(client), "the first one leads again", 15)


def _leads(client: httpx.Client) -> bool | None:
    try:
        text = client.get("/metrics").text
    except httpx.TransportError:
        return None
    return "pde_engine_leads 1.0" in text


@pytest.fixture
def watched(client: httpx.Client) -> Iterator[str]:
    """A simulation on a worker that has just come, and the alert that is always there."""
    until(lambda: machine(client, "here")["workers"] == 1, "a worker")
    (disk,) = [alert for alert in client.get("/api/alerts").json()["alerts"] if alert["rule"] == "disk"]
    assert "GB left" in disk["message"]
    assert 'pde_alerts{rule="disk"} 1.0' in client.get("/metrics").text
    with started(client) as simulation:
        yield simulation["sim_id"]


async def test_alerts_reach_everybody(engine: Engine, watched: str) -> None:
    async with Client(engine.opcua) as connected, listening(connected) as ear:
        (worker,) = engine.running("workers")
        worker.suspend()
        try:
            await _heard(ear, f"the lease of {watched} is")
        finally:
            worker.kill()
        await _heard(ear, f"over: the lease of {watched} is")
    until(lambda: any(b'"lease"' in body for _, _, body in Hook.taken), "the webhook heard of it")
    moment, signed, body = Hook.taken[0]
    expected = hmac.new(b"key", moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert signed == f"sha256={expected}"


async def _heard(ear: Ear, beginning: str) -> None:
    async def heard() -> bool:
        return any(message.startswith(beginning) for message in ear.messages)

    await until_async(heard, beginning, 20)
