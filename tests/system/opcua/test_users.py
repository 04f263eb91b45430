"""Users at the running server: by password and by certificate, with the rights of their role, and guessing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss, SecurityPolicyBasic256Sha256
from asyncua.ua import AttributeIds as IDS  # noqa: N814
from asyncua.ua import StatusCodes as CODES  # noqa: N814 - read as a table of constants

from connections.pki.store import Pki, thumbprint
from connections.users import Users
from plant.access import User
from tests.certificates import URI, Holder, made
from tests.system.opcua.raw import code, connection
from tests.system.opcua.rig import Served, Twin

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def person(served: Served) -> Holder:
    return made("person")


@pytest.fixture(scope="module", autouse=True)
def users(served: Served, person: Holder) -> Iterator[Users]:
    with closing(Users(served.settings.sql_url)) as accounts:
        for role in User:
            accounts.add(str(role), role, PASSWORD)
        accounts.add("gone", User.ADMIN, PASSWORD)
        accounts.disable("gone")
        accounts.add("person", User.OPERATOR, certificate=thumbprint(person.certificate))
        yield accounts


@pytest.fixture(scope="module")
def application(served: Served) -> Holder:
    holder = made("application")
    (Pki(served.settings.pki_folder).folder / "trusted" / "application.der").write_bytes(holder.der)
    return holder


@asynccontextmanager
async def named(served: Served, name: str, password: str = PASSWORD) -> AsyncIterator[Client]:
    """A client without channel security: asyncua encrypts its password with the server's certificate."""
    client = Client(served.url, timeout=20)
    client.set_user(name)
    client.set_password(password)
    async with client:
        yield client


async def refusal(served: Served, name: str, password: str = PASSWORD) -> int:
    with pytest.raises(ua.UaStatusCodeError) as refused:
        async with named(served, name, password):
            """Never reached."""
    return int(refused.value.code)


@pytest.mark.parametrize("role", list(User))
async def test_rights_follow_the_role(served: Served, twin: Twin, role: User) -> None:
    sim = f"ns=2;s={twin.sim_id}"
    async with named(served, str(role)) as client:
        flow, feed = client.get_node(f"{sim}.reflux_flow"), client.get_node(f"{sim}.feed_flow")
        for node, allowed in ((flow, role is not User.VIEWER), (feed, role in {User.ENGINEER, User.ADMIN})):
            access = (await node.read_attribute(ua.AttributeIds.UserAccessLevel)).Value.Value
            assert bool(access & ua.AccessLevel.CurrentWrite.mask) == allowed
            assert access & ua.AccessLevel.HistoryRead.mask
            value = ua.DataValue(ua.Variant(await node.read_value(), ua.VariantType.Double))
            params = ua.WriteParameters([ua.WriteValue(node.nodeid, ua.AttributeIds.Value, Value=value)])
            (status,) = await client.uaclient.write(params)
            assert status.value == (CODES.Good if allowed else CODES.BadUserAccessDenied)


@pytest.mark.parametrize("role", list(User))
async def test_a_client_sees_which_methods_its_role_may_call(served: Served, twin: Twin, role: User) -> None:
    """UserExecutable says the same as the call."""
    own, engine = f"ns=2;s={twin.sim_id}", "ns=2;s=Engine"
    engineers, operators = {User.ENGINEER, User.ADMIN}, {User.OPERATOR, User.ENGINEER, User.ADMIN}
    unknown = (ua.Variant("none", ua.VariantType.String), ua.Variant("none", ua.VariantType.String))
    acknowledge = (ua.Variant(b"none", ua.VariantType.ByteString), ua.Variant(ua.LocalizedText("")))
    cases = (
        (own, "Step", (ua.Variant(0, ua.VariantType.UInt32),), operators),
        (own, "InjectFault", unknown, engineers),
        (f"{own}.Alarms.bottoms_methanol", "Acknowledge", acknowledge, operators),
        (engine, "StartSimulation", (unknown[0], *[ua.Variant(None, ua.VariantType.Null)] * 4), operators),
    )
    async with named(served, str(role)) as client:
        for owner, name, arguments, allowed in cases:
            method = client.get_node(f"{owner}.{name}")
            for attribute, wanted in ((IDS.Executable, True), (IDS.UserExecutable, role in allowed)):
                assert (await method.read_attribute(attribute)).Value.Value is wanted, (name, attribute)
            call = ua.CallMethodRequest(ua.NodeId.from_string(owner), method.nodeid, list(arguments))
            (result,) = await client.uaclient.call([call])
            assert (result.StatusCode.value == CODES.BadUserAccessDenied) == (role not in allowed), name
            assert result.StatusCode.is_bad()  # what was asked makes no sense: nobody moved anything


