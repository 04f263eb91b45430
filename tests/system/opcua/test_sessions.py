"""Sessions and channels as OPC 10000-4 5.5.2 and 5.6.2 to 5.6.4 want them: what is revised, refused and forgotten."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asyncua import Client, ua

from opcua_server.limits import LIMITS
from tests.system.opcua.raw import NULL, Raw, code, connection
from tests.system.opcua.rig import Served

CODES = ua.StatusCodes
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))
TYPES = ua.NodeId(ua.Int32(ua.ObjectIds.BaseObjectType))
OWN_URI = "urn:process-dynamics-engine:server"
SHORTEST, LONGEST = 5_000.0, 600_000.0
ISSUE, RENEW = ua.SecurityTokenRequestType.Issue, ua.SecurityTokenRequestType.Renew


@pytest.fixture
async def raw(served: Served) -> AsyncIterator[Raw]:
    async with connection(served.url) as one:
        yield one
    async with Client(served.url) as honest:
        assert await honest.get_node(TIME).read_value() is not None


def read() -> ua.ReadRequest:
    request = ua.ReadRequest()
    request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
    request.Parameters.NodesToRead = [ua.ReadValueId(TIME, ua.AttributeIds.Value)]
    return request


def browse(count: int) -> ua.BrowseRequest:
    request = ua.BrowseRequest()
    wanted = ua.BrowseDescription(TYPES, ua.BrowseDirection.Both, NULL, True, ua.UInt32(0), ua.UInt32(63))
    request.Parameters.NodesToBrowse = [wanted] * count
    return request


def closing(delete_subscriptions: bool = True) -> ua.CloseSessionRequest:
    request = ua.CloseSessionRequest()
    request.DeleteSubscriptions = delete_subscriptions
    return request


async def subscribed(raw: Raw) -> int:
    request = ua.CreateSubscriptionRequest()
    request.Parameters.RequestedPublishingInterval = 3_600_000.0
    request.Parameters.RequestedLifetimeCount, request.Parameters.RequestedMaxKeepAliveCount = (
        ua.UInt32(30),
        ua.UInt32(10),
    )
    return int((await raw.ask(request)).Parameters.SubscriptionId)


@pytest.mark.parametrize(
    ("wish", "revised"),
    [(0.0, SHORTEST), (-1.0, SHORTEST), (float("nan"), SHORTEST), (float("-inf"), SHORTEST), (7_000.0, 7_000.0),
     (float("inf"), LONGEST), (1e300, LONGEST)],
)  # fmt: skip
async def test_the_time_of_a_session_is_revised(raw: Raw, wish: float, revised: float) -> None:
    await raw.open()
    assert (await raw.create_session(RequestedSessionTimeout=wish)).Parameters.RevisedSessionTimeout == revised


async def test_what_a_session_may_be_created_with(raw: Raw) -> None:
    """No name, no nonce where there is no security, strange URLs; of other servers' gateways none."""
    await raw.open()
    url = raw.url
    for parameters, endpoint in (
        ({"SessionName": None}, url), ({"ClientNonce": None}, url), ({"ClientCertificate": ua.ByteString(b"x")}, url),
        ({"ServerUri": ua.String(OWN_URI)}, url), ({"EndpointUrl": None}, url),
        ({"EndpointUrl": ua.String("nonsense")}, url), ({"EndpointUrl": ua.String("opc.tcp://[1")}, url),
        ({"EndpointUrl": ua.String("opc.tcp://elsewhere:1/x")}, "opc.tcp://elsewhere:1/pde"),
        ({"EndpointUrl": ua.String(f"opc.tcp://{5_000 * 'x'}")}, url),
    ):  # fmt: skip
        made = (await raw.create_session(**parameters)).Parameters
        assert len(made.ServerNonce) == 32
        assert {one.EndpointUrl for one in made.ServerEndpoints} == {endpoint}
    assert code(await raw.create_session(ServerUri=ua.String("urn:another"))) == CODES.BadServerUriInvalid


async def test_endpoints_of_the_transports_that_are_asked_for(raw: Raw) -> None:
    await raw.open()
    request = ua.GetEndpointsRequest()
    everything = (await raw.ask(request, NULL)).Endpoints
    for profile, count in ((everything[0].TransportProfileUri, len(everything)), ("http://nowhere/https", 0)):
        request.Parameters.ProfileUris = [profile]
        assert len((await raw.ask(request, NULL)).Endpoints) == count


async def test_no_answer_is_larger_than_the_session_takes(raw: Raw) -> None:
    """One that would be is a fault, and what follows is answered again; the next session has a limit of its own."""
    await raw.open()
    for limit, whole in ((1, False), (8_192, False), (0, True)):
        made = await raw.create_session(MaxResponseMessageSize=ua.UInt32(limit))
        raw.authentication = made.Parameters.AuthenticationToken
        assert code(await raw.activate()) == CODES.Good
        await raw.post(browse(5))
        kind, flag, body = await raw.flagged_chunk()
        assert (kind, flag, len(body) > 8_192) == (b"MSG", b"F", whole)
        assert code(await raw.ask(read())) == CODES.Good
        assert code(await raw.ask(closing())) == CODES.Good


