"""The whole story on a whole engine: OPC UA clients of three makers and REST drive and watch the same plants."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from asyncua import Client, ua

from tests.engine import Engine, run_engine
from tests.interop.conftest import OpenClient
from tests.waiting import until_async

LAST_USABLE = ua.StatusCodes.UncertainLastUsableValue


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("story")
    with run_engine(folder) as running:
        yield running


@pytest.fixture
async def rest(engine: Engine) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=engine.http, timeout=10) as client:
        yield client


async def tag(rest: httpx.AsyncClient, sim_id: str, name: str) -> dict[str, Any]:
    answer = await rest.get(f"/api/sims/{sim_id}/{name}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_three_makers_one_plant(
    engine: Engine, rest: httpx.AsyncClient, node_client: OpenClient, milo_client: OpenClient
) -> None:
    assert {"wood-berry", "ethylene-oxidation", "quadruple-tank"} <= {
        model["id"] for model in (await rest.get("/api/models/")).json()["models"]
    }
    sim_id = await start_by_method(engine)
    node, milo = await node_client(engine.opcua), await milo_client(engine.opcua)

    async def running() -> bool:
        record = (await rest.get(f"/api/sims/{sim_id}")).json()
        return bool(record["status"] == "running" and record["tick"] > 2)

    await until_async(running, "the simulation runs")
    pump, level = f"ns=2;s={sim_id}.pump_1_voltage", f"ns=2;s={sim_id}.level_1"
    before = (await tag(rest, sim_id, "level_1"))["value"]

    assert (await node.ask("write", node=pump, value=5.0, type="Double"))["status"] == 0
    for client in (node, milo):
        (seen,) = (await client.ask("read", nodes=[pump]))["values"]
        assert (seen["value"], seen["status"]) == (5.0, 0)
        assert seen["sourceTimestamp"]
        assert seen["serverTimestamp"]

    async def risen() -> bool:
        return bool((await tag(rest, sim_id, "level_1"))["value"] > before + 0.5)

    await until_async(risen, "the level answers the pump")
    assert (await tag(rest, sim_id, "pump_1_voltage"))["value"] == 5.0

    moved = await milo.ask("subscribe", nodes=[level], count=4, timeout_ms=20_000)
    values = [notification["value"] for notification in moved["notifications"]]
    assert len(values) >= 4
    assert values == sorted(values)

    await refused_alike(rest, [node, milo], sim_id)
    await same_history(rest, [node, milo], sim_id)
    await halted(rest, [node, milo], sim_id)


async def start_by_method(engine: Engine) -> str:
    """Start a quadruple tank at ten times real time with asyncua's client, as a user of UaExpert would."""
    async with Client(engine.opcua) as client:
        engine_object = client.get_node("ns=2;s=Engine")
        start = client.get_node("ns=2;s=Engine.StartSimulation")
        wanted = await (await start.get_child("0:InputArguments")).read_value()
        given = {
            "ModelId": ua.Variant("quadruple-tank", ua.VariantType.String),
            "Name": ua.Variant("story", ua.VariantType.String),
            "Duration": ua.Variant(3600.0, ua.VariantType.Double),
            "Speed": ua.Variant(10.0, ua.VariantType.Double),
            "Inputs": ua.Variant(["pump_2_voltage=3.1"], ua.VariantType.String),
            "Start": ua.Variant("steady", ua.VariantType.String),
        }
        arguments = [given[argument.Name] for argument in wanted]
        sim_id, node_id = await engine_object.call_method(start, *arguments)
        assert node_id == ua.NodeId(sim_id, 2)
        assert isinstance(sim_id, str)
        return sim_id


