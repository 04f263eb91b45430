"""Sessions on signed channels: whose they are, who may go on with them, and what the audit hears of the others."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss

from connections.pki.store import Pki
from connections.users import Users
from plant.access import User
from tests.certificates import URI, Holder, made
from tests.system.opcua.hearing import clause, element, listening
from tests.system.opcua.raw import code, connection
from tests.system.opcua.rig import Served
from tests.waiting import until_async

CODES, MODE = ua.StatusCodes, ua.MessageSecurityMode
PASSWORD = "correct horse battery"
NAMES = ("admin", "eva", "otto")
IDS = ua.AttributeIds
NAMESPACES = ua.NodeId(ua.Int32(ua.ObjectIds.Server_NamespaceArray))
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))
PATHS = ("EventType", "SourceName", "Message", "Status", "StatusCodeId", "ClientUserId", "ClientCertificateThumbprint")
KINDS = {
    "Session/CreateSession": ua.NodeId(ua.Int32(ua.ObjectIds.AuditCreateSessionEventType)),
    "Session/ActivateSession": ua.NodeId(ua.Int32(ua.ObjectIds.AuditActivateSessionEventType)),
}


@pytest.fixture(scope="module", autouse=True)
def users(served: Served) -> Iterator[Users]:
    with closing(Users(served.settings.sql_url)) as accounts:
        for name in NAMES:
            accounts.add(name, User.ADMIN if name == "admin" else User.ENGINEER, PASSWORD)
        yield accounts


@pytest.fixture(scope="module")
def trusted(served: Served) -> Holder:
    holder = made()
    (Pki(served.settings.pki_folder).folder / "trusted" / "client.der").write_bytes(holder.der)
    return holder


@asynccontextmanager
async def channel(
    served: Served, holder: Holder, folder: Path, user: str = "eva", mode: ua.MessageSecurityMode = MODE.SignAndEncrypt
) -> AsyncIterator[Client]:
    """An open channel without a session."""
    client = Client(served.url, timeout=20)
    client.application_uri = URI
    client.set_user(user)
    client.set_password(PASSWORD)
    certificate, key = holder.save(folder)
    await client.set_security(SecurityPolicyAes256Sha256RsaPss, str(certificate), str(key), mode=mode)
    await client.connect_socket()
    try:
        await client.send_hello()
        await client.open_secure_channel()
        yield client
    finally:
        client.disconnect_socket()


@asynccontextmanager
async def session(
    served: Served, holder: Holder, folder: Path, user: str = "eva", mode: ua.MessageSecurityMode = MODE.SignAndEncrypt
) -> AsyncIterator[Client]:
    """The same with an active session, which is not closed at the end."""
    async with channel(served, holder, folder, user, mode) as client:
        await client.create_session()
        await client.activate_session(username=user, password=PASSWORD)
        yield client


def asked(holder: Holder, **wrong: Any) -> ua.CreateSessionParameters:
    """What an honest client asks for, but for what is `wrong`."""
    params = ua.CreateSessionParameters(
        EndpointUrl=ua.String("opc.tcp://127.0.0.1/pde"), ClientNonce=ua.ByteString(b"\1" * 32),
        ClientCertificate=ua.ByteString(holder.der), RequestedSessionTimeout=60_000.0,
    )  # fmt: skip
    params.ClientDescription.ApplicationUri = ua.String(wrong.pop("uri", URI))
    for name, value in wrong.items():
        setattr(params, name, value)
    return params


async def refusal(work: Any) -> int:
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await work
    return int(refused.value.code)


async def test_a_session_is_of_the_application_that_opened_its_channel(
    served: Served, trusted: Holder, tmp_path: Path
) -> None:
    async with channel(served, trusted, tmp_path) as client:
        for wrong, status in (
            ({"ClientNonce": None}, CODES.BadNonceInvalid),
            ({"ClientNonce": ua.ByteString(b"\1" * 31)}, CODES.BadNonceInvalid),
            ({"uri": "urn:somebody:else"}, CODES.BadCertificateUriInvalid),
            ({"uri": ""}, CODES.BadCertificateUriInvalid),
            ({"ClientCertificate": None}, CODES.BadCertificateInvalid),
            ({"ClientCertificate": ua.ByteString(b"junk")}, CODES.BadCertificateInvalid),
            ({"ClientCertificate": ua.ByteString(made().der)}, CODES.BadSecurityChecksFailed),
            ({"ServerUri": ua.String("urn:another")}, CODES.BadServerUriInvalid),
        ):  # fmt: skip
            assert await refusal(client.uaclient.create_session(asked(trusted, **wrong))) == status, wrong
        chain = ua.ByteString(trusted.der + made("authority").der)
        made_of_chain = await client.uaclient.create_session(asked(trusted, ClientCertificate=chain))
        assert len(made_of_chain.ServerNonce) == 32


async def test_a_session_moves_with_its_user_only(served: Served, trusted: Holder, tmp_path: Path) -> None:
    async with session(served, trusted, tmp_path) as client:
        async with channel(served, trusted, tmp_path, "otto") as other:
            other.uaclient.protocol.authentication_token = client.uaclient.protocol.authentication_token
            other._server_nonce, other._policy_ids = client._server_nonce, client._policy_ids
            activated = other.activate_session(username="otto", password=PASSWORD)
            assert await refusal(activated) == CODES.BadIdentityChangeNotSupported
            assert await client.get_node(TIME).read_value() is not None
            await other.activate_session(username="eva", password=PASSWORD)
            assert await other.get_node(TIME).read_value() is not None
        assert await refusal(client.get_node(TIME).read_value()) == CODES.BadSessionIdInvalid


@pytest.mark.parametrize(
    ("created", "moved", "status"),
    [
        (MODE.SignAndEncrypt, MODE.Sign, CODES.BadSecurityModeInsufficient),
        (MODE.SignAndEncrypt, MODE.SignAndEncrypt, 0), (MODE.Sign, MODE.Sign, 0), (MODE.Sign, MODE.SignAndEncrypt, 0),
    ],
)  # fmt: skip
async def test_what_was_created_encrypted_stays_encrypted(
    served: Served, trusted: Holder, tmp_path: Path, created: Any, moved: Any, status: int
) -> None:
    """OPC 10000-4 5.7.3: by the same user with the same certificate, who would be heard on the new channel."""
    async with (
        session(served, trusted, tmp_path, mode=created) as client,
        channel(served, trusted, tmp_path, mode=moved) as other,
    ):
        other.uaclient.protocol.authentication_token = client.uaclient.protocol.authentication_token
        other._server_nonce, other._policy_ids = client._server_nonce, client._policy_ids
        activated = other.activate_session(username="eva", password=PASSWORD)
        if status:
            assert await refusal(activated) == status
        else:
            await activated
        holder = client if status else other
        assert await holder.get_node(TIME).read_value() is not None


async def test_a_session_of_a_channel_with_security_goes_to_none_without(
    served: Served, trusted: Holder, tmp_path: Path
) -> None:
    async with session(served, trusted, tmp_path) as client, connection(served.url) as raw:
        await raw.open()
        raw.authentication = client.uaclient.protocol.authentication_token
        assert code(await raw.activate()) == CODES.BadSecurityChecksFailed
        assert await client.get_node(TIME).read_value() is not None


async def test_a_user_may_change_on_the_own_channel(served: Served, trusted: Holder, tmp_path: Path) -> None:
    async with session(served, trusted, tmp_path) as client:
        used = client._server_nonce
        await client.activate_session(username="otto", password=PASSWORD)
        assert client._server_nonce != used
        client._server_nonce = used  # a nonce proves something once
        activated = client.activate_session(username="otto", password=PASSWORD)
        assert await refusal(activated) == CODES.BadApplicationSignatureInvalid


@pytest.mark.parametrize(
    ("deleted", "user", "status"),
    [(True, "eva", CODES.BadSubscriptionIdInvalid), (False, "otto", CODES.BadUserAccessDenied), (False, "eva", 0)],
)
async def test_a_closed_session_may_leave_its_subscriptions_to_its_user(
    served: Served, trusted: Holder, tmp_path: Path, deleted: bool, user: str, status: int
) -> None:
    """They tell whoever takes them over, and nobody before: not the next session on the same channel either."""

    async def ignore(_: ua.PublishResult) -> None:
        """Nothing is asked of what the first session is told."""

    async with session(served, trusted, tmp_path) as client:
        wish = ua.CreateSubscriptionParameters(50.0, ua.UInt32(10_000), ua.UInt32(1), PublishingEnabled=True)
        number = (await client.uaclient.create_subscription(wish, ignore)).SubscriptionId
        item = ua.MonitoredItemCreateRequest(ua.ReadValueId(TIME, ua.AttributeIds.Value), ua.MonitoringMode.Reporting)
        items = ua.CreateMonitoredItemsParameters(number, ua.TimestampsToReturn.Both, [item])
        await client.uaclient.create_monitored_items(items)
        await client.uaclient.close_session(deleted)
        await client.create_session()
        await client.activate_session(username=user, password=PASSWORD)
        params = ua.TransferSubscriptionsParameters([number], SendInitialValues=True)
        (result,) = await client.uaclient.transfer_subscriptions(params)
        assert result.StatusCode.value == status
        if status:
            return

        async def told() -> bool:
            published = (await client.uaclient.publish([])).Parameters
            assert published.SubscriptionId == number
            return bool(published.NotificationMessage.NotificationData)

        await until_async(told, "what the subscription has to tell")


@pytest.mark.parametrize("initial", [True, False])
async def test_whoever_loses_a_subscription_is_told_and_the_next_one_has_its_values(
    served: Served, trusted: Holder, tmp_path: Path, initial: bool
) -> None:
    """The values again if they are asked for; the one who had the subscription hears that it is transferred."""
    heard: list[Any] = []

    async def hear(result: ua.PublishResult) -> None:
        heard.extend(result.NotificationMessage.NotificationData or ())

    async with session(served, trusted, tmp_path) as first, session(served, trusted, tmp_path) as second:
        wish = ua.CreateSubscriptionParameters(50.0, ua.UInt32(10_000), ua.UInt32(1), PublishingEnabled=True)
        number = (await first.uaclient.create_subscription(wish, hear)).SubscriptionId
        item = ua.MonitoredItemCreateRequest(ua.ReadValueId(NAMESPACES, IDS.Value), ua.MonitoringMode.Reporting)
        items = ua.CreateMonitoredItemsParameters(number, ua.TimestampsToReturn.Both, [item])
        await first.uaclient.create_monitored_items(items)

        async def has(kind: type) -> bool:
            return any(isinstance(one, kind) for one in heard)

        await until_async(lambda: has(ua.DataChangeNotification), "the value")
        (result,) = await second.uaclient.transfer_subscriptions(
            ua.TransferSubscriptionsParameters([number], SendInitialValues=initial)
        )
        assert result.StatusCode.is_good()
        told = [(await second.uaclient.publish([])).Parameters.NotificationMessage.NotificationData for _ in range(3)]
        assert any(told) is initial
        await until_async(lambda: has(ua.StatusChangeNotification), "that it is transferred")
        assert heard[-1].Status.value == CODES.GoodSubscriptionTransferred


async def test_administrators_hear_of_sessions_that_were_refused(
    served: Served, trusted: Holder, tmp_path: Path
) -> None:
    wanted = ua.EventFilter([clause(path) for path in PATHS], ua.ContentFilter([element(
        ua.FilterOperator.OfType, (ua.NodeId(ua.Int32(ua.ObjectIds.AuditSessionEventType)), ua.VariantType.NodeId)
    )]))  # fmt: skip
    async with session(served, trusted, tmp_path, "admin") as admin, listening(admin, wanted=wanted) as ear:
        for _ in range(3):  # a channel has one active session
            assert await refusal(admin.uaclient.create_session(asked(trusted))) == CODES.BadTooManySessions
        async with session(served, trusted, tmp_path) as client, channel(served, trusted, tmp_path, "otto") as other:
            other.uaclient.protocol.authentication_token = client.uaclient.protocol.authentication_token
            other._server_nonce, other._policy_ids = client._server_nonce, client._policy_ids
            await refusal(other.activate_session(username="otto", password=PASSWORD))
        heard: list[dict[str, Any]] = []

        async def both() -> bool:
            heard[:] = [event for event in ear.events if event["Status"] is False]
            return len(heard) >= len(KINDS)

        await until_async(both, f"both kinds of refusals among {ear.events}")
        created, activated = sorted(heard, key=lambda event: str(event["SourceName"]), reverse=True)
        assert {one["SourceName"]: one["EventType"] for one in heard} == KINDS
        assert created["StatusCodeId"].value == CODES.BadTooManySessions
        assert created["ClientCertificateThumbprint"] == hashlib.sha1(trusted.der, usedforsecurity=False).hexdigest()
        assert created["Message"].Text.endswith("BadTooManySessions")
        assert activated["ClientUserId"] == "otto"
        assert activated["Message"].Text.endswith("BadIdentityChangeNotSupported")


async def test_administrators_hear_of_sessions_that_were_meant_for_another_host(
    served: Served, trusted: Holder, tmp_path: Path
) -> None:
    """They are created all the same."""
    kind = ua.NodeId(ua.Int32(ua.ObjectIds.AuditUrlMismatchEventType))
    paths = (*PATHS, "EndpointUrl", "SessionId", "RevisedSessionTimeout")
    wanted = ua.EventFilter([clause(path) for path in paths], ua.ContentFilter([element(
        ua.FilterOperator.OfType, (kind, ua.VariantType.NodeId)
    )]))  # fmt: skip
    async with session(served, trusted, tmp_path, "admin") as admin, listening(admin, wanted=wanted) as ear:
        created = []
        for url in ("opc.tcp://localhost:4840/pde", "", "opc.tcp://turbine.example:4840/pde"):
            async with channel(served, trusted, tmp_path) as client:
                asks = client.uaclient.create_session(asked(trusted, EndpointUrl=ua.String(url)))
                created.append((await asks).SessionId)
        (event,) = await ear.hears(1)
        assert (event["EventType"], event["SourceName"]) == (kind, "Session/CreateSession")
        assert (event["EndpointUrl"], event["SessionId"]) == ("opc.tcp://turbine.example:4840/pde", created[2])
        assert (event["Status"], event["StatusCodeId"].value, event["RevisedSessionTimeout"]) == (True, 0, 60_000.0)
        assert event["Message"].Text.endswith("opc.tcp://turbine.example:4840/pde is not this server")
