"""Bad input at every door of REST: a clear refusal as a problem, never a 500, nothing half done."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.engine import Engine

RUN = {"simulation_id": 9001, "name": "Bad", "machine_id": 1, "machine": {"machine_id": 1, "name": "One"}}
DOORS = (
    "/api/models/wood-berry/start",
    "/api/sims/SIM/reflux_flow",
    "/api/sims/SIM/actions",
    "/api/sims/SIM/pause",
    "/api/sims/SIM/step",
    "/api/sims/SIM/speed",
    "/api/sims/SIM/stop",
    "/simulation",
)
JSON = {"Content-Type": "application/json"}


def refused(answer: httpx.Response, *statuses: int) -> str:
    """See that the answer is a whole problem of one of these statuses; its detail."""
    assert answer.status_code in statuses, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors", "trace_id"}
    assert problem["status"] == answer.status_code
    assert problem["errors"]
    assert len(problem["trace_id"]) == 16
    detail: str = problem["detail"]
    return detail


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b'{"value": NaN}', (422,)),
        (b'{"value": Infinity}', (422,)),
        (b'{"value": -Infinity}', (422,)),
        (b'{"value": 1e999}', (422,)),
        (b'{"speed": 1e400, "duration": 1e400}', (422,)),
        (b'{"value": 1, "value": 2}', (400,)),
        (b'{"value": ', (400,)),
        (b"not json", (400,)),
        (b"\xff\xfe\x00", (400,)),
        (b'{"value": "\\ud800"}', (400,)),
        (b'{"value": ' + b"9" * 5000 + b"}", (400,)),
        (b"[" * 100_000, (400,)),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, (400,)),
        (b"[1, 2]", (422,)),
        (b'"text"', (422,)),
        (b"12", (422,)),
        (b'{"unknown key": 1}', (422,)),
        (b'{"value": {"a": [1]}, "x": null}', (422,)),
        (b" " * 1_100_000, (413,)),
        (b'{"value": "' + b"x" * 1_100_000 + b'"}', (413,)),
    ],
)
def test_bad_bodies(client: httpx.Client, column: str, door: str, body: bytes, statuses: tuple[int, ...]) -> None:
    refused(client.post(door.replace("SIM", column), content=body, headers=JSON), *statuses)


@pytest.fixture(scope="module")
def column(client: httpx.Client) -> Any:
    sim_id = client.post("/api/models/wood-berry/start", json={}).json()["sim_id"]
    yield sim_id
    record = client.get(f"/api/sims/{sim_id}").json()
    assert (record["status"], record["version"], record["speed"]) == ("running", 3, 1), "bad input changed something"
    assert client.get(f"/api/sims/{sim_id}/actions").json()["actions"] == []
    assert len(client.get("/api/sims/all").json()["simulations"]) == 1
    client.delete(f"/api/sims/{sim_id}")


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [
        (9, 422, "reflux_flow = 9 lb/min is outside 0..4"),
        (-0.0001, 422, "is outside 0..4"),
        (1e308, 422, "is outside 0..4"),
        (10**400, 422, "far outside 0..4"),
        (True, 422, "takes a number, not true or false"),
        (None, 422, "takes a number, not nothing"),
        ("1.5", 422, "takes a number, not a text"),
        ([1.0], 422, "takes a number, not a list"),
        ({"a": 1}, 422, "takes a number, not an object"),
    ],
)
def test_bad_values(client: httpx.Client, column: str, value: object, status: int, words: str) -> None:
    for path, body in (
        ("reflux_flow", {"value": value}),
        ("actions", {"actions": [{"tag": "reflux_flow", "value": value}]}),
    ):
        assert words in refused(client.post(f"/api/sims/{column}/{path}", json=body), status)
    started = client.post("/api/models/wood-berry/start", json={"inputs": {"reflux_flow": value}})
    assert words in refused(started, status)


def test_measured_and_unknown_tags(client: httpx.Client, column: str) -> None:
    path = f"/api/sims/{column}"
    assert "can't be written" in refused(client.post(f"{path}/bottoms_methanol", json={"value": 1}), 403)
    assert "has no tag 'nope'" in refused(client.post(f"{path}/nope", json={"value": 1}), 404)
    refused(client.get(f"{path}/nope"), 404)
    refused(client.get(f"{path}/history?tags=nope"), 404)
    assert "none of manual, auto" in refused(client.post(f"{path}/distillate_methanol_mode", json={"value": "on"}), 422)
    twice = {"actions": [{"tag": "reflux_flow", "value": 1}, {"tag": "reflux_flow", "value": 2}]}
    refused(client.post(f"{path}/actions", json=twice), 422)
    refused(client.post(f"{path}/actions", json={"actions": []}), 422)


@pytest.mark.parametrize("name", ["nope", "wood-berry-99", "x" * 100, "a%00b", "%F0%9F%92%A5", "' OR 1=1 --"])
def test_unknown_simulations(client: httpx.Client, name: str) -> None:
    for path in ("", "/all", "/reflux_flow", "/history", "/actions"):
        refused(client.get(f"/api/sims/{name}{path}"), 404)
    for path in ("/pause", "/resume", "/reset", "/stop", "/step"):
        refused(client.post(f"/api/sims/{name}{path}"), 404)
    refused(client.post(f"/api/sims/{name}/reflux_flow", json={"value": 1}), 404)
    refused(client.delete(f"/api/sims/{name}"), 404)


def test_unknown_models_are_told_apart(client: httpx.Client) -> None:
    assert "did you mean wood-berry" in refused(client.get("/api/models/wood-bery"), 404)
    assert "did you mean wood-berry" in refused(client.get("/api/models/wood-bery/start"), 404)
    assert "did you mean wood-berry" in refused(client.post("/api/models/wood-bery/start", json={}), 404)
    refused(client.get("/api/models/wood-bery/nodeset"), 404)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("speed=0", "speed = 0 is outside 0.1..1000"),
        ("speed=nan", "speed takes a factor"),
        ("speed=fast", "speed takes a factor"),
        ("duration=0", "duration = 0 s is outside"),
        ("duration=-1", "duration = -1 s is outside"),
        ("duration=inf", "duration is not a finite number"),
        ("sample_time=0", "sample_time = 0 s is outside"),
        ("seed=1.5", "seed takes a whole number"),
        ("seed=-1", "seed = -1 is outside"),
        ("name=", "name takes at least 1 characters"),
        ("name=%07", "printable"),
        ("machine=a%20b", "machine"),
        ("colour=red", "colour is not known here"),
    ],
)
def test_bad_starts(client: httpx.Client, query: str, words: str) -> None:
    assert words in refused(client.get(f"/api/models/wood-berry/start?{query}"), 422)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"speed": "fast"}, "speed takes a factor"),
        ({"speed": "1"}, "speed takes a factor"),
        ({"speed": True}, "speed takes a factor"),
        ({"duration": "60"}, "duration takes a number, not '60'"),
        ({"duration": True}, "duration takes a number, not true"),
        ({"seed": 1.5}, "seed takes a whole number"),
        ({"wait": 1}, "wait takes true or false"),
        ({"name": 5}, "name takes a text, not 5"),
        ({"inputs": {"nope": 1}}, "has no tag 'nope'"),
        ({"inputs": []}, "inputs takes an object, not a list"),
    ],
)
def test_bad_start_bodies(client: httpx.Client, body: dict[str, object], words: str) -> None:
    assert words in refused(client.post("/api/models/wood-berry/start", json=body), 404, 422)


def test_all_problems_at_once_with_pointers(client: httpx.Client) -> None:
    answer = client.post("/simulation", json={**RUN, "name": "", "machine": {"machine_id": 1}, "colour": "red"})
    refused(answer, 422)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/name", "/machine/name", "/colour"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start=yesterday", 422), ("end=nan", 422), ("start=inf", 422), ("start=1e300", 422), ("points=1", 422),
        ("points=999999", 422), ("axis=depth", 422), ("axis=simulation&start=2026-01-01", 422), ("tags=", 404),
    ],
)  # fmt: skip
def test_bad_history_queries(client: httpx.Client, column: str, query: str, status: int) -> None:
    refused(client.get(f"/api/sims/{column}/history?{query}"), status)


def test_unknown_addresses_and_methods(client: httpx.Client, column: str) -> None:
    refused(client.get("/api/nope", headers={"Accept": "text/html"}), 404)
    refused(client.get("/api/"), 404)
    refused(client.post("/api/nope/at/all", json={}), 404)
    refused(client.put(f"/api/sims/{column}/reflux_flow", json={"value": 1}), 405)
    refused(client.patch("/api/models/", json={}), 405)


def test_a_text_body_is_no_json(client: httpx.Client, column: str) -> None:
    answer = client.post(
        f"/api/sims/{column}/reflux_flow", content=b'{"value": 1}', headers={"Content-Type": "text/plain"}
    )
    refused(answer, 422)


def test_chunked_bodies_are_bounded(engine: Engine) -> None:
    address = urlsplit(engine.http)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as raw:
        head = "POST /simulation HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        answer = b""
        for _ in range(64):
            try:
                raw.sendall(chunk)
            except (ConnectionResetError, BrokenPipeError):
                break
        answer = raw.recv(4096)
    assert b" 413 " in answer.split(b"\r\n")[0]


def test_other_hosts_are_refused(client: httpx.Client) -> None:
    refused(client.get("/api/sims/all", headers={"Host": "evil.example"}), 421)


def test_problems_do_not_echo_huge_values(client: httpx.Client, column: str) -> None:
    body = json.dumps({"actions": [{"tag": "x" * 190, "value": "y" * 400_000}] * 2})
    answer = client.post(f"/api/sims/{column}/actions", content=body, headers=JSON)
    refused(answer, 404, 422)
    assert len(answer.content) < 5000
