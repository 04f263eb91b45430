"""One tag, read and written the short way: the same answers, checks and audit as by the route."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from asyncua import Client, ua

from tests.engine import Engine
from tests.system.api.starting import started
from tests.waiting import until

Sim = dict[str, Any]
LONG_WAY = {"Content-Type": "application/json; charset=utf-8"}
"""Means the same, and is left to the route."""


def shape(answer: httpx.Response) -> dict[str, Any]:
    """What does not differ from request to request."""
    content = answer.json()
    for changing in ("source_time", "simulation_time", "trace_id"):
        content.pop(changing, None)
    return {"status": answer.status_code, "type": answer.headers["content-type"], **content}


BODIES = [
    {"value": 2.25}, {"value": 2}, {"value": "1.5"}, {"value": True}, {"value": None}, {"value": 1e300}, {"value": -1},
    {"value": [1]}, {"value": {"value": 1}}, {}, {"value": 2.0, "more": 1}, [2.0], 2.0,
    {"tag": "reflux_flow", "value": 2},
]  # fmt: skip
RAW = [
    b"",
    b"{",
    b'{"value": NaN}',
    b'{"value": 1e999}',
    b'{"value": 2, "value": 3}',
    b'{"value": 2}x',
    b"\xff",
    b"null",
]
TAGS = ["reflux_flow", "distillate_methanol_mode", "feed_flow", "distillate_methanol", "none", "actions", "", "a/b"]


@pytest.mark.parametrize("tag", TAGS)
def test_both_ways_answer_the_same(client: httpx.Client, sim: Sim, tag: str) -> None:
    path = f"/api/sims/{sim['sim_id']}/{tag}"
    for body in [json.dumps(one).encode() for one in BODIES] + RAW:
        answers = [
            client.post(path, content=body, headers=headers)
            for headers in ({"Content-Type": "application/json"}, LONG_WAY)
        ]
        short, long = map(shape, answers)
        assert short == long, body


def test_what_was_written_the_short_way_is_one_action_told_once(client: httpx.Client, sim: Sim) -> None:
    path = f"/api/sims/{sim['sim_id']}"
    before = client.get(f"{path}/actions").json()["total"]
    asked = {"Content-Type": "application/json", "X-Request-ID": "short-1"}
    answer = client.post(f"{path}/reflux_flow", content=b'{"value": 2.5}', headers=asked)
    assert (answer.json()["value"], answer.headers["x-request-id"]) == (2.5, "short-1")
    assert client.get(f"{path}/reflux_flow").json()["value"] == 2.5
    actions = client.get(f"{path}/actions").json()
    assert actions["total"] == before + 1
    assert (actions["actions"][0]["values"], actions["actions"][0]["door"]) == ({"reflux_flow": 2.5}, "rest")

    def told() -> list[dict[str, Any]]:
        entries = client.get(f"/api/audit?sim_id={sim['sim_id']}&what=write").json()["entries"]
        return [one for one in entries if one["new"] == {"reflux_flow": 2.5}]

    until(told, "the audit knows")
    (entry,) = told()
    assert (entry["outcome"], entry["door"], list(entry["old"])) == ("done", "rest", ["reflux_flow"])


def test_a_key_counts_for_a_single_write_too(client: httpx.Client, sim: Sim) -> None:
    path, asked = f"/api/sims/{sim['sim_id']}", {"Idempotency-Key": "once-and-again"}
    before = client.get(f"{path}/actions").json()["total"]
    answers = [client.post(f"{path}/reflux_flow", json={"value": 2.5}, headers=asked) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert client.get(f"{path}/actions").json()["total"] == before + 1


def test_nothing_is_accepted_behind_a_stop_that_was_answered(client: httpx.Client) -> None:
    for _ in range(8):
        with started(client) as simulation:
            path = f"/api/sims/{simulation['sim_id']}"
            assert client.post(f"{path}/reflux_flow", json={"value": 2.0}).status_code == 200
            assert client.post(f"{path}/stop").status_code == 200
            refused = client.post(f"{path}/reflux_flow", json={"value": 2.5})
            assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (409, "wrong-state")


async def test_nothing_is_accepted_behind_a_stop_of_another_door(engine: Engine, client: httpx.Client) -> None:
    async with Client(engine.opcua, timeout=20) as visitor:
        for _ in range(8):
            with started(client) as simulation:
                node, path = simulation["node_id"], f"/api/sims/{simulation['sim_id']}/reflux_flow"
                assert (await asyncio.to_thread(client.post, path, json={"value": 2.0})).status_code == 200
                await visitor.get_node(node).call_method(ua.NodeId.from_string(f"{node}.Halt"))
                assert (await asyncio.to_thread(client.post, path, json={"value": 2.5})).status_code == 409
