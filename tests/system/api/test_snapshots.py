"""Snapshots, backtracks, branches, advance-by and a longer life on a real engine; a slow model gets its own process."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from tests.engine import Engine, run_engine
from tests.system.api.starting import started
from tests.waiting import until

SETTINGS = {
    "PDE_COPIES": "0.3", "PDE_LIFE__BACKTRACK": "0.5", "PDE_LIFE__BACKTRACKS": "4", "PDE_WORKER__CHECKPOINT": "0.3",
    "PDE_WORKER__STEP_BUDGET": "0.05", "PDE_WORKER__STUCK": "1.5", "PDE_RECONCILE": "0.2",
    "PDE_WORKER__LEASE": "4", "PDE_WORKER__FENCE": "3", "PDE_WORKER__RENEWAL": "0.5",
    "PDE_MODELS_FOLDER": str(Path(__file__).parent.parent / "workers" / "models"),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with run_engine(tmp_path_factory.mktemp("snapshots"), **SETTINGS) as running:
        yield running


def values(client: httpx.Client, path: str) -> dict[str, float]:
    return {tag["tag"]: tag["value"] for tag in client.get(f"{path}/all").json()["tags"]}


def get(client: httpx.Client, path: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(path).json()
    return answer


def paused_at(client: httpx.Client, path: str) -> dict[str, Any]:
    """The record once it stands still."""
    client.post(f"{path}/pause")
    seen: list[int] = []

    def still() -> bool:
        seen.append(get(client, path)["tick"])
        return len(seen) > 12 and len(set(seen[-12:])) == 1

    until(still, "it stands still")
    return get(client, path)


def test_a_snapshot_is_restored_and_branched_from(client: httpx.Client) -> None:
    with started(client, speed=10, stall="skip", resume="hold") as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        assert (simulation["stall"], simulation["resume"], simulation["isolated"]) == ("skip", "hold", False)
        client.post(f"{path}/reflux_flow", json={"value": 2.2})
        until(lambda: get(client, path)["tick"] > 20, "it has moved")
        before = paused_at(client, path)
        there = values(client, path)
        taken = client.post(f"{path}/snapshots", json={"name": "here"})
        assert taken.status_code == 201, taken.text
        assert taken.json()["simulation_time"] == before["simulation_time"]
        assert client.post(f"{path}/snapshots", json={"name": "here"}).status_code == 409
        assert client.post(f"{path}/snapshots", json={"name": "no/slash"}).status_code == 422

        client.post(f"{path}/reflux_flow", json={"value": 1.0})
        client.post(f"{path}/advance", json={"seconds": 300})
        until(lambda: get(client, path)["simulation_time"] == before["simulation_time"] + 300, "it has advanced by 300")
        assert values(client, path) != there
        tick = get(client, path)["tick"]

        answer = client.post(f"{path}/snapshots/here/restore")
        assert answer.status_code == 200, answer.text
        assert answer.json()["simulation_time"] == before["simulation_time"]
        assert values(client, path) == there
        assert get(client, path)["tick"] == tick, "ticks never go back"
        assert client.get(f"{path}/actions").json()["actions"][0]["command"] == "restore"

        made = client.post(f"{path}/branch", json={"snapshot": "here", "name": "What if", "speed": 1})
        assert made.status_code == 201, made.text
        branch = f"/api/sims/{made.json()['sim_id']}"
        assert made.json()["origin"] == f"{simulation['sim_id']} at {before['simulation_time']:g} s (snapshot here)"
        until(lambda: get(client, branch)["status"] == "running", "the branch runs")
        until(lambda: get(client, branch)["simulation_time"] >= before["simulation_time"], "it begins where it was")
        assert values(client, branch)["reflux_flow"] == 2.2
        present = client.post(f"{path}/branch")
        assert present.status_code == 201, present.text
        for each in (made, present):
            client.delete(f"/api/sims/{each.json()['sim_id']}")
        assert client.delete(f"{path}/snapshots/here").status_code == 204
        assert client.post(f"{path}/snapshots/here/restore").status_code == 404
    assert client.post(f"{path}/snapshots", json={"name": "late"}).status_code == 409


def test_backtracks_come_by_themselves_in_a_ring(client: httpx.Client) -> None:
    with started(client, speed=20) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"

        def ring() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = client.get(f"{path}/snapshots").json()["snapshots"]
            return found

        until(lambda: len(ring()) == 4, "four are kept")
        first = ring()[0]["name"]
        until(lambda: ring()[0]["name"] != first, "the oldest goes")
        assert len(ring()) == 4
        paused_at(client, path)
        wanted = ring()[1]
        answer = client.post(f"{path}/backtrack", json={"simulation_time": wanted["simulation_time"] + 0.5})
        assert answer.status_code == 200, answer.text
        assert answer.json()["simulation_time"] == wanted["simulation_time"]
        assert client.post(f"{path}/backtrack", json={"seconds": 1e6}).status_code == 404
        assert client.post(f"{path}/backtrack", json={}).status_code == 422


def test_a_life_is_seen_and_extended_and_ends_unused(client: httpx.Client) -> None:
    with started(client, life=100, duration=500) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        assert 80 < simulation["remaining"] <= 100
        longer = client.post(f"{path}/extend", json={"seconds": 1000, "duration": 5000})
        assert longer.status_code == 200, longer.text
        assert 1000 < longer.json()["remaining"] <= 1100
        assert longer.json()["duration"] == 5000
        assert client.post(f"{path}/extend", json={}).status_code == 422
        assert client.post(f"{path}/extend", json={"seconds": 1e9}).status_code == 422
        assert client.post(f"{path}/advance", json={"seconds": 10}).status_code == 409, "it runs"
    answer = client.post("/api/models/wood-berry/start", json={"idle": 1.5})
    path = f"/api/sims/{answer.json()['sim_id']}"
    until(lambda: get(client, path)["status"] == "timed_out", "nobody uses it")
    assert get(client, path)["cause"] == "nobody acted on it for 1.5 s"


def test_a_slow_one_gets_a_process_of_its_own(engine: Engine, client: httpx.Client) -> None:
    with started(client, "treadmill", speed=2) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        client.post(f"{path}/work", json={"value": 0.2})
        until(lambda: get(client, path)["isolated"], "it is moved")
        assert "its budget is" in get(client, path)["cause"]
        until(lambda: engine.running("workers.isolated"), "it has a process")
        tick = get(client, path)["tick"]
        until(lambda: get(client, path)["tick"] > tick + 2, "it goes on")
        assert get(client, path)["epoch"] == 2


def test_an_endless_step_costs_the_others_seconds_and_its_own_life(engine: Engine, client: httpx.Client) -> None:
    with started(client, speed=10) as other, started(client, "treadmill", speed=2) as culprit:
        path, stuck = (f"/api/sims/{each['sim_id']}" for each in (other, culprit))
        client.post(f"{stuck}/work", json={"value": 100})
        until(lambda: get(client, path)["epoch"] == 2, "the other one is taken over")
        until(lambda: get(client, path)["tick"] > get(client, path)["epoch"] and _fresh(client, path), "it goes on")
        assert not get(client, path)["isolated"]
        until(lambda: get(client, stuck)["status"] == "failed", "the culprit fails", 60)
        assert get(client, stuck)["isolated"]
        assert "without an answer" in get(client, stuck)["cause"]
        assert get(client, path)["epoch"] == 2
    assert engine.process.poll() is None


def _fresh(client: httpx.Client, path: str) -> bool:
    return all(tag["quality"] == "Good" for tag in client.get(f"{path}/all").json()["tags"])


def test_a_redis_without_memory_and_without_workers_loses_no_state(engine: Engine, client: httpx.Client) -> None:
    with started(client, speed=10) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        client.post(f"{path}/reflux_flow", json={"value": 2.3})
        until(lambda: get(client, path)["tick"] > 30, "it has moved")
        before = get(client, path)
        time.sleep(1.0)  # two rounds of copying
        for worker in engine.running("workers"):
            worker.kill()
        redis = Redis.from_url(engine.redis_url)
        redis.flushall()
        redis.close()
        until(lambda: get(client, path)["epoch"] > before["epoch"], "the next attempt begins", 40)
        until(lambda: get(client, path)["tick"] > before["tick"], "it goes on", 40)
        assert values(client, path)["reflux_flow"] == 2.3
