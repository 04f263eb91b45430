"""Audit events in the running server: what every door does, told to administrators on encrypted channels only."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss

from connections.pki.own import CERTIFICATE
from connections.pki.store import Pki, thumbprint
from connections.users import Users
from plant.access import Caller, User
from tests.certificates import URI, Holder, made
from tests.system.opcua.hearing import Ear, about, call, clause, element, listening
from tests.system.opcua.openings import opening
from tests.system.opcua.raw import code, connection
from tests.system.opcua.rig import Served, Twin
from tests.waiting import until_async

PASSWORD = "correct horse battery"
AUDIT = (ua.NodeId(ua.Int32(ua.ObjectIds.AuditEventType)), ua.VariantType.NodeId)
PATHS = (
    "EventType", "SourceNode", "SourceName", "Message", "Status", "ServerId", "ClientUserId", "AttributeId", "OldValue",
    "NewValue", "MethodId", "InputArguments", "StatusCodeId", "SecurityPolicyUri", "ClientCertificateThumbprint",
    "ConditionEventId", "Comment", "ShelvingTime",
)  # fmt: skip
WRITE = ua.NodeId(ua.Int32(ua.ObjectIds.AuditWriteUpdateEventType))
METHOD = ua.NodeId(ua.Int32(ua.ObjectIds.AuditUpdateMethodEventType))
SESSION = ua.NodeId(ua.Int32(ua.ObjectIds.AuditActivateSessionEventType))
CHANNEL = ua.NodeId(ua.Int32(ua.ObjectIds.AuditOpenSecureChannelEventType))
MODE, CODES = ua.MessageSecurityMode, ua.StatusCodes


@pytest.fixture(scope="module", autouse=True)
def users(served: Served) -> Iterator[Users]:
    with closing(Users(served.settings.sql_url)) as accounts:
        for role in (User.ENGINEER, User.ADMIN):
            accounts.add(str(role), role, PASSWORD)
        yield accounts


@pytest.fixture(scope="module")
def application(served: Served) -> Holder:
    holder = made("application")
    (Pki(served.settings.pki_folder).folder / "trusted" / "application.der").write_bytes(holder.der)
    return holder


@asynccontextmanager
async def ears(served: Served, application: Holder, folder: Path) -> AsyncIterator[dict[str, Ear]]:
    """What an administrator and others hear of the audit."""
    wanted = ua.EventFilter(
        [clause(path) for path in PATHS], ua.ContentFilter([element(ua.FilterOperator.OfType, AUDIT)])
    )
    heard = {}
    async with AsyncExitStack() as opened:
        for name, user, mode in (
            ("admin", "admin", MODE.SignAndEncrypt), ("signed", "admin", MODE.Sign),
            ("engineer", "engineer", MODE.SignAndEncrypt),
        ):  # fmt: skip
            client = Client(served.url, timeout=20)
            client.application_uri = URI
            certificate, key = application.save(folder)
            await client.set_security(SecurityPolicyAes256Sha256RsaPss, str(certificate), str(key), mode=mode)
            client.set_user(user)
            client.set_password(PASSWORD)
            await opened.enter_async_context(client)
            heard[name] = await opened.enter_async_context(listening(client, wanted=wanted))
        yield heard


async def heard(ear: Ear, kind: ua.NodeId, source: str, **fields: Any) -> dict[str, Any]:
    """The first event of this kind, from this node, with these fields."""
    found: list[dict[str, Any]] = []

    async def there() -> bool:
        found[:] = [
            event for event in ear.events
            if (event["EventType"], event["SourceNode"].to_string()) == (kind, source) and event | fields == event
        ]  # fmt: skip
        return bool(found)

    await until_async(there, f"{fields} among {ear.events}")
    return found[0]


async def test_administrators_hear_what_every_door_does(
    served: Served, application: Holder, tmp_path: Path, client: Client, twin: Twin
) -> None:
    own = f"ns=2;s={twin.sim_id}"
    async with ears(served, application, tmp_path) as listening_to:
        admin = listening_to["admin"]
        flow = client.get_node(f"{own}.reflux_flow")
        await flow.write_value(2.25)
        with pytest.raises(ua.UaStatusCodeError):
            await flow.write_value(99.0)
        assert await call(client, own, f"{own}.Suspend") == ua.StatusCodes.Good
        caller = Caller(User.OPERATOR, "eva", address="192.0.2.7")
        await twin.simulations.act(twin.record, {"steam_flow": 1.8}, list(twin.simulation.values), caller, "rest")

        done = await heard(admin, WRITE, f"{own}.reflux_flow", NewValue=2.25)
        assert (done["OldValue"], done["Status"], done["AttributeId"]) == (1.95, True, ua.AttributeIds.Value)
        assert (done["SourceName"], done["ClientUserId"]) == ("Attribute/Write", "engineer")
        assert done["ServerId"] == (await client.get_namespace_array())[1]
        refused = await heard(admin, WRITE, f"{own}.reflux_flow", NewValue=99.0)
        assert refused["Status"] is False
        called = await heard(admin, METHOD, own)
        assert (called["SourceName"], called["MethodId"].to_string()) == ("Attribute/Call", f"{own}.Suspend")
        elsewhere = await heard(admin, WRITE, f"{own}.steam_flow", NewValue=1.8)
        assert elsewhere["ClientUserId"] == "eva"
        assert elsewhere["Message"].Text == f"write {twin.sim_id} by eva through rest done"
        await heard(admin, SESSION, "i=2253", ClientUserId="engineer", Status=True)
        assert [listening_to[name].events for name in ("signed", "engineer")] == [[], []]


async def test_administrators_hear_the_orders_to_alarms(
    served: Served, application: Holder, tmp_path: Path, client: Client, twin: Twin
) -> None:
    alarm = f"ns=2;s={twin.sim_id}.Alarms.bottoms_methanol"
    async with ears(served, application, tmp_path) as listening_to:
        assert await call(client, alarm, "i=9111", *about(b"no such event", "seen")) == CODES.BadEventIdUnknown
        assert await call(client, f"{alarm}.ShelvingState", "i=2949", ua.Variant(60_000.0)) == CODES.Good
        assert await call(client, alarm, "i=9028") == CODES.Good
        admin = listening_to["admin"]
        acknowledged = await heard(admin, kind(ua.ObjectIds.AuditConditionAcknowledgeEventType), alarm)
        assert (acknowledged["ConditionEventId"], acknowledged["Comment"].Text) == (b"no such event", "seen")
        assert (acknowledged["Status"], acknowledged["SourceName"]) == (False, "Method/Acknowledge")
        assert acknowledged["MethodId"].to_string() == f"{alarm}.Acknowledge"
        shelved = await heard(admin, kind(ua.ObjectIds.AuditConditionShelvingEventType), alarm)
        assert (shelved["ShelvingTime"], shelved["Status"]) == (60_000.0, True)
        await heard(admin, kind(ua.ObjectIds.AuditConditionEnableEventType), alarm, SourceName="Method/Disable")


def kind(number: int) -> ua.NodeId:
    return ua.NodeId(ua.Int32(number))


async def test_administrators_hear_who_was_refused(served: Served, application: Holder, tmp_path: Path) -> None:
    async with ears(served, application, tmp_path) as listening_to:
        admin = listening_to["admin"]
        wrong = Client(served.url, timeout=20)
        wrong.set_user("engineer")
        wrong.set_password("a wrong password")
        with pytest.raises(ua.UaStatusCodeError):
            await wrong.connect()
        refused = await heard(admin, SESSION, "i=2253", ClientUserId="engineer", Status=False)
        assert refused["SourceName"] == "Session/ActivateSession"
        assert "refused" in refused["Message"].Text
        async with connection(served.url) as raw:
            await raw.open()
            raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
            plain = ua.UserNameIdentityToken(
                ua.String("username"), ua.String("mallory"), ua.ByteString(b"in the clear")
            )
            assert code(await raw.activate(plain)) == ua.StatusCodes.BadIdentityTokenRejected
        unencrypted = await heard(admin, SESSION, "i=2253", ClientUserId="mallory", Status=False)
        assert unencrypted["Message"].Text.endswith("BadIdentityTokenRejected")


async def test_administrators_hear_who_was_turned_away_at_the_door(
    served: Served, application: Holder, tmp_path: Path
) -> None:
    """A stranger with a certificate, and somebody with a trusted certificate that is not his: once each."""
    stranger = made("stranger")
    own = (served.settings.pki_folder / "own" / CERTIFICATE).read_bytes()
    async with ears(served, application, tmp_path) as listening_to:
        for certificate in (stranger, application, stranger):
            async with connection(served.url) as raw:
                await raw.hello()
                await raw.send(opening(certificate.der, own))
                assert await raw.closed()
        admin = listening_to["admin"]
        turned = [await heard(admin, CHANNEL, "i=2253", ClientCertificateThumbprint=sha1(one), Status=False)
                  for one in (stranger, application)]  # fmt: skip
        assert [one["SourceName"] for one in turned] == ["SecureChannel/OpenSecureChannel"] * 2
        assert [one["StatusCodeId"].value for one in turned] == [
            ua.StatusCodes.BadSecurityChecksFailed, ua.StatusCodes.BadApplicationSignatureInvalid,
        ]  # fmt: skip
        assert all(one["SecurityPolicyUri"].endswith("#Basic256Sha256") for one in turned)
        assert turned[0]["ClientUserId"] == thumbprint(stranger.certificate)
        assert len([one for one in admin.events if one["EventType"] == CHANNEL]) <= 2


def sha1(holder: Holder) -> str:
    return hashlib.sha1(holder.der, usedforsecurity=False).hexdigest()
