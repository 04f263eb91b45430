"""Every line of the hardening against the running server; after each attack an honest client is still served."""

import struct
from collections.abc import AsyncIterator

import psutil
import pytest
from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_to_binary

from opcua_server.limits import LIMITS
from tests.system.opcua.raw import NULL, Raw, code, connection
from tests.system.opcua.rig import Served
from tests.waiting import until_async

CODES = ua.StatusCodes
REVISED = {100.0: 100.0, float("inf"): LIMITS.longest_publishing_ms}
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))


@pytest.fixture
async def raw(served: Served) -> AsyncIterator[Raw]:
    async with connection(served.url) as one:
        yield one
    async with Client(served.url) as honest:
        assert await honest.get_node(TIME).read_value() is not None


def read(count: int = 1) -> ua.ReadRequest:
    request = ua.ReadRequest()
    request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
    request.Parameters.NodesToRead = [ua.ReadValueId(TIME, ua.AttributeIds.Value)] * count
    return request


async def test_tokens_are_random_and_checked_on_every_request(raw: Raw, served: Served) -> None:
    await raw.session()
    assert isinstance(raw.authentication.Identifier, bytes)
    assert len(raw.authentication.Identifier) == 32
    assert code(await raw.ask(read())) == CODES.Good
    strange = ua.NodeId(ua.ByteString(b"\0" * 32), ua.Int16(1), ua.NodeIdType.ByteString)
    for token in (NULL, strange, ua.NodeId(ua.Int32(1001))):
        assert code(await raw.ask(read(), token)) == CODES.BadSessionIdInvalid
    async with connection(served.url) as other:
        await other.session()
        assert code(await other.ask(read(), raw.authentication)) == CODES.BadSessionIdInvalid
        assert code(await other.activate(token=raw.authentication)) == CODES.BadSessionIdInvalid
    async with connection(served.url) as thief:
        await thief.open()
        assert code(await thief.ask(read(), raw.authentication)) == CODES.BadSessionIdInvalid
        assert code(await thief.activate(token=strange)) == CODES.BadSessionIdInvalid
        assert code(await thief.ask(read(), raw.authentication)) == CODES.BadSessionIdInvalid


async def test_a_session_that_is_not_active_can_do_nothing(raw: Raw, served: Served) -> None:
    await raw.open()
    assert code(await raw.ask(read())) == CODES.BadSessionIdInvalid
    raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
    assert code(await raw.ask(read())) == CODES.BadSessionNotActivated
    async with connection(served.url) as thief:  # nor be taken over by another channel
        await thief.open()
        assert code(await thief.activate(token=raw.authentication)) == CODES.BadSecurityChecksFailed


@pytest.mark.parametrize("name", ["admin", "Admin", "root", ""])
async def test_no_user_comes_in_by_name(raw: Raw, name: str) -> None:
    await raw.open()
    raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
    identity = ua.UserNameIdentityToken(ua.String("username"), ua.String(name), ua.ByteString(b"secret"))
    assert code(await raw.activate(identity)) in {CODES.BadIdentityTokenRejected, CODES.BadIdentityTokenInvalid}
    assert code(await raw.ask(read())) == CODES.BadSessionNotActivated


async def test_one_channel_has_one_session_waiting(raw: Raw, served: Served) -> None:
    await raw.open()
    tokens = [(await raw.create_session()).Parameters.AuthenticationToken for _ in range(300)]
    assert len({token.Identifier for token in tokens}) == 300
    assert code(await raw.activate(token=tokens[0])) == CODES.BadSessionIdInvalid
    assert code(await raw.activate(token=tokens[-1])) == CODES.Good
    raw.authentication = tokens[-1]
    assert code(await raw.create_session()) == CODES.BadTooManySessions


async def test_discovery_and_node_management_are_not_served(raw: Raw) -> None:
    await raw.open()
    assert code(await raw.ask(ua.RegisterServerRequest())) == CODES.BadServiceUnsupported
    assert code(await raw.ask(ua.RegisterServer2Request())) == CODES.BadServiceUnsupported
    found = await raw.ask(ua.FindServersRequest())
    assert [server.ApplicationUri for server in found.Servers] == ["urn:process-dynamics-engine:server"]
    raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
    await raw.activate()
    for request in (
        ua.AddNodesRequest(), ua.DeleteNodesRequest(), ua.AddReferencesRequest(), ua.DeleteReferencesRequest(),
        ua.HistoryUpdateRequest(), ua.QueryFirstRequest(), ua.QueryNextRequest(),
    ):  # fmt: skip
        assert code(await raw.ask(request)) == CODES.BadServiceUnsupported


@pytest.mark.parametrize(
    "header",
    [
        b"XXXF" + struct.pack("<I", 100), b"MSGZ" + struct.pack("<I", 100), b"MSGF" + struct.pack("<I", 0),
        b"MSGF" + struct.pack("<I", 7), b"MSGC" + struct.pack("<I", 65_536), b"HELF" + struct.pack("<I", 0xFFFFFFFF),
        b"GET / HTTP/1.1\r\n", b"\0" * 64,
    ],
)  # fmt: skip
async def test_impossible_headers_end_the_connection_at_once(raw: Raw, header: bytes) -> None:
    await raw.send(header)
    assert await raw.closed(2.0)


