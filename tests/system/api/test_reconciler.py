"""The reconciler with real workers: lost ones are replaced, waiting work finds its way, no report is lost."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from redis import Redis

from tests.engine import Engine, run_engine
from tests.system.api.starting import started
from tests.waiting import until

QUICK = {
    "PDE_WORKERS": "2", "PDE_WORKER__LEASE": "2.0", "PDE_WORKER__RENEWAL": "0.4", "PDE_WORKER__FENCE": "1.4",
    "PDE_WORKER__CHECKPOINT": "0.5", "PDE_RECONCILE": "0.2",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with run_engine(tmp_path_factory.mktemp("reconciler"), **QUICK) as running:
        yield running


@pytest.fixture
def two_workers(client: httpx.Client) -> None:
    """Both workers are there (again)."""
    until(lambda: sum(m["workers"] for m in client.get("/api/system").json()["machines"]) == 2, "two workers")


def test_sigkill_at_default_settings_within_15_seconds(tmp_path: Path) -> None:
    with (
        run_engine(tmp_path, PDE_WORKERS="2") as engine,
        httpx.Client(base_url=engine.http, timeout=30.0) as client,
        started(client) as simulation,
    ):
        path = f"/api/sims/{simulation['sim_id']}"
        before = client.get(path).json()
        _kill(engine, before["worker"])
        killed = time.monotonic()
        until(lambda: _quality(client, path) == "UncertainLastUsableValue", "stale values say so", 6)
        until(lambda: _moved_on(client, path, before["epoch"]), "running elsewhere", 15)
        assert time.monotonic() - killed < 15
        assert client.get(path).json()["worker"] != before["worker"]


@pytest.mark.usefixtures("two_workers")
def test_a_take_over_continues_and_is_counted(engine: Engine, client: httpx.Client) -> None:
    with started(client, speed=10) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        client.post(f"{path}/reflux_flow", json={"value": 2.2})
        until(lambda: client.get(path).json()["simulation_time"] > 20, "some checkpoints")
        before = client.get(path).json()
        _kill(engine, before["worker"])
        until(lambda: _moved_on(client, path, before["epoch"]), "running elsewhere")
        after = client.get(path).json()
        assert after["simulation_time"] >= before["simulation_time"]
        assert after["epoch"] == before["epoch"] + 1
        assert client.get(f"{path}/reflux_flow").json()["value"] == 2.2
        assert "pde_lease_take_overs_total 0.0" not in client.get("/metrics").text


@pytest.mark.usefixtures("two_workers")
def test_orderly_end_of_a_worker_hands_over_at_once(engine: Engine, client: httpx.Client) -> None:
    with started(client) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        before = client.get(path).json()
        _process(engine, before["worker"]).send_signal(signal.SIGTERM)
        until(lambda: _moved_on(client, path, before["epoch"]), "running elsewhere", 5)


@pytest.mark.usefixtures("two_workers")
def test_reports_wait_for_an_engine_that_is_away(engine: Engine, client: httpx.Client) -> None:
    simulation = client.post("/api/models/wood-berry/start", json={"duration": 4}).json()
    path = f"/api/sims/{simulation['sim_id']}"
    until(lambda: client.get(path).json()["status"] == "running", "running")
    (process,) = [child for child in engine.children() if "engine_api" in child.cmdline()]
    process.kill()
    redis = Redis.from_url(engine.redis_url)
    until(lambda: any(b'"ended"' in fields[b"m"] for _, fields in redis.xrange("pde:reports")), "ended meanwhile")
    redis.close()
    until(lambda: _status(client, path) == "finished", "the report was read")


@pytest.mark.usefixtures("two_workers")
def test_redis_loses_everything_and_all_simulations_run_on(engine: Engine, client: httpx.Client) -> None:
    with started(client) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        redis = Redis.from_url(engine.redis_url)
        redis.flushall()
        redis.close()
        tick = client.get(path).json()["tick"]
        until(lambda: client.get(path).json()["tick"] > tick + 3, "it runs on", 15)
        assert client.get(path).json()["status"] == "running"


@pytest.mark.usefixtures("two_workers")
def test_work_of_a_machine_without_workers_is_served_by_the_pool(client: httpx.Client) -> None:
    machine = {"machine_id": "far", "name": "Far away"}
    body = {"simulation_id": 500, "name": "Far", "machine_id": "far", "machine": machine, "duration": 50}
    answer = client.post("/simulation", json=body, headers={"Prefer": "wait=20"})
    assert answer.json() == {"id": 500, "status": "finished"}


def _moved_on(client: httpx.Client, path: str, epoch: int) -> bool:
    record = client.get(path).json()
    return bool(record["epoch"] > epoch and record["status"] == "running" and _quality(client, path) == "Good")


def _quality(client: httpx.Client, path: str) -> str:
    quality: str = client.get(f"{path}/reflux_flow").json()["quality"]
    return quality


def _status(client: httpx.Client, path: str) -> str | None:
    try:
        status: str = client.get(path).json()["status"]
    except httpx.TransportError:
        return None
    return status


def _process(engine: Engine, worker: str) -> psutil.Process:
    """The process of a worker, as RQ knows it."""
    redis = Redis.from_url(engine.redis_url)
    pid = redis.hget(f"rq:worker:{worker}", "pid")
    redis.close()
    assert pid is not None
    return psutil.Process(int(pid))


def _kill(engine: Engine, worker: str) -> None:
    _process(engine, worker).kill()