async def test_a_user_certificate_opens_its_account(
    served: Served, application: Holder, person: Holder, tmp_path: Path
) -> None:
    for policy in (SecurityPolicyBasic256Sha256, SecurityPolicyAes256Sha256RsaPss):
        for holder, welcome in ((person, True), (made("nobody"), False)):
            client = Client(served.url, timeout=20)
            client.application_uri = URI
            certificate, key = application.save(tmp_path)
            await client.set_security(policy, str(certificate), str(key))
            certificate, key = holder.save(tmp_path)
            await client.load_client_certificate(str(certificate))
            await client.load_private_key(str(key))
            if welcome:
                async with client:
                    assert await client.get_server_node().read_browse_name()
                continue
            with pytest.raises(ua.UaStatusCodeError) as refused:
                async with client:
                    """Never reached."""
            assert refused.value.code == CODES.BadUserAccessDenied


async def test_passwords_come_encrypted_and_for_this_session_only(served: Served) -> None:
    async with connection(served.url) as raw:
        await raw.open()
        raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
        plain = ua.UserNameIdentityToken(ua.String("username"), ua.String("engineer"), ua.ByteString(PASSWORD.encode()))
        assert code(await raw.activate(plain)) == CODES.BadIdentityTokenRejected
        for algorithm in ("http://www.w3.org/2001/04/xmlenc#rsa-1_5", "http://www.w3.org/2001/04/xmlenc#rsa-oaep"):
            plain.EncryptionAlgorithm, plain.Password = ua.String(algorithm), ua.ByteString(b"\1" * 256)
            assert code(await raw.activate(plain)) == CODES.BadIdentityTokenInvalid


async def test_a_password_that_was_heard_elsewhere_opens_nothing(served: Served) -> None:
    """It is encrypted together with the nonce of its session, and that of another one is no good."""
    client = Client(served.url, timeout=20)
    await client.connect_socket()
    try:
        await client.send_hello()
        await client.open_secure_channel()
        await client.create_session()
        own = client._server_nonce
        for nonce, status in ((b"\1" * 32, CODES.BadIdentityTokenInvalid), (own, CODES.Good)):
            client._server_nonce = nonce
            try:
                await client.activate_session(username="engineer", password=PASSWORD)
                answered = CODES.Good
            except ua.UaStatusCodeError as refused:
                answered = int(refused.code)
            assert answered == status
    finally:
        client.disconnect_socket()


async def test_wrong_unknown_and_disabled_are_refused_alike(served: Served) -> None:
    for name, password in (
        ("engineer", "wrong password"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("person", PASSWORD),
    ):
        assert await refusal(served, name, password) == CODES.BadUserAccessDenied
    async with named(served, "engineer") as client:
        assert await client.get_server_node().read_browse_name()


async def test_guessing_locks_the_name_even_for_the_right_password(served: Served, users: Users) -> None:
    users.add("guessed", User.ADMIN, PASSWORD)
    guesses = await asyncio.gather(*(refusal(served, "guessed", f"a wrong guess {number}") for number in range(8)))
    assert set(guesses) == {CODES.BadUserAccessDenied}
    assert await refusal(served, "guessed") == CODES.BadUserAccessDenied
    async with named(served, "engineer") as client:  # nobody else is locked out
        assert await client.get_server_node().read_browse_name()
