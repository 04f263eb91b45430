"""Live values as Server-Sent Events on a real engine: the messages of the socket, until the simulation ends."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

Event = tuple[str, str | None, dict[str, Any]]


@contextmanager
def stream(client: httpx.Client, path: str, **headers: str) -> Iterator[Iterator[Event]]:
    with client.stream("GET", path, headers=headers, timeout=10) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, content = line.partition(": ")
            fields[name] = content
        else:
            yield fields["event"], fields.get("id"), json.loads(fields["data"])
            fields = {}


def until(source: Iterator[Event], op: str) -> Event:
    return next(event for event in source if event[0] == op)


def test_meta_values_and_the_end(client: httpx.Client, sim: dict[str, Any]) -> None:
    sim_id = sim["sim_id"]
    with stream(client, f"/api/sims/{sim_id}/stream?tags=reflux_flow,steam_flow&rate_ms=50") as source:
        assert until(source, "hello")[2]["version"] == 1
        handles = {tag["tag"]: str(tag["h"]) for tag in until(source, "meta")[2]["tags"]}
        assert set(handles) == {f"{sim_id}.reflux_flow", f"{sim_id}.steam_flow"}
        assert set(until(source, "data")[2]["v"]) == set(handles.values())
        client.post(f"/api/sims/{sim_id}/reflux_flow", json={"value": 2.5}).raise_for_status()
        reflux = handles[f"{sim_id}.reflux_flow"]
        assert next(e for e in source if reflux in e[2].get("v", {}))[2]["v"] == {reflux: 2.5}
        client.post(f"/api/sims/{sim_id}/stop", json={}).raise_for_status()
        told = list(source)
    assert [e[2]["event"]["status"] for e in told if e[0] == "event"] == ["stopped"]
    assert told[-1][2]["s"][sim_id]["status"] == "stopped"
    last = next(number for kind, number, _ in told if kind == "event")
    assert last
    again = client.get(f"/api/sims/{sim_id}/stream", headers={"Last-Event-ID": last})
    assert (again.status_code, again.content) == (204, b"")


def test_missed_events_come_after_a_break(client: httpx.Client, sim: dict[str, Any]) -> None:
    path = f"/api/sims/{sim['sim_id']}/stream?tags=reflux_flow"
    with stream(client, path) as source:
        hello = until(source, "hello")[2]
    for command in ("pause", "resume"):
        client.post(f"/api/sims/{sim['sim_id']}/{command}", json={}).raise_for_status()
    with stream(client, path, **{"Last-Event-ID": f"{hello['stream']}-{hello['event']}"}) as source:
        resumed = until(source, "resumed")[2]
        assert resumed["complete"]
        statuses = [until(source, "event")[2]["event"]["status"] for _ in range(2)]
    assert statuses == ["paused", "running"]
    with stream(client, path, **{"Last-Event-ID": "0123456789abcdef-1"}) as source:
        assert until(source, "resumed")[2] == {"op": "resumed", "complete": False, "missed": 0}


@pytest.mark.parametrize(
    ("query", "status"),
    [("tags=none", 404), ("tags=reflux_flow,none,other", 422), ("rate_ms=1", 422), ("rate_ms=x", 422), ("tags=", 404)],
)
def test_wrong_requests_are_refused(client: httpx.Client, sim: dict[str, Any], query: str, status: int) -> None:
    answer = client.get(f"/api/sims/{sim['sim_id']}/stream?{query}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert client.get("/api/sims/none-1/stream").status_code == 404
