"""The clients of other makers against a small server: both speak the same protocol and report the same facts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from asyncua.ua import StatusCodes

from engine_api.ports import free_port
from tests.interop.conftest import OpenClient
from tests.interop.foreign_client import ForeignClient, RefusedError
from tests.interop.small_server import FIRST, HISTORY, small_server


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with small_server() as url:
        yield url


@pytest.fixture(params=["node_client", "milo_client"])
def open_one(request: pytest.FixtureRequest) -> OpenClient:
    opener: OpenClient = request.getfixturevalue(request.param)
    return opener


@pytest.fixture
async def client(open_one: OpenClient, endpoint: str) -> ForeignClient:
    return await open_one(endpoint)


async def test_browse_names_the_children(client: ForeignClient) -> None:
    answer = await client.ask("browse", node="ns=2;s=plant")
    assert answer["status"] == 0
    assert {
        "nodeId": "ns=2;s=level",
        "browseName": "2:level",
        "nodeClass": "Variable",
        "typeDefinition": "i=63",
    } in answer["nodes"]
    assert [node["nodeClass"] for node in answer["nodes"]].count("Method") == 1
    assert (await client.ask("browse", node="ns=2;s=none"))["status"] == StatusCodes.BadNodeIdInvalid


async def test_read_gives_value_type_status_and_times(client: ForeignClient) -> None:
    names = ["level", "counter", "series", "when", "name", "range", "none"]
    values = (await client.ask("read", nodes=[f"ns=2;s={name}" for name in names]))["values"]
    assert [value["type"] for value in values[:5]] == ["Double", "Int64", "Double", "DateTime", "String"]
    assert [value["value"] for value in values[:3]] == [1.5, 2**40, [1.0, "NaN", "Infinity"]]
    assert datetime.fromisoformat(values[3]["value"]) == FIRST
    assert values[5]["value"] == {"low": 0.0, "high": 5.0}
    assert (values[6]["value"], values[6]["status"]) == (None, StatusCodes.BadNodeIdUnknown)

    (ramp,) = (await client.ask("read", nodes=["ns=2;s=ramp"]))["values"]
    assert datetime.fromisoformat(ramp["sourceTimestamp"]) == HISTORY[-1]
    (shown,) = (await client.ask("read", nodes=["ns=2;s=level"], attribute=4))["values"]
    assert shown["value"]["text"] == "level"


async def test_write_reports_each_status_and_what_was_written_is_read(client: ForeignClient) -> None:
    assert (await client.ask("write", node="ns=2;s=free.level", value=1, type="Int32")) == {
        "status": StatusCodes.BadTypeMismatch
    }
    writes: list[dict[str, Any]] = [
        {"node": "ns=2;s=free.level", "value": "NaN", "type": "Double"},
        {"node": "ns=2;s=level", "value": 1.0, "type": "Double"},
        {"node": "ns=2;s=free.counter", "value": "-9223372036854775808", "type": "Int64"},
        {"node": "ns=2;s=free.series", "value": [2, "-Infinity"], "type": "Double"},
        {"node": "ns=2;s=free.when", "value": "2026-05-06T07:08:09.123Z", "type": "DateTime"},
        {"node": "ns=2;s=free.name", "value": "Überlauf", "type": "String"},
    ]
    answer = await client.ask("write", writes=writes)
    assert answer == {"status": 0, "statuses": [0, StatusCodes.BadUserAccessDenied, 0, 0, 0, 0]}
    written = [write for write in writes if write["node"] != "ns=2;s=level"]
    read = (await client.ask("read", nodes=[write["node"] for write in written]))["values"]
    for write, value in zip(written, read, strict=True):
        if write["type"] == "DateTime":
            assert datetime.fromisoformat(value["value"]) == datetime.fromisoformat(write["value"])
        else:
            assert value["value"] == write["value"]


async def test_subscribe_collects_until_there_are_enough_or_the_time_is_over(client: ForeignClient) -> None:
    nodes = ["ns=2;s=level", "ns=2;s=ramp", "ns=2;s=none"]
    answer = await client.ask("subscribe", nodes=nodes, count=2, timeout_ms=10_000)
    assert answer["items"] == [0, 0, StatusCodes.BadNodeIdUnknown]
    values = {notification["node"]: notification["value"] for notification in answer["notifications"]}
    assert values == {"ns=2;s=level": 1.5, "ns=2;s=ramp": 4.0}
    answer = await client.ask("subscribe", nodes=nodes, count=3, timeout_ms=300)
    assert len(answer["notifications"]) == 2


async def test_call_returns_outputs_or_the_status(client: ForeignClient) -> None:
    arguments = [{"type": "Double", "value": 1.5}, {"type": "Double", "value": 2}]
    answer = await client.ask("call", object="ns=2;s=plant", method="ns=2;s=add", args=arguments)
    assert (answer["status"], answer["outputs"]) == (0, [3.5])
    answer = await client.ask("call", object="ns=2;s=plant", method="ns=2;s=none", args=[])
    assert (answer["status"], answer["outputs"]) == (StatusCodes.BadNodeIdInvalid, [])


async def test_history_gives_pages_of_raw_values(client: ForeignClient) -> None:
    span = {"node": "ns=2;s=ramp", "start": HISTORY[0].isoformat(), "end": HISTORY[-1].isoformat()}
    first = await client.ask("history", **span)
    assert [value["value"] for value in first["values"]] == [0.0, 1.0]
    assert [datetime.fromisoformat(value["sourceTimestamp"]) for value in first["values"]] == HISTORY[:2]
    second = await client.ask("history", **span, continuationPoint=first["continuationPoint"])
    assert [value["value"] for value in second["values"]] == [2.0, 3.0]
    assert second["values"][1]["status"] == StatusCodes.UncertainLastUsableValue
    last = await client.ask("history", **span, continuationPoint=second["continuationPoint"])
    assert [value["value"] for value in last["values"]] == [4.0]
    assert last["continuationPoint"] is None
    assert len((await client.ask("history", **span, max=1))["values"]) == 1


async def test_a_command_that_is_none_is_answered(client: ForeignClient) -> None:
    assert (await client.ask("dance"))["status"] == StatusCodes.BadInternalError
    assert (await client.ask("read", nodes=["ns=2;s=level"]))["values"][0]["value"] == 1.5


async def test_a_server_that_is_not_there_refuses_the_connection(open_one: OpenClient) -> None:
    with pytest.raises(RefusedError):
        await open_one(f"opc.tcp://127.0.0.1:{free_port('127.0.0.1')}")