async def refused_alike(rest: httpx.AsyncClient, clients: list[Any], sim_id: str) -> None:
    """Out of range, not a number, read-only, unknown: the same refusal on every door, and nothing changes."""
    pump = f"ns=2;s={sim_id}.pump_1_voltage"
    cases = [
        (pump, 11.0, "Double", ua.StatusCodes.BadOutOfRange),
        (pump, "NaN", "Double", ua.StatusCodes.BadOutOfRange),
        (pump, "fast", "String", ua.StatusCodes.BadTypeMismatch),
        (f"ns=2;s={sim_id}.level_1", 1.0, "Double", ua.StatusCodes.BadNotWritable),
        (f"ns=2;s={sim_id}.none", 1.0, "Double", ua.StatusCodes.BadNodeIdUnknown),
    ]

    async def pump_runs_at_5_5() -> bool:
        # The door that took the write shows it at once; the others learn of it from the worker's echo.
        return bool((await tag(rest, sim_id, "pump_1_voltage"))["value"] == 5.5)

    for client in clients:
        for node, value, kind, status in cases:
            assert (await client.ask("write", node=node, value=value, type=kind))["status"] == status, (node, value)
        writes = [{"node": pump, "value": 5.5, "type": "Double"}, {"node": pump, "value": 99.0, "type": "Double"}]
        batch = await client.ask("write", writes=writes)
        assert batch["statuses"] == [0, ua.StatusCodes.BadOutOfRange]
        await until_async(pump_runs_at_5_5, "REST shows the accepted value of the batch")
    for body, code in (('{"value": 11}', 422), ('{"value": NaN}', 400), ('{"value": "fast"}', 422), ("{", 400)):
        answer = await rest.post(
            f"/api/sims/{sim_id}/pump_1_voltage", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code in {code, 422 if code == 400 else code}, (body, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert (await tag(rest, sim_id, "pump_1_voltage"))["value"] == 5.5


async def same_history(rest: httpx.AsyncClient, clients: list[Any], sim_id: str) -> None:
    """HistoryRead by two makers' clients and REST tell the same samples."""
    end = datetime.now(UTC) - timedelta(seconds=1)
    start = end - timedelta(seconds=30)

    async def recorded() -> bool:
        answer = await rest.get(f"/api/sims/{sim_id}/history", params={"tags": "level_1", "end": end.isoformat()})
        return bool(answer.json()["series"][0]["value"])

    await until_async(recorded, "the history is there")
    query = {"tags": "level_1", "start": start.isoformat(), "end": end.isoformat(), "points": 10_000}
    series = (await rest.get(f"/api/sims/{sim_id}/history", params=query)).json()["series"][0]
    wanted = list(zip(series["time"], series["value"], strict=True))
    assert len(wanted) > 5
    for client in clients:
        answer = await client.ask(
            "history", node=f"ns=2;s={sim_id}.level_1", start=start.isoformat(), end=end.isoformat(), max=100_000
        )
        assert answer["status"] == 0
        # REST tells whole milliseconds, rounded down.
        told = [(_milliseconds(v["sourceTimestamp"]), v["value"]) for v in answer["values"]]
        inside = [(t, v) for t, v in told if series["time"][0] - 1 <= t <= series["time"][-1] + 1]
        assert [v for _, v in inside] == [v for _, v in wanted]
        assert [t for t, _ in inside] == pytest.approx([t for t, _ in wanted], abs=1.0)


def _milliseconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000


async def halted(rest: httpx.AsyncClient, clients: list[Any], sim_id: str) -> None:
    """Halt by Milo: stopped on every door, last values Uncertain, history kept."""
    node, milo = clients
    called = await milo.ask("call", object=f"ns=2;s={sim_id}", method=await method(milo, sim_id, "Halt"), args=[])
    assert called["status"] == 0

    async def stopped() -> bool:
        record = (await rest.get(f"/api/sims/{sim_id}")).json()
        (seen,) = (await node.ask("read", nodes=[f"ns=2;s={sim_id}.level_1"]))["values"]
        return bool(record["status"] == "stopped" and seen["status"] == LAST_USABLE)

    await until_async(stopped, "stopped on every door")
    assert (await tag(rest, sim_id, "level_1"))["quality"] == "UncertainLastUsableValue"
    refused = await milo.ask("write", node=f"ns=2;s={sim_id}.pump_1_voltage", value=1.0, type="Double")
    assert refused["status"] == ua.StatusCodes.BadInvalidState


async def method(client: Any, sim_id: str, name: str) -> str:
    children = (await client.ask("browse", node=f"ns=2;s={sim_id}"))["nodes"]
    found: str = next(child["nodeId"] for child in children if child["browseName"].endswith(f":{name}"))
    return found
