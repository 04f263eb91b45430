"""Faults and start states over REST, on a whole engine."""

import json
from typing import Any

import httpx
import pytest
import websockets.sync.client

from plant import catalog
from tests.engine import Engine
from tests.system.api.starting import started
from tests.waiting import until

Sim = dict[str, Any]
TOP = "distillate_methanol"


def tag(client: httpx.Client, sim: Sim, name: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"{sim['links']['self']}/{name}").json()
    return answer


def test_a_fault_is_injected_listed_and_cleared(client: httpx.Client, sim: Sim) -> None:
    path = sim["links"]["faults"]
    healthy = tag(client, sim, TOP)["value"]
    answer = client.post(path, json={"tag": TOP, "kind": "bias", "size": 0.5})
    fault = answer.json()
    assert answer.status_code == 201, answer.text
    assert (fault["stage"], fault["quality"], fault["size"]) == ("active", "Good", 0.5)
    assert tag(client, sim, TOP)["value"] == pytest.approx(healthy + 0.5)
    assert [one["number"] for one in client.get(path).json()["faults"]] == [fault["number"]]
    left = client.delete(f"{path}/{fault['number']}").json()
    assert left["faults"] == []
    assert tag(client, sim, TOP)["value"] == pytest.approx(healthy)
    told = client.get(sim["links"]["actions"]).json()["actions"]
    assert [action["command"] for action in told[:2]] == ["clear_faults", None]
    assert told[1]["fault"]["tag"] == TOP


def test_a_broken_wire_has_no_value_and_all_are_cleared_at_once(client: httpx.Client, sim: Sim) -> None:
    path = sim["links"]["faults"]
    for body in ({"tag": TOP, "kind": "open_circuit"}, {"tag": "reflux_flow", "kind": "stuck", "start": 1e6}):
        assert client.post(path, json=body).status_code == 201
    assert tag(client, sim, TOP)["value"] is None
    assert tag(client, sim, TOP)["quality"] == "BadSensorFailure"
    assert [fault["stage"] for fault in client.get(path).json()["faults"]] == ["active", "scheduled"]
    assert client.delete(path).json()["faults"] == []
    assert tag(client, sim, TOP)["quality"] == "Good"


def test_the_same_request_repeated_is_one_fault(client: httpx.Client, sim: Sim) -> None:
    path, headers = sim["links"]["faults"], {"Idempotency-Key": "once"}
    body = {"tag": TOP, "kind": "drift", "size": 1}
    first, again = (client.post(path, json=body, headers=headers).json() for _ in range(2))
    assert first["number"] == again["number"]
    assert len(client.get(path).json()["faults"]) == 1
    other = client.post(path, json={**body, "size": 2}, headers=headers)
    assert other.status_code == 422


def test_planned_faults_come_back_with_a_reset(client: httpx.Client) -> None:
    planned = [{"tag": "level_1", "kind": "freeze", "start": 5}, {"tag": "level_2", "kind": "drift", "size": 0.1}]
    with started(client, "quadruple-tank", faults=planned, speed=10) as sim:
        path = sim["links"]["faults"]
        assert [fault["number"] for fault in client.get(path).json()["faults"]] == [1, 2]
        assert client.post(path, json={"tag": "level_3", "kind": "freeze"}).json()["number"] > 2
        client.post(f"{sim['links']['self']}/reset")
        until(lambda: [fault["number"] for fault in client.get(path).json()["faults"]] == [1, 2], "only the planned")