async def test_nothing_large_is_kept_of_a_stranger(raw: Raw, served: Served) -> None:
    await raw.open()
    before = psutil.Process(served.process.pid).memory_info().rss
    await raw.flood(2000)
    assert await raw.closed(5.0)
    assert psutil.Process(served.process.pid).memory_info().rss - before < 8e6


async def test_a_message_has_a_largest_size(raw: Raw) -> None:
    await raw.session()
    await raw.flood(2 * LIMITS.message // 60_000)
    assert await raw.closed(5.0)


async def test_a_request_that_ends_too_early_is_unreadable_and_changes_nothing(raw: Raw) -> None:
    await raw.session()
    request = ua.CloseSessionRequest()
    request.RequestHeader.AuthenticationToken = raw.authentication
    await raw.send_body(struct_to_binary(request)[:-1])
    assert code(await raw.answer()) == CODES.BadDecodingError
    request = read()
    request.RequestHeader.AuthenticationToken = raw.authentication
    await raw.send_body(struct_to_binary(request))
    assert (await raw.answer()).Results


async def test_an_array_claims_no_more_than_there_is(raw: Raw) -> None:
    await raw.session()
    request = ua.WriteRequest()
    value = ua.DataValue(ua.Variant([1.5], ua.VariantType.Double))
    request.Parameters.NodesToWrite = [ua.WriteValue(TIME, ua.AttributeIds.Value, Value=value)]
    request.RequestHeader.AuthenticationToken = raw.authentication
    body = struct_to_binary(request)
    place = body.index(b"\x8b" + struct.pack("<i", 1))
    for kind in (0x80, 0x8B, 0x98, 0x8C):  # arrays of Null, Double, Variant, String
        await raw.send_body(body[:place] + bytes([kind]) + struct.pack("<i", 5_000_000) + body[place + 5 :])
        assert code(await raw.answer()) == CODES.BadDecodingError


async def test_arrays_in_arrays_do_not_multiply(raw: Raw) -> None:
    await raw.session()
    request = ua.WriteRequest()
    value = ua.DataValue(ua.Variant([1.5], ua.VariantType.Double))
    request.Parameters.NodesToWrite = [ua.WriteValue(TIME, ua.AttributeIds.Value, Value=value)]
    request.RequestHeader.AuthenticationToken = raw.authentication
    body = struct_to_binary(request)
    place = body.index(b"\x8b" + struct.pack("<i", 1))
    inner = b"\x98" + struct.pack("<i", 9_000) + b"\0" * 9_000
    bomb = body[:place] + b"\x98" + struct.pack("<i", 100) + inner * 100 + body[place + 13 :]
    for start in range(0, len(bomb), 60_000):
        await raw.send_part(bomb[start : start + 60_000], start + 60_000 >= len(bomb))
    assert code(await raw.answer()) == CODES.BadEncodingLimitsExceeded


async def test_deep_nesting_is_refused(raw: Raw) -> None:
    await raw.session()
    request = ua.WriteRequest()
    value = ua.DataValue(ua.Variant([1.5], ua.VariantType.Double))
    request.Parameters.NodesToWrite = [ua.WriteValue(TIME, ua.AttributeIds.Value, Value=value)]
    request.RequestHeader.AuthenticationToken = raw.authentication
    body = struct_to_binary(request)
    place = body.index(b"\x8b" + struct.pack("<i", 1))
    await raw.send_body(body[:place] + b"\x18" * 20_000 + body[place:])
    assert code(await raw.answer()) in {CODES.BadDecodingError, CODES.BadEncodingLimitsExceeded}


@pytest.mark.parametrize("length", [4, -2, -(2**31), 2**31 - 1, 5_000_000])
async def test_bad_text_and_impossible_lengths_are_refused(raw: Raw, length: int) -> None:
    await raw.session()
    request = read()
    request.Parameters.NodesToRead = [ua.ReadValueId(ua.NodeId(ua.String("zzzz"), ua.Int16(2)), ua.AttributeIds.Value)]
    request.RequestHeader.AuthenticationToken = raw.authentication
    body = struct_to_binary(request)
    place = body.index(b"zzzz")
    await raw.send_body(body[: place - 4] + struct.pack("<i", length) + b"\xff\xfe\xc0\x80" + body[place + 4 :])
    answer = await raw.answer()
    assert code(answer) == CODES.BadDecodingError or not answer.Results[0].StatusCode.is_good()
    assert code(await raw.ask(read())) == CODES.Good


async def test_operation_limits_are_kept(raw: Raw) -> None:
    await raw.session()
    assert code(await raw.ask(read(0))) == CODES.BadNothingToDo
    assert code(await raw.ask(read(1000))) == CODES.Good


async def test_more_operations_are_refused(served: Served) -> None:
    async with Client(served.url) as client:
        assert len(await client.uaclient.read(read(LIMITS.nodes_per_request).Parameters)) == LIMITS.nodes_per_request
        params = read(LIMITS.nodes_per_request + 1).Parameters
        with pytest.raises(ua.UaStatusCodeError) as refused:
            await client.uaclient.read(params)
        assert refused.value.code == CODES.BadTooManyOperations


def subscription(period: float) -> ua.CreateSubscriptionRequest:
    request = ua.CreateSubscriptionRequest()
    request.Parameters.RequestedPublishingInterval = period
    request.Parameters.RequestedLifetimeCount = ua.UInt32(1000)
    request.Parameters.RequestedMaxKeepAliveCount = ua.UInt32(10)
    return request


async def test_subscriptions_are_counted_slowed_and_owned(raw: Raw, served: Served) -> None:
    await raw.session()
    numbers = []
    for period in (0.001, float("nan"), -1.0, 100.0, float("inf")):
        made = (await raw.ask(subscription(period))).Parameters
        assert made.RevisedPublishingInterval == REVISED.get(period, 50.0)
        numbers.append(made.SubscriptionId)
    while len(numbers) < LIMITS.subscriptions_per_session:
        numbers.append((await raw.ask(subscription(500.0))).Parameters.SubscriptionId)
    assert code(await raw.ask(subscription(500.0))) == CODES.BadTooManySubscriptions
    async with connection(served.url) as other:
        await other.session()
        steal, delete = ua.TransferSubscriptionsRequest(), ua.DeleteSubscriptionsRequest()
        steal.Parameters.SubscriptionIds = delete.Parameters.SubscriptionIds = numbers[:2]
        stolen = await other.ask(steal)
        assert [one.StatusCode.value for one in stolen.Parameters.Results] == [CODES.BadUserAccessDenied] * 2
        deleted = await other.ask(delete)
        assert [one.value for one in deleted.Results] == [CODES.BadSubscriptionIdInvalid] * 2
        items = ua.CreateMonitoredItemsRequest()
        items.Parameters.SubscriptionId = numbers[0]
        items.Parameters.ItemsToCreate = [ua.MonitoredItemCreateRequest(ua.ReadValueId(TIME, ua.AttributeIds.Value))]
        assert code(await other.ask(items)) == CODES.BadSubscriptionIdInvalid


async def test_a_subscription_has_a_largest_number_of_items(served: Served) -> None:
    async with Client(served.url, timeout=60, watchdog_intervall=60) as client:
        params = ua.CreateSubscriptionParameters(1000.0, ua.UInt32(1000), ua.UInt32(10))

        async def ignore(_: ua.PublishResult) -> None:
            """Nothing is asked of the notifications."""

        number = (await client.uaclient.create_subscription(params, ignore)).SubscriptionId
        node = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServiceLevel))
        one = ua.MonitoredItemCreateRequest(ua.ReadValueId(node, ua.AttributeIds.Value), ua.MonitoringMode.Disabled)
        full = ua.CreateMonitoredItemsParameters(
            number, ua.TimestampsToReturn.Both, [one] * LIMITS.items_per_subscription
        )
        assert all(result.StatusCode.is_good() for result in await client.uaclient.create_monitored_items(full))
        more = ua.CreateMonitoredItemsParameters(number, ua.TimestampsToReturn.Both, [one])
        (refused,) = await client.uaclient.create_monitored_items(more)
        assert refused.StatusCode.value == CODES.BadTooManyMonitoredItems


