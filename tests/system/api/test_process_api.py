"""The process API on a real engine: catalogue, start, tags, actions, lifecycle, history."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from plant import catalog
from plant.describe import describe
from tests.system.api.starting import started
from tests.waiting import until

Sim = dict[str, Any]


def test_models_are_described_with_their_tags(client: httpx.Client) -> None:
    models = client.get("/api/models/").json()["models"]
    assert [model["id"] for model in models] == list(catalog.MODELS)
    for model in models:
        described = describe(catalog.find(model["id"]))
        assert {name: model[name] for name in described} == described
        assert client.get(model["links"]["self"]).json() == model


def test_nodeset_is_the_models_own(client: httpx.Client) -> None:
    answer = client.get("/api/models/quadruple-tank/nodeset")
    assert answer.headers["content-type"] == "application/xml"
    names = {node.get("BrowseName", "") for node in ElementTree.fromstring(answer.content)}
    assert any(name.endswith("QuadrupleTankType") for name in names)


def test_start_by_get_answers_in_the_users_order(client: httpx.Client) -> None:
    path = "/api/models/van-de-vusse/start?name=By%20GET&duration=60&speed=10&seed=3&start=closed-loop"
    answer = client.get(path)
    simulation = answer.json()
    assert answer.status_code == 201
    assert list(simulation)[:5] == ["sim_id", "model_id", "status", "node_id", "links"]
    assert simulation["node_id"] == f"ns=2;s={simulation['sim_id']}"
    assert (simulation["name"], simulation["duration"], simulation["speed"], simulation["seed"]) == (
        "By GET",
        60,
        10,
        3,
    )
    assert simulation["start"] == "closed-loop"
    assert answer.headers["location"] == simulation["links"]["self"]
    until(lambda: client.get(simulation["links"]["self"]).json()["status"] == "finished", "six seconds of life")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_other_sites_pages_start_nothing(client: httpx.Client, headers: dict[str, str]) -> None:
    before = len(client.get("/api/sims/all").json()["simulations"])
    for method, path in (("GET", "/api/models/wood-berry/start"), ("POST", "/api/models/wood-berry/start")):
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["type"].endswith(":not-allowed")
    assert len(client.get("/api/sims/all").json()["simulations"]) == before


def test_start_with_inputs_in_effect(client: httpx.Client) -> None:
    with started(client, inputs={"reflux_flow": 2.5, "distillate_methanol_mode": "auto"}) as simulation:
        mode = client.get(f"/api/sims/{simulation['sim_id']}/distillate_methanol_mode").json()
        assert (mode["value"], mode["text"]) == (1, "auto")


def test_same_start_key_starts_once(client: httpx.Client) -> None:
    def start(_: int) -> httpx.Response:
        headers = {"Idempotency-Key": "one-and-only"}
        return client.post("/api/models/wood-berry/start", json={"name": "Once"}, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(start, range(8)))
    answers.append(start(9))
    ids = {answer.json()["sim_id"] for answer in answers if answer.status_code == 201}
    assert len(ids) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum(s["name"] == "Once" for s in client.get("/api/sims/all").json()["simulations"]) == 1
    other = client.post("/api/models/wood-berry/start", json={}, headers={"Idempotency-Key": "one-and-only"})
    assert (other.status_code, other.json()["type"]) == (422, "urn:process-dynamics-engine:problem:invalid-value")
    client.delete(f"/api/sims/{ids.pop()}")


def test_read_straight_after_write_is_the_written_value(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}/reflux_flow"
    for value in (2.1, 0.0, 4, 1.95):
        written = client.post(path, json={"value": value})
        assert (written.status_code, written.json()["value"], written.json()["quality"]) == (200, value, "Good")
        assert client.get(path).json()["value"] == value


def test_write_reaches_the_model(client: httpx.Client) -> None:
    with started(client, speed=1000) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        client.post(f"{path}/reflux_flow", json={"value": 2.05})
        until(lambda: client.get(f"{path}/distillate_methanol").json()["value"] > 97.4, "12.8 % per lb/min arrive")


def test_actions_all_or_nothing(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    refused = client.post(
        f"{path}/actions",
        json={"actions": [{"tag": "reflux_flow", "value": 3}, {"tag": "steam_flow", "value": 99},
                          {"tag": "bottoms_methanol", "value": 1}]},
    )  # fmt: skip
    assert refused.status_code == 422
    sentences = [error["detail"] for error in refused.json()["errors"]]
    assert len(sentences) == 2
    assert sentences[0] == f"{sim['sim_id']}.steam_flow = 99 lb/min is outside 0..4"
    assert client.get(f"{path}/reflux_flow").json()["value"] == 1.95
    accepted = client.post(
        f"{path}/actions", json={"actions": [{"tag": "reflux_flow", "value": 3}, {"tag": "steam_flow", "value": 2}]}
    )
    assert [tag["value"] for tag in accepted.json()["tags"]] == [3, 2]
    assert client.get(f"{path}/actions").json()["actions"][0]["values"] == {"reflux_flow": 3, "steam_flow": 2}


def test_the_list_of_actions_tells_the_simulated_time(client: httpx.Client) -> None:
    with started(client, speed=100) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        history = f"{path}/history?tags=feed_flow"
        until(lambda: client.get(history).json()["series"][0]["simulation_time"][-1:] > [50], "50 s are recorded")
        client.post(f"{path}/reflux_flow", json={"value": 2.0})
        (action,) = client.get(f"{path}/actions").json()["actions"]
        assert 50 <= action["simulation_time"] <= client.get(f"{path}/reflux_flow").json()["simulation_time"]


def test_same_action_key_acts_once(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}/actions"
    body = {"actions": [{"tag": "reflux_flow", "value": 2.2}]}
    numbers = {client.post(path, json=body, headers={"Idempotency-Key": "k"}).json()["action"] for _ in range(3)}
    assert len(numbers) == 1
    assert len(client.get(path).json()["actions"]) == 1
    other = client.post(
        path, json={"actions": [{"tag": "reflux_flow", "value": 3.3}]}, headers={"Idempotency-Key": "k"}
    )
    assert other.status_code == 422
    assert client.get(f"/api/sims/{sim['sim_id']}/reflux_flow").json()["value"] == 2.2


def test_lifecycle_by_rest(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    assert client.post(f"{path}/pause", json={}).json()["status"] == "paused"
    until(lambda: client.get(f"{path}/all").json()["status"] == "paused", "paused")
    tick = _still(client, path)
    assert client.post(f"{path}/step", json={"steps": 3}).status_code == 200
    until(lambda: client.get(path).json()["tick"] == tick + 3, "three steps")
    assert client.post(f"{path}/speed", json={"speed": 100}).json()["speed"] == 100
    assert client.post(f"{path}/resume").json()["status"] == "running"
    until(lambda: client.get(path).json()["tick"] > tick + 50, "a hundred times as fast")
    assert client.post(f"{path}/speed", json={"speed": "max"}).json()["speed"] == "max"
    assert client.post(f"{path}/speed", json={"speed": 1}).json()["speed"] == 1
    assert client.post(f"{path}/reset").status_code == 200
    until(lambda: client.get(path).json()["simulation_time"] < 10, "back at the start")
    stopped = client.post(f"{path}/stop", json={}).json()
    assert (stopped["status"], stopped["remaining"]) == ("stopped", None)
    again = client.post(f"{path}/stop")
    assert (again.status_code, again.json()["type"]) == (409, "urn:process-dynamics-engine:problem:wrong-state")
    assert client.delete(path).json()["status"] == "stopped"
    tag = client.get(f"{path}/reflux_flow").json()
    assert (tag["value"], tag["quality"]) == (1.95, "UncertainLastUsableValue")


def _still(client: httpx.Client, path: str) -> int:
    """The tick at which a paused simulation stands: the same in two samples of its sign of life."""
    first = client.get(f"{path}/all").json()["source_time"]
    until(lambda: client.get(f"{path}/all").json()["source_time"] > first, "a sign of life")
    tick: int = client.get(path).json()["tick"]
    return tick


def test_stale_version_is_412(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    tag = client.get(path).headers["etag"]
    stale = client.post(f"{path}/pause", headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:process-dynamics-engine:problem:stale-version")
    assert client.get(path).json()["status"] == "running"
    fresh = client.post(f"{path}/pause", headers={"If-Match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != tag
    assert client.post(f"{path}/resume", headers={"If-Match": "*"}).status_code == 200
    assert client.post(f"{path}/pause", headers={"If-Match": "soon"}).status_code == 422


def test_fifty_commands_with_one_version_one_wins(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    tag = client.get(path).headers["etag"]
    with ThreadPoolExecutor(25) as pool:
        answers = list(
            pool.map(lambda n: client.post(f"{path}/speed", json={"speed": n}, headers={"If-Match": tag}), range(1, 51))
        )
    codes = [answer.status_code for answer in answers]
    assert (codes.count(200), codes.count(412)) == (1, 49)


def test_history_by_wall_and_simulated_time(client: httpx.Client) -> None:
    with started(client, speed=1000, duration=3000, inputs={"reflux_flow": 2.0}) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        until(lambda: client.get(path).json()["status"] == "finished", "3000 s")
        whole = f"{path}/history?tags=distillate_methanol,reflux_flow"
        until(lambda: _last(client, whole) == [3000], "recorded")
        full = client.get(f"{whole}&points=20000").json()
        assert not full["thinned"]
        series = full["series"][0]
        assert (series["tag"], series["unit"]) == ("distillate_methanol", "%")
        assert series["simulation_time"] == [float(second) for second in range(3001)]
        assert len(series["value"]) == len(series["time"]) == len(series["status_code"]) == 3001
        thin = client.get(f"{whole}&points=100").json()
        assert thin.get("thinned"), thin
        assert max(thin["series"][0]["value"]) == max(series["value"])
        part = client.get(f"{whole}&axis=simulation&start=1000&end=1010").json()["series"][0]
        assert part["simulation_time"] == [float(second) for second in range(1000, 1010)]
        start, end = series["time"][5], series["time"][9]
        by_wall = client.get(f"{whole}&start={start}&end={end}").json()["series"][0]
        assert by_wall["time"] == [time for time in series["time"] if start <= time < end]


def test_values_of_an_ended_simulation_come_from_the_record(client: httpx.Client) -> None:
    with started(client, duration=2.0) as simulation:
        path = f"/api/sims/{simulation['sim_id']}"
        until(lambda: client.get(path).json()["status"] == "finished", "two seconds of life")
        tags = client.get(f"{path}/all").json()["tags"]
        assert {tag["quality"] for tag in tags} == {"UncertainLastUsableValue"}
        assert client.post(f"{path}/reflux_flow", json={"value": 2}).status_code == 409


def _last(client: httpx.Client, history: str) -> list[float]:
    times: list[float] = client.get(f"{history}&points=20000").json()["series"][1]["simulation_time"]
    return times[-1:]


def test_one_tag_is_told_as_among_all(client: httpx.Client, sim: Sim) -> None:
    address = f"/api/sims/{sim['sim_id']}"
    client.post(f"{address}/pause", json={}).raise_for_status()
    for tag in client.get(f"{address}/all").json()["tags"]:
        one = client.get(f"{address}/{tag['tag']}")
        assert one.json() | {"source_time": tag["source_time"]} == tag
        assert one.headers["content-type"] == "application/json"
        assert one.headers["cache-control"] == "no-store"