def test_live_messages_name_the_active_faults(client: httpx.Client, engine: Engine, sim: Sim) -> None:
    fault = client.post(sim["links"]["faults"], json={"tag": TOP, "kind": "freeze"}).json()
    with websockets.sync.client.connect(engine.http.replace("http", "ws") + "/api/live") as socket:
        socket.send(json.dumps({"op": "sub", "id": 1, "tags": [f"{sim['sim_id']}.*"], "rate_ms": 100}))
        while (message := json.loads(socket.recv(10)))["op"] != "data" or sim["sim_id"] not in message["s"]:
            continue
    assert message["s"][sim["sim_id"]]["faults"] == [{"number": fault["number"], "tag": TOP, "kind": "freeze"}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"tag": "no_tag", "kind": "bias", "size": 1}, "no tag 'no_tag'"),
        ({"tag": TOP, "kind": "rust"}, "'rust' is no kind of fault"),
        ({"tag": TOP, "kind": "stuck"}, "this kind needs input"),
        ({"tag": TOP, "kind": "bias"}, "takes a size"),
        ({"tag": TOP, "kind": "bias", "size": 1, "start": -1}, "start = -1 s is outside"),
        ({"tag": TOP, "kind": "bias", "size": "1"}, "size takes a number"),
        ({"kind": "bias"}, "tag is missing"),
    ],
)
def test_what_does_not_fit_is_refused(client: httpx.Client, sim: Sim, body: dict[str, Any], words: str) -> None:
    answer = client.post(sim["links"]["faults"], json=body)
    assert answer.status_code in (404, 422)
    assert words in answer.json()["detail"]
    assert client.get(sim["links"]["faults"]).json()["faults"] == []


def test_too_many_faults_unknown_numbers_and_ended_simulations_are_told(client: httpx.Client, sim: Sim) -> None:
    path = sim["links"]["faults"]
    assert client.delete(f"{path}/77").status_code == 404
    numbers = {client.post(path, json={"tag": TOP, "kind": "freeze"}).json()["number"] for _ in range(32)}
    assert len(numbers) == 32
    refused = client.post(path, json={"tag": TOP, "kind": "freeze"})
    assert refused.status_code == 422
    assert "32 is the most" in refused.json()["detail"]
    client.post(f"{sim['links']['self']}/stop")
    assert client.post(path, json={"tag": TOP, "kind": "freeze"}).status_code == 409
    assert client.delete(path).status_code == 409


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"start": "cold"}, "wood-berry has no start state 'cold' (there is: steady"),
        ({"faults": [{"tag": "x", "kind": "bias", "size": 1}]}, "no tag 'x'"),
        ({"faults": [{"tag": TOP, "kind": "freeze"}] * 33}, "faults takes at most 32"),
        ({"seed": -1}, "seed = -1 is outside"),
    ],
)
def test_what_can_not_be_started_is_told(client: httpx.Client, body: dict[str, Any], words: str) -> None:
    answer = client.post("/api/models/wood-berry/start", json=body)
    assert answer.status_code in (404, 422)
    assert words in answer.json()["detail"]


def test_a_seed_is_the_noise_seed_of_a_model_that_has_one(client: httpx.Client) -> None:
    seeded = next(model for model in catalog.MODELS.values() if "noise_seed" in model.places)
    with started(client, seeded.id, seed=77) as sim:
        assert sim["seed"] == 77
        assert tag(client, sim, "noise_seed")["value"] == 77
    contrary = {"seed": 77, "inputs": {"noise_seed": 3}}
    assert client.post(f"/api/models/{seeded.id}/start", json=contrary).status_code == 422
    plain = [model for model in catalog.MODELS.values() if "noise_seed" not in model.places]
    for model in plain[:1]:
        answer = client.post(f"/api/models/{model.id}/start", json={"seed": 5})
        assert "takes no seed" in answer.json()["detail"]


def test_a_start_state_is_in_effect_and_told(client: httpx.Client) -> None:
    model = next(m for m in catalog.MODELS.values() if len(m.starts) > 1 and m.starts[1].inputs)
    start = model.starts[1]
    with started(client, model.id, start=start.name) as sim:
        assert sim["start"] == start.name
        name, value = next(iter(start.inputs.items()))
        assert tag(client, sim, name)["value"] == value
    described = client.get(f"/api/models/{model.id}").json()["starts"]
    assert [one["name"] for one in described] == [one.name for one in model.starts]