@pytest.mark.parametrize(
    ("identity", "answer"),
    [(ua.AnonymousIdentityToken(), 0), (ua.ExtensionObject(), 0),
     (ua.AnonymousIdentityToken(ua.String("nobody's")), CODES.BadIdentityTokenInvalid),
     (ua.AnonymousIdentityToken(ua.String("username")), CODES.BadIdentityTokenInvalid),
     (ua.UserNameIdentityToken(ua.String("nobody's"), ua.String("x")), CODES.BadIdentityTokenInvalid),
     (ua.UserNameIdentityToken(None, ua.String("x")), CODES.BadIdentityTokenInvalid),
     (ua.X509IdentityToken(ua.String("username")), CODES.BadIdentityTokenInvalid),
     (ua.X509IdentityToken(ua.String("certificate")), CODES.BadIdentityTokenInvalid),
     (ua.IssuedIdentityToken(ua.String("issued"), ua.ByteString(b"x")), CODES.BadIdentityTokenRejected)],
)  # fmt: skip
async def test_tokens_of_the_policies_that_are_offered(raw: Raw, identity: Any, answer: int) -> None:
    await raw.open()
    raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
    assert code(await raw.activate(identity)) == answer
    assert code(await raw.ask(read())) == (CODES.BadSessionNotActivated if answer else CODES.Good)


async def test_locales_are_a_wish(raw: Raw) -> None:
    await raw.open()
    raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
    request = ua.ActivateSessionRequest()
    request.Parameters.LocaleIds = [ua.String("tlh"), ua.String(""), ua.String("de-DE")]
    assert code(await raw.ask(request)) == CODES.Good


async def test_a_closed_session_is_gone(raw: Raw) -> None:
    """Whoever waits is told; the channel stays, for another session."""
    await raw.session()
    first = raw.authentication
    await subscribed(raw)
    await raw.ask(ua.PublishRequest())  # the first one is answered at once: the subscription begins
    await raw.post(ua.PublishRequest())
    await raw.post(closing())
    assert code(await raw.answer()) == CODES.BadSessionClosed
    assert code(await raw.answer()) == CODES.Good
    for request in (closing(), read(), ua.ActivateSessionRequest()):
        assert code(await raw.ask(request)) == CODES.BadSessionIdInvalid, type(request).__name__
    raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
    assert code(await raw.ask(closing(), first)) == CODES.BadSessionIdInvalid
    assert code(await raw.ask(closing())) == CODES.Good  # nor does it have to be activated first


async def test_a_session_that_was_replaced_takes_nobody_with_it(raw: Raw) -> None:
    """Each session of a channel ends at its own time, not at that of the one before it."""
    await raw.open()
    await raw.create_session(RequestedSessionTimeout=0.0)
    raw.authentication = (await raw.create_session(RequestedSessionTimeout=60_000.0)).Parameters.AuthenticationToken
    assert code(await raw.activate()) == CODES.Good
    assert not await raw.closed(SHORTEST / 1000 + 2.0)
    assert code(await raw.ask(read())) == CODES.Good


@pytest.mark.parametrize(
    ("receives", "sends", "message", "url", "status"),
    [(8_191, 65_535, 0, "", CODES.BadTcpNotEnoughResources), (65_535, 0, 0, "", CODES.BadTcpNotEnoughResources),
     (25, 25, 0, "", CODES.BadTcpNotEnoughResources), (8_192, 8_192, 8_191, "", CODES.BadTcpNotEnoughResources),
     (65_535, 65_535, 0, 4_097 * "x", CODES.BadTcpEndpointUrlInvalid)],
)  # fmt: skip
async def test_a_client_takes_answers_of_some_size(
    raw: Raw, receives: int, sends: int, message: int, url: str, status: int
) -> None:
    await raw.post_hello(url, receives, sends, message)
    assert await raw.refusal() == status


async def test_the_smallest_buffers_carry_everything(raw: Raw) -> None:
    await raw.post_hello(4_096 * "x", 8_192, 8_192)
    assert (await raw.chunk())[0] == b"ACK"
    await raw.post_open()
    await raw.chunk()


@pytest.mark.parametrize(
    ("parameters", "status"),
    [({"RequestType": RENEW}, CODES.BadSecureChannelIdInvalid),
     ({"SecurityMode": ua.MessageSecurityMode.Sign}, CODES.BadSecurityModeRejected),
     ({"SecurityMode": ua.MessageSecurityMode.Invalid}, CODES.BadSecurityModeRejected)],
)  # fmt: skip
async def test_channels_that_make_no_sense(raw: Raw, parameters: dict[str, Any], status: int) -> None:
    await raw.hello()
    await raw.post_open(**parameters)
    assert await raw.refusal() == status


@pytest.mark.parametrize(
    ("kind", "own", "status"),
    [(ISSUE, True, CODES.BadRequestTypeInvalid), (RENEW, False, CODES.BadSecureChannelIdInvalid), (RENEW, True, 0)],
)
async def test_only_its_own_channel_is_renewed(
    raw: Raw, kind: ua.SecurityTokenRequestType, own: bool, status: int
) -> None:
    await raw.session()
    raw.channel += not own
    await raw.post_open(RequestType=kind)
    if status:
        assert await raw.refusal() == status
    else:
        assert (await raw.chunk())[0] == b"OPN"
        raw.token += 1
        assert code(await raw.ask(read())) == CODES.Good


async def test_what_closed_sessions_leave_is_bounded(raw: Raw) -> None:
    """However many sessions are closed without their subscriptions: the oldest ones end."""
    summary = ua.ObjectIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSubscriptionCount
    count = read()
    count.Parameters.NodesToRead = [ua.ReadValueId(ua.NodeId(ua.Int32(summary)), ua.AttributeIds.Value)]
    await raw.session()
    made = 0
    while made < 2 * LIMITS.subscriptions_left:
        for _ in range(LIMITS.subscriptions_per_session):
            await subscribed(raw)
        made += LIMITS.subscriptions_per_session
        assert code(await raw.ask(closing(delete_subscriptions=False))) == CODES.Good
        raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
        assert code(await raw.activate()) == CODES.Good
    (value,) = (await raw.ask(count)).Results
    assert value.Value.Value == LIMITS.subscriptions_left