async def test_who_does_not_read_is_dropped(raw: Raw, served: Served) -> None:
    process = psutil.Process(served.process.pid)
    await raw.session()
    before = process.memory_info().rss
    request = ua.BrowseRequest()
    types = ua.NodeId(ua.Int32(ua.ObjectIds.BaseObjectType))
    description = ua.BrowseDescription(types, ua.BrowseDirection.Both, NULL, True, ua.UInt32(0), ua.UInt32(63))
    request.Parameters.NodesToBrowse = [description] * 300
    request.RequestHeader.AuthenticationToken = raw.authentication
    body = struct_to_binary(request)

    async def dropped() -> bool:
        try:
            for _ in range(20):
                await raw.send_body(body)
        except ConnectionError:
            return True
        return raw.writer.is_closing()

    raw.writer.transport.set_write_buffer_limits(high=64 * 1024 * 1024)
    await until_async(dropped, "the slow reader is dropped", 60)
    assert process.memory_info().rss - before < 60e6


async def test_cut_off_in_the_middle(served: Served) -> None:
    process = psutil.Process(served.process.pid)
    for _ in range(50):
        async with connection(served.url) as one:
            await one.session()
            await one.ask(subscription(100.0))
            await one.send(b"MSGF" + struct.pack("<I", 5000) + b"half")
    async with Client(served.url) as client:
        assert await client.get_node(TIME).read_value() is not None

    async def tidy() -> bool:
        return len(process.net_connections()) < 20

    await until_async(tidy, "no connection is left behind")
