"""The run API on a real engine: exact shapes, orders, duplicates, waiting, convergence."""

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.waiting import until

EXAMPLE = {
    "simulation_id": 1, "name": "First run", "machine_id": 101, "status": "pending",
    "creation_date": "2026-11-21T05:20:00Z", "update_date": "2026-11-21T05:20:00Z",
    "machine": {"machine_id": 101, "name": "Machine 101"},
}  # fmt: skip


def run(number: int, **changes: Any) -> dict[str, Any]:
    return {**EXAMPLE, "simulation_id": number, "duration": 100, **changes}


def test_the_example_runs_to_its_end(client: httpx.Client) -> None:
    answer = client.post("/simulation", json=EXAMPLE)
    assert (answer.status_code, answer.json()) == (201, {"id": 1, "status": "pending"})
    until(lambda: client.get("/simulation/1").json()["status"] == "finished", "24 h as fast as possible", 90)
    found = client.get("/simulation/1").json()
    assert list(found) == ["simulation_id", "name", "machine_id", "status", "creation_date", "update_date"]
    assert (found["simulation_id"], found["name"], found["machine_id"]) == (1, "First run", 101)
    assert found["creation_date"] < found["update_date"]
    machine = next(m for m in client.get("/machines").json() if m["machine_id"] == 101)
    assert machine["name"] == "Machine 101"
    assert {"cores", "slots", "load", "heartbeat"} <= set(machine)


def test_a_run_is_a_simulation(client: httpx.Client) -> None:
    client.post("/simulation", json=run(20), headers={"Prefer": "wait=30"})
    record = client.get("/api/sims/wood-berry-20").json()
    assert (record["number"], record["machine"], record["speed"], record["status"]) == (20, "101", "max", "finished")


def test_duplicate_ids_are_409_and_change_nothing(client: httpx.Client) -> None:
    client.post("/simulation", json=run(30, name="Original"))
    again = client.post(
        "/simulation", json=run(30, name="Copy", machine_id=777, machine={"machine_id": 777, "name": "x"})
    )
    assert (again.status_code, again.json()["type"]) == (409, "urn:process-dynamics-engine:problem:duplicate")
    assert client.get("/simulation/30").json()["name"] == "Original"
    assert 777 not in [machine["machine_id"] for machine in client.get("/machines").json()]


def test_twenty_at_once_with_one_id_make_one_run(client: httpx.Client) -> None:
    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(lambda _: client.post("/simulation", json=run(31)).status_code, range(20)))
    assert (codes.count(201), codes.count(409)) == (1, 19)


def test_orders(client: httpx.Client) -> None:
    for number, name in ((41, "bravo"), (42, "alpha"), (43, "charlie")):
        client.post("/simulation", json=run(number, name=name), headers={"Prefer": "wait=30"})

    def ids(query: str) -> list[int]:
        return [
            r["simulation_id"] for r in client.get(f"/simulations{query}").json() if r["simulation_id"] in (41, 42, 43)
        ]

    assert ids("") == ids("?order_by=creation_date") == [41, 42, 43]
    assert ids("?order_by=name") == [42, 41, 43]
    assert ids("?order_by=update_date") == [41, 42, 43]
    assert client.get("/simulations?order_by=colour").status_code == 422


@pytest.mark.parametrize("path", ["/simulation/424242", "/converge/424242"])
def test_unknown_ids_are_404(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:process-dynamics-engine:problem:unknown-name")


@pytest.mark.parametrize("number", ["abc", "1.5", "-1", "9" * 30, "true"])
def test_ids_that_are_no_ids_are_422(client: httpx.Client, number: str) -> None:
    assert client.get(f"/simulation/{number}").status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"simulation_id": "1"}, {"simulation_id": 1.0}, {"simulation_id": 0}, {"simulation_id": -5},
        {"simulation_id": True}, {"simulation_id": 2**60}, {"name": 1}, {"name": None}, {"machine_id": None},
        {"machine_id": 1.5}, {"machine_id": ""}, {"machine_id": 102}, {"status": "done"},
        {"creation_date": "yesterday"}, {"update_date": 5}, {"machine": "m"}, {"duration": 0},
        {"duration": True}, {"inputs": {"reflux_flow": 99}}, {"colour": "red"},
    ],
)  # fmt: skip
def test_bad_runs_are_422(client: httpx.Client, change: dict[str, object]) -> None:
    before = client.get("/simulations").json()
    answer = client.post("/simulation", json={**run(50), **change})
    assert answer.status_code == 422, answer.text
    assert client.get("/simulations").json() == before


def test_unknown_machine_without_a_name_is_404(client: httpx.Client) -> None:
    body = run(51, machine_id=4711)
    del body["machine"]
    assert client.post("/simulation", json=body).status_code == 404


def test_wait_ends_when_the_time_is_over(client: httpx.Client) -> None:
    answer = client.post("/simulation", json=run(60, speed=1), headers={"Prefer": "wait=1"})
    assert answer.json()["status"] in ("queued", "running")
    assert answer.headers["preference-applied"] == "wait=1"
    client.delete("/api/sims/wood-berry-60")
    assert client.post("/simulation", json=run(61), headers={"Prefer": "wait=soon"}).status_code == 422


def test_convergence_of_a_step(client: httpx.Client) -> None:
    body = run(70, duration=20_000, inputs={"reflux_flow": 2.05})
    assert client.post("/simulation", json=body, headers={"Prefer": "wait=60"}).json()["status"] == "finished"
    until(lambda: len(client.get("/converge/70").json()["data"]) > 50, "recorded")
    data = client.get("/converge/70").json()["data"]
    seconds, loss = [point["seconds"] for point in data], [point["loss"] for point in data]
    gains = 12.8 * 0.1 / 100, 6.6 * 0.1 / 100
    assert loss[0] == pytest.approx(math.sqrt((gains[0] ** 2 + gains[1] ** 2) / 2), rel=1e-6)
    assert loss[-1] < 1e-5 * loss[0]
    assert all(later <= sooner * (1 + 1e-9) + 1e-9 for sooner, later in pairwise(loss))
    assert seconds == sorted(set(seconds))
    steps = [math.log(b / a) for a, b in pairwise(seconds[-20:])]
    assert max(steps) < 1.2 * min(steps)


def test_convergence_before_the_first_sample_is_409(client: httpx.Client) -> None:
    number = client.post("/api/models/wood-berry/start", json={"speed": 0.1}).json()["number"]
    assert client.get(f"/converge/{number}").status_code == 409
    client.delete(f"/api/sims/wood-berry-{number}")
