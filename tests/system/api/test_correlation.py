"""One id from the door to the worker and back: in the answer, in the log of every process, in the reports."""

import json
from typing import Any

import httpx
from asyncua import Client, ua

from tests.engine import Engine
from tests.system.api.starting import started
from tests.waiting import until


def lines(engine: Engine, trace: str) -> list[dict[str, Any]]:
    log = (engine.data.parent / "engine.log").read_text()
    found = [json.loads(line) for line in log.splitlines() if line.startswith("{") and trace in line]
    return [line for line in found if line.get("trace_id") == trace]


def seen(engine: Engine, trace: str) -> set[tuple[str, str]]:
    return {(line["process"].partition("-")[0], line["event"]) for line in lines(engine, trace)}


def test_a_start_and_a_command_are_found_everywhere_by_their_id(engine: Engine, client: httpx.Client) -> None:
    start, pause, plain = "start-17", "pause-17", "write-17"
    made = client.post("/api/models/wood-berry/start", json={"wait": True}, headers={"X-Request-ID": start})
    assert made.headers["x-request-id"] == start
    sim_id = made.json()["sim_id"]
    until(lambda: ("worker", "hosting") in seen(engine, start), "the worker has it")
    until(lambda: "running" in {line.get("status") for line in lines(engine, start)}, "its report came back")
    assert ("engine_api", "lifecycle") in seen(engine, start)
    assert client.post(f"/api/sims/{sim_id}/pause", headers={"X-Request-ID": pause}).status_code == 200
    until(lambda: ("worker", "action taken") in seen(engine, pause), "the worker has it")
    assert ("engine_api", "lifecycle") in seen(engine, pause)
    refused = client.post(f"/api/sims/{sim_id}/none", json={"value": 1}, headers={"X-Request-ID": plain})
    assert refused.json()["trace_id"] == plain
    client.delete(f"/api/sims/{sim_id}")


async def test_a_call_over_opc_ua_has_one_too(engine: Engine, client: httpx.Client) -> None:
    with started(client) as simulation:
        node = simulation["node_id"]
        async with Client(engine.opcua, timeout=20) as visitor:
            await visitor.get_node(node).call_method(ua.NodeId.from_string(f"{node}.Suspend"))

        def worker_told() -> set[str]:
            log = (engine.data.parent / "engine.log").read_text()
            told = [json.loads(line) for line in log.splitlines() if '"action taken"' in line]
            return {line.get("trace_id", "") for line in told if line["sim_id"] == simulation["sim_id"]} - {""}

        until(worker_told, "the worker has it")
        (trace,) = worker_told()
        assert ("opcua_server", "lifecycle") in seen(engine, trace)


def test_what_comes_later_by_itself_does_not_carry_it(engine: Engine, client: httpx.Client) -> None:
    trace = "short-17"
    with started(client) as other:
        body = {"duration": 1, "speed": "max", "wait": True}
        made = client.post("/api/models/wood-berry/start", json=body, headers={"X-Request-ID": trace}).json()
        until(lambda: client.get(f"/api/sims/{made['sim_id']}").json()["status"] == "finished", "it has ended")
        assert other["sim_id"] not in {line.get("sim_id") for line in lines(engine, trace)}
        assert "finished" not in {line.get("status") for line in lines(engine, trace)}
