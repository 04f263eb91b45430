"""The OPC UA server under clients of other makers: node-opcua and Eclipse Milo do the whole path."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua.ua import StatusCodes as CODES  # noqa: N814 - read as a table of constants

from tests.interop.conftest import OpenClient
from tests.interop.foreign_client import ForeignClient, RefusedError
from tests.system.opcua.rig import Served, Twin, begin, opened, prepared, serving
from tests.waiting import until_async


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("opcua-interop")
    with prepared(folder) as settings, serving(settings) as running:
        yield running


@pytest.fixture(params=["node_client", "milo_client"])
def open_one(request: pytest.FixtureRequest) -> OpenClient:
    opener: OpenClient = request.getfixturevalue(request.param)
    return opener


@pytest.fixture
async def client(open_one: OpenClient, served: Served) -> ForeignClient:
    return await open_one(served.url)


@pytest.fixture
async def twin(served: Served, client: ForeignClient) -> AsyncIterator[Twin]:
    async with opened(served.settings) as simulations:
        begun = await begin(simulations)

        async def shown() -> bool:
            answer = await client.ask("read", nodes=[f"ns=2;s={begun.sim_id}.reflux_flow"])
            return bool(answer["values"][0]["status"] == 0)

        await until_async(shown, "the first frame is shown")
        yield begun


async def test_browse_read_and_types(client: ForeignClient, twin: Twin) -> None:
    objects = (await client.ask("browse", node="i=85"))["nodes"]
    assert {"2:Engine", "2:Simulations"} <= {node["browseName"] for node in objects}
    members = (await client.ask("browse", node=f"ns=2;s={twin.sim_id}"))["nodes"]
    by_name = {node["browseName"]: node for node in members}
    assert by_name["3:reflux_flow"]["nodeId"] == f"ns=2;s={twin.sim_id}.reflux_flow"
    assert by_name["3:reflux_flow"]["typeDefinition"] == "i=17570"
    names = ["reflux_flow", "reflux_flow.EURange", "reflux_flow.EngineeringUnits", "distillate_methanol_mode", "Status"]
    read = (await client.ask("read", nodes=[f"ns=2;s={twin.sim_id}.{name}" for name in names]))["values"]
    assert [value["status"] for value in read] == [0] * 5
    assert (read[0]["value"], read[0]["type"]) == (1.95, "Double")
    assert read[1]["value"] == {"low": 0.0, "high": 4.0}
    assert read[2]["value"]["displayName"]["text"] == "lb/min"
    assert (read[3]["value"], read[3]["type"]) == (0, "UInt32")
    assert read[4]["value"] == "running"
    assert all(value["sourceTimestamp"] and value["serverTimestamp"] for value in read)


async def test_write_and_see_y_move(client: ForeignClient, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    writes = [
        {"node": f"{own}.reflux_flow", "value": 2.5, "type": "Double"},
        {"node": f"{own}.steam_flow", "value": 99.0, "type": "Double"},
        {"node": f"{own}.distillate_methanol", "value": 1.0, "type": "Double"},
        {"node": f"{own}.feed_flow", "value": "x", "type": "String"},
        {"node": f"{own}.feed_flow", "value": 2.5, "type": "Float"},
        {"node": f"{own}.no_such_tag", "value": 1.0, "type": "Double"},
    ]
    answer = await client.ask("write", writes=writes)
    assert answer["statuses"] == [
        0, CODES.BadOutOfRange, CODES.BadNotWritable, CODES.BadTypeMismatch, 0, CODES.BadNodeIdUnknown,
    ]  # fmt: skip
    (action,) = await twin.actions()
    assert action.values == {"reflux_flow": 2.5, "feed_flow": 2.5}
    watching = asyncio.create_task(
        client.ask("subscribe", nodes=[f"{own}.distillate_methanol"], count=20, timeout_ms=15_000, queue=100)
    )
    twin.simulation.set("reflux_flow", 2.5)
    twin.action = action.number
    while not watching.done():
        await twin.step()
        await asyncio.sleep(0.02)
    seen = [one["value"] for one in (await watching)["notifications"]]
    assert len(seen) >= 20
    assert max(seen) > 96.25


async def test_methods(client: ForeignClient, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    assert (await client.ask("call", object=own, method=f"{own}.Suspend", args=[]))["status"] == 0
    steps = [{"type": "UInt32", "value": 3}]
    assert (await client.ask("call", object=own, method=f"{own}.Step", args=steps))["status"] == 0
    again = await client.ask("call", object=own, method=f"{own}.Suspend", args=[])
    assert again["status"] == CODES.BadInvalidState
    arguments = [{"type": "String", "value": "no-such-model"}, {"type": "String", "value": ""}]
    arguments += [{"type": "Double", "value": 0.0}, {"type": "Double", "value": 0.0}]  # type: ignore[dict-item]
    arguments += [{"type": "String", "value": []}]  # type: ignore[dict-item]
    start = await client.ask("call", object="ns=2;s=Engine", method="ns=2;s=Engine.StartSimulation", args=arguments)
    assert start["status"] == CODES.BadNotFound
    assert (await client.ask("call", object=own, method=f"{own}.Halt", args=[]))["status"] == 0
    assert [action.command for action in await twin.actions()] == ["pause", "step", "stop"]


async def test_history_in_order(client: ForeignClient, twin: Twin) -> None:
    frames = [await twin.step() for _ in range(20)]
    node, now = f"ns=2;s={twin.sim_id}.reflux_flow", datetime.now(UTC)
    span = {
        "node": node,
        "start": (now - timedelta(hours=1)).isoformat(),
        "end": (now + timedelta(hours=1)).isoformat(),
    }

    async def recorded() -> bool:
        return len((await client.ask("history", **span))["values"]) == len(frames)

    await until_async(recorded, "twenty samples are recorded")
    answer = await client.ask("history", **span)
    assert answer["continuationPoint"] is None
    times = [value["sourceTimestamp"] for value in answer["values"]]
    assert times == sorted(set(times))
    assert {value["status"] for value in answer["values"]} == {0}


async def test_nobody_comes_in_by_name(open_one: OpenClient, served: Served) -> None:
    with pytest.raises(RefusedError):
        await open_one(served.url, user="admin", password="secret")
