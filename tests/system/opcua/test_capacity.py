"""How much of everything there may be in the whole server, and that the last one allowed is served like the first."""

from contextlib import AsyncExitStack, closing

from asyncua import Client, ua

from connections.users import Users
from opcua_server.limits import LIMITS
from plant.access import User
from tests.system.opcua.raw import NULL, Raw, code, connection
from tests.system.opcua.rig import Served

CODES = ua.StatusCodes
PASSWORD = "correct horse battery"
PER_ADDRESS = 45
"""Less than one address may have."""


def subscription() -> ua.CreateSubscriptionRequest:
    request = ua.CreateSubscriptionRequest()
    request.Parameters = ua.CreateSubscriptionParameters(60_000.0, ua.UInt32(3000), ua.UInt32(10))
    return request


async def open_many(opened: AsyncExitStack, url: str, count: int, first: int = 2) -> list[Raw]:
    """So many channels from several addresses, because one address has a limit of its own."""
    return [
        await opened.enter_async_context(connection(url, f"127.0.0.{first + number // PER_ADDRESS}"))
        for number in range(count)
    ]


async def test_all_sessions_together(served: Served) -> None:
    """Those that have lost their connection are kept for their subscriptions' sake, until others need the place."""
    with closing(Users(served.settings.sql_url)) as users:
        users.add("eva", User.ENGINEER, PASSWORD)
    async with AsyncExitStack() as lost:
        for raw in await open_many(lost, served.url, LIMITS.sessions // 4):
            await raw.session()
            assert code(await raw.ask(subscription())) == CODES.Good
    async with AsyncExitStack() as opened:
        *channels, one_more = await open_many(opened, served.url, LIMITS.sessions - LIMITS.sessions_kept + 1)
        for raw in channels:
            await raw.session()
        await one_more.open()
        one_more.authentication = (await one_more.create_session()).Parameters.AuthenticationToken
        assert code(await one_more.activate()) == CODES.BadTooManySessions
        await an_engineer_comes_in(served)
        close = ua.CloseSessionRequest()
        close.DeleteSubscriptions = True
        first = channels[0]
        await first.post(close)
        await first.chunk()
        one_more.authentication = (await one_more.create_session()).Parameters.AuthenticationToken
        assert code(await one_more.activate()) == CODES.Good
        assert code(await one_more.ask(subscription())) == CODES.Good
        assert code(await first.ask(subscription(), NULL)) == CODES.BadSessionIdInvalid
        for raw in await open_many(opened, served.url, LIMITS.sessions_kept, 9):
            await raw.open()
            assert code(await raw.create_session()) == CODES.Good
        await an_engineer_comes_in(served)


async def an_engineer_comes_in(served: Served) -> None:
    client = Client(served.url, timeout=20)
    client.set_user("eva")
    client.set_password(PASSWORD)
    async with client:
        assert await client.get_server_node().read_browse_name()


async def test_all_items_together(served: Served) -> None:
    node = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServiceLevel))
    item = ua.MonitoredItemCreateRequest(ua.ReadValueId(node, ua.AttributeIds.Value), ua.MonitoringMode.Disabled)
    request = ua.CreateMonitoredItemsRequest()
    request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
    async with connection(served.url) as raw:
        await raw.session()
        for _ in range(LIMITS.items // LIMITS.items_per_subscription):
            request.Parameters.SubscriptionId = (await raw.ask(subscription())).Parameters.SubscriptionId
            request.Parameters.ItemsToCreate = [item] * 1000
            for _ in range(LIMITS.items_per_subscription // 1000):
                assert {result.StatusCode.value for result in (await raw.ask(request)).Results} == {0}
        request.Parameters.SubscriptionId = (await raw.ask(subscription())).Parameters.SubscriptionId
        request.Parameters.ItemsToCreate = [item] * 2
        refused = (await raw.ask(request)).Results
        assert [result.StatusCode.value for result in refused] == [CODES.BadTooManyMonitoredItems] * 2
