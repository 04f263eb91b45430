"""Alarms under node-opcua: its own alarm list is filled by ConditionRefresh, it acknowledges and confirms."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from asyncua.ua import StatusCodes as CODES  # noqa: N814 - read as a table of constants

from tests.interop.conftest import OpenClient
from tests.interop.foreign_client import ForeignClient
from tests.system.opcua.rig import Served, Twin, begin, opened, prepared, serving

BOTTOMS = "bottoms_methanol"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("opcua-alarms")
    with prepared(folder) as settings, serving(settings) as running:
        yield running


@pytest.fixture
async def twin(served: Served) -> AsyncIterator[Twin]:
    async with opened(served.settings) as simulations:
        yield await begin(simulations)


async def listed(client: ForeignClient, twin: Twin, **until: object) -> dict[str, Any]:
    answer = await client.ask("alarms", prefix=f"ns=2;s={twin.sim_id}.Alarms.{BOTTOMS}", until=until)
    (found,) = answer["alarms"]
    assert found["fields"] | until == found["fields"]
    alarm: dict[str, Any] = found
    return alarm


async def test_a_life_in_the_alarm_list_of_node_opcua(served: Served, twin: Twin, node_client: OpenClient) -> None:
    twin.simulation.set(BOTTOMS, 2.5)
    await twin.send()
    client = await node_client(served.url)
    raised = await listed(client, twin, active=True)  # it was raised before the client came: a refresh told it
    name = f"{twin.sim_id}.{BOTTOMS}"
    assert raised["fields"] | {"acked": False, "severity": 800, "type": "i=9341"} == raised["fields"]
    assert raised["fields"]["message"] == f"{name} = 2.5 % is above 2 % (high high)"
    order = {"condition": raised["condition"], "eventId": raised["eventId"], "comment": "by node-opcua"}
    assert (await client.ask("confirm", **order))["status"] == CODES.BadConditionBranchAlreadyConfirmed
    assert (await client.ask("acknowledge", **order))["status"] == CODES.Good
    acked = await listed(client, twin, acked=True)
    assert acked["fields"] | {"confirmed": False, "comment": "by node-opcua"} == acked["fields"]
    assert (await client.ask("confirm", **order))["status"] == CODES.BadEventIdUnknown
    order["eventId"] = acked["eventId"]
    assert (await client.ask("acknowledge", **order))["status"] == CODES.BadConditionBranchAlreadyAcked
    assert (await client.ask("confirm", **order))["status"] == CODES.Good
    twin.simulation.set(BOTTOMS, 0.2)
    await twin.send()
    done = await listed(client, twin, active=False, confirmed=True)
    assert done["fields"]["retain"] is False
    assert done["fields"]["message"] == f"{name} = 0.2 % is normal again"
