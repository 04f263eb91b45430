"""Honest clients are served while others attack: each attack of the list, and connections that take places."""

from asyncio import TaskGroup
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import psutil
import pytest
from asyncua import Client, ua

from opcua_server.limits import LIMITS
from tests.system.opcua.attacks import ATTACKS, SOURCE, TIME, read, subscription, under
from tests.system.opcua.raw import Raw, code, connection
from tests.system.opcua.rig import Served
from tests.waiting import until_async

CODES = ua.StatusCodes
HONEST_READS, NEWCOMERS = 20, 2
HALF_A_HELLO = b"HELF\x40\0\0\0half"


@pytest.mark.parametrize("name", ATTACKS)
async def test_honest_clients_are_served_meanwhile(served: Served, name: str) -> None:
    async with Client(served.url, timeout=20) as old, under(ATTACKS[name], served.url):
        for _ in range(HONEST_READS):
            assert await old.get_node(TIME).read_value() is not None
        for _ in range(NEWCOMERS):
            async with Client(served.url, timeout=20) as newcomer:
                assert await newcomer.get_node(TIME).read_value() is not None
    assert served.process.poll() is None


@asynccontextmanager
async def idlers(served: Served, count: int, *sources: str) -> AsyncIterator[list[Raw]]:
    """So many connections from each address that say nothing, or half a Hello, and stay."""
    async with AsyncExitStack() as opened:
        many = [
            await opened.enter_async_context(connection(served.url, source)) for source in sources for _ in range(count)
        ]
        for raw in many[::2]:
            await raw.send(HALF_A_HELLO)
        yield many


async def test_half_open_sockets_are_dropped_in_time(served: Served) -> None:
    async with idlers(served, 20, SOURCE) as many, TaskGroup() as group:
        ends = [group.create_task(raw.closed(4 * LIMITS.activation)) for raw in many]
    assert all(end.result() for end in ends)


async def test_half_open_sockets_take_nobodys_place(served: Served) -> None:
    """Neither at their own address nor, from many addresses, in the whole server."""
    most = LIMITS.connections_per_address
    async with idlers(served, most, SOURCE) as many, connection(served.url, SOURCE) as honest:
        await honest.session()
        assert await many[0].closed(), "the oldest one gives way"
        assert code(await honest.ask(read())) == CODES.Good
    sources = [f"127.0.0.{number}" for number in range(2, 2 + LIMITS.connections // most)]
    async with idlers(served, most, *sources), Client(served.url, timeout=20) as elsewhere:
        assert await elsewhere.get_node(TIME).read_value() is not None


async def test_a_channel_whose_session_is_over_does_not_stay(served: Served) -> None:
    async with connection(served.url, SOURCE) as raw:
        await raw.session()
        await raw.post(ua.CloseSessionRequest())
        await raw.chunk()
        assert await raw.closed(4 * LIMITS.activation)


async def test_active_sessions_give_way_to_nobody(served: Served) -> None:
    async with AsyncExitStack() as opened:
        active = [
            await opened.enter_async_context(connection(served.url, SOURCE))
            for _ in range(LIMITS.connections_per_address)
        ]
        for raw in active:
            await raw.session()
        one_more = await opened.enter_async_context(connection(served.url, SOURCE))
        assert await one_more.closed()
        assert {code(await raw.ask(read())) for raw in active} == {CODES.Good}


async def test_nothing_of_another_session_can_be_touched(served: Served) -> None:
    async with connection(served.url) as owner, connection(served.url) as thief:
        await owner.session()
        await thief.session()
        number = (await owner.ask(subscription(100.0))).Parameters.SubscriptionId
        for request in (
            ua.ModifySubscriptionRequest(), ua.CreateMonitoredItemsRequest(), ua.ModifyMonitoredItemsRequest(),
            ua.DeleteMonitoredItemsRequest(), ua.SetMonitoringModeRequest(), ua.SetTriggeringRequest(),
            ua.RepublishRequest(),
        ):  # fmt: skip
            request.Parameters.SubscriptionId = number
            _fill(request.Parameters)
            assert code(await thief.ask(request)) == CODES.BadSubscriptionIdInvalid, type(request).__name__
        for request in (ua.SetPublishingModeRequest(), ua.DeleteSubscriptionsRequest()):
            request.Parameters.SubscriptionIds = [number]
            await thief.post(request)
            answer = await thief.answer()
            results = getattr(answer, "Results", None) or answer.Parameters.Results
            assert [one.value for one in results] == [CODES.BadSubscriptionIdInvalid]
        browse = ua.BrowseRequest()
        browse.Parameters.RequestedMaxReferencesPerNode = ua.UInt32(1)
        browse.Parameters.NodesToBrowse = [ua.BrowseDescription(ua.NodeId(ua.Int32(ua.ObjectIds.Server)))]
        point = (await owner.ask(browse)).Results[0].ContinuationPoint
        assert point
        onward = ua.BrowseNextRequest()
        onward.Parameters.ContinuationPoints = [point]
        assert (await thief.ask(onward)).Parameters.Results[0].StatusCode.value == CODES.BadContinuationPointInvalid
        assert (await owner.ask(onward)).Parameters.Results[0].StatusCode.is_good()


def _fill(parameters: object) -> None:
    """One operation each, since none at all would be another fault."""
    if hasattr(parameters, "ItemsToCreate"):
        parameters.ItemsToCreate = [ua.MonitoredItemCreateRequest(ua.ReadValueId(TIME, ua.AttributeIds.Value))]
    if hasattr(parameters, "ItemsToModify"):
        parameters.ItemsToModify = [ua.MonitoredItemModifyRequest(ua.UInt32(1))]
    for name in ("MonitoredItemIds", "LinksToAdd"):
        if hasattr(parameters, name):
            setattr(parameters, name, [ua.UInt32(1)])


async def test_nothing_is_left_of_all_attacks(served: Served) -> None:
    process = psutil.Process(served.process.pid)

    async def tidy() -> bool:
        return len(process.net_connections()) < 10

    await until_async(tidy, "no connection is left behind", 60)
    async with connection(served.url) as raw:
        await raw.session()
        assert code(await raw.ask(read())) == CODES.Good
