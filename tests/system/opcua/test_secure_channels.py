"""Channels with security: every policy and mode, trust in one step, and certificates with something wrong."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asyncua import Client, ua
from asyncua.crypto import security_policies
from asyncua.ua.ua_binary import struct_to_binary
from cryptography.hazmat.primitives import hashes

from connections.pki.own import CERTIFICATE, KEY
from connections.pki.store import MOST_REJECTED, Pki, thumbprint
from tests.certificates import DAY, URI, Holder, made, revocations
from tests.system.opcua.openings import opening
from tests.system.opcua.raw import code, connection
from tests.system.opcua.rig import Served, Twin

CODES = ua.StatusCodes
POLICIES = [
    security_policies.SecurityPolicyBasic256Sha256,
    security_policies.SecurityPolicyAes128Sha256RsaOaep,
    security_policies.SecurityPolicyAes256Sha256RsaPss,
]
MODES = [ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt]
NONE = "http://opcfoundation.org/UA/SecurityPolicy#None"
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))


@pytest.fixture(scope="module")
def pki(served: Served) -> Pki:
    return Pki(served.settings.pki_folder)


@pytest.fixture(scope="module")
def trusted(pki: Pki) -> Holder:
    holder = made()
    (pki.folder / "trusted" / "client.der").write_bytes(holder.der)
    return holder


@asynccontextmanager
async def secured(
    served: Served, holder: Holder, folder: Path, policy: type = POLICIES[0], mode: ua.MessageSecurityMode = MODES[1],
    uri: str = URI,
) -> AsyncIterator[Client]:  # fmt: skip
    """An asyncua client with a certificate."""
    client = Client(served.url, timeout=10)
    client.application_uri = uri
    certificate, key = holder.save(folder)
    await client.set_security(policy, str(certificate), str(key), mode=mode)
    async with client:
        yield client


async def refusal(served: Served, holder: Holder) -> int:
    """The status that the server answers to this certificate."""
    async with connection(served.url) as raw:
        await raw.hello()
        own = (served.settings.pki_folder / "own" / CERTIFICATE).read_bytes()
        await raw.send(opening(holder.der, own))
        kind, data = await raw.chunk()
        assert kind == b"ERR"
        assert await raw.closed()
        return int(struct.unpack_from("<I", data)[0])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("policy", POLICIES)
async def test_every_policy_and_mode_carries_everything(
    served: Served, trusted: Holder, tmp_path: Path, policy: type, mode: ua.MessageSecurityMode, twin: Twin
) -> None:
    async with secured(served, trusted, tmp_path, policy, mode) as client:
        node = client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow")
        await node.write_value(2.05)
        assert await node.read_value() == 2.05
        params = ua.ReadParameters(NodesToRead=[ua.ReadValueId(node.nodeid, ua.AttributeIds.Value)] * 5000)
        assert all(value.Value.Value == 2.05 for value in await client.uaclient.read(params))


async def test_the_endpoints_name_every_policy_and_one_certificate(served: Served) -> None:
    endpoints = await Client(served.url).connect_and_get_server_endpoints()
    offered = {(one.SecurityPolicyUri, one.SecurityMode) for one in endpoints}
    secure = {(policy.URI, mode) for policy in POLICIES for mode in MODES}
    assert offered == secure | {(NONE, ua.MessageSecurityMode.None_)}
    own = (served.settings.pki_folder / "own" / CERTIFICATE).read_bytes()
    assert {one.ServerCertificate for one in endpoints} == {own}
    assert (served.settings.pki_folder / "own" / KEY).stat().st_mode & 0o777 == 0o600


async def test_a_stranger_is_refused_shown_and_trusted_in_one_step(served: Served, pki: Pki, tmp_path: Path) -> None:
    stranger = made("stranger")
    assert await refusal(served, stranger) == CODES.BadSecurityChecksFailed
    (listed,) = [one for one in pki.listed() if one.thumbprint == thumbprint(stranger.certificate)]
    assert (listed.folder, listed.uri) == ("rejected", URI)
    pki.trust(listed.thumbprint[:12])
    async with secured(served, stranger, tmp_path) as client:
        assert await client.get_node(TIME).read_value() is not None
    pki.reject(listed.thumbprint[:12])
    assert await refusal(served, stranger) == CODES.BadSecurityChecksFailed


WRONG = {
    "expired": (lambda: made(start=-2 * DAY, end=-DAY), CODES.BadCertificateTimeInvalid),
    "not yet": (lambda: made(start=DAY, end=2 * DAY), CODES.BadCertificateTimeInvalid),
    "short key": (lambda: made(bits=1024), CODES.BadCertificatePolicyCheckFailed),
    "weak digest": (lambda: made(algorithm=hashes.SHA224()), CODES.BadCertificatePolicyCheckFailed),
    "not for signing": (lambda: made(signs=False), CODES.BadCertificateUseNotAllowed),
}


@pytest.mark.parametrize("name", WRONG)
async def test_trust_is_not_enough(served: Served, pki: Pki, tmp_path: Path, name: str) -> None:
    make, expected = WRONG[name]
    holder = make()
    (pki.folder / "trusted" / f"{name}.der").write_bytes(holder.der)
    assert await refusal(served, holder) == expected


async def test_another_application_uri_is_refused(served: Served, trusted: Holder, tmp_path: Path) -> None:
    with pytest.raises(ua.UaStatusCodeError) as refused:
        async with secured(served, trusted, tmp_path, uri="urn:somebody:else"):
            """Never reached."""
    assert refused.value.code == CODES.BadCertificateUriInvalid


async def test_an_authority_vouches_until_it_revokes(served: Served, pki: Pki, tmp_path: Path) -> None:
    authority = made("authority", authority=True)
    good, bad = made("good", issuer=authority), made("bad", issuer=authority)
    (pki.folder / "trusted" / "authority.der").write_bytes(authority.der)
    (pki.folder / "crl" / "authority.crl").write_bytes(revocations(authority, bad))
    async with secured(served, good, tmp_path) as client:
        assert await client.get_node(TIME).read_value() is not None
    assert await refusal(served, bad) == CODES.BadCertificateRevoked
    forged = made("forged", issuer_name="authority")
    assert await refusal(served, forged) == CODES.BadSecurityChecksFailed
    below = made("below", issuer=good)  # good is no authority
    assert await refusal(served, below) == CODES.BadSecurityChecksFailed


async def test_issuers_in_a_loop_end(served: Served, pki: Pki, tmp_path: Path) -> None:
    one, other = made("one", authority=True), made("other", authority=True)
    first = made("one", authority=True, key=one.key, issuer=other)
    second = made("other", authority=True, key=other.key, issuer=one)
    for number, holder in enumerate((first, second)):
        (pki.folder / "issuers" / f"loop{number}.der").write_bytes(holder.der)
    leaf = made("leaf", issuer=one)
    assert await refusal(served, leaf) == CODES.BadSecurityChecksFailed


@pytest.mark.parametrize("junk", [b"", b"\x30", b"\x30\x82\xff\xff", b"\x30\x80" + b"\0" * 50, b"x" * 60_000])
async def test_what_is_no_certificate_is_refused(served: Served, trusted: Holder, junk: bytes) -> None:
    own = (served.settings.pki_folder / "own" / CERTIFICATE).read_bytes()
    async with connection(served.url) as raw:
        await raw.hello()
        await raw.send(opening(junk, own))
        assert struct.unpack_from("<I", (await raw.chunk())[1])[0] == CODES.BadCertificateInvalid
        assert await raw.closed()


async def test_a_stolen_certificate_without_its_key_opens_nothing(served: Served, trusted: Holder) -> None:
    own = (served.settings.pki_folder / "own" / CERTIFICATE).read_bytes()
    async with connection(served.url) as raw:
        await raw.hello()
        await raw.send(opening(trusted.der, own))
        assert await raw.closed()


async def test_unknown_policies_are_refused(served: Served, trusted: Holder) -> None:
    async with connection(served.url) as raw:
        await raw.hello()
        own = (served.settings.pki_folder / "own" / CERTIFICATE).read_bytes()
        await raw.send(opening(trusted.der, own, "http://opcfoundation.org/UA/SecurityPolicy#Basic128Rsa15"))
        assert struct.unpack_from("<I", (await raw.chunk())[1])[0] == CODES.BadSecurityPolicyRejected


async def test_no_message_before_a_channel(served: Served) -> None:
    async with connection(served.url) as raw:
        await raw.hello()
        request = ua.GetEndpointsRequest()
        await raw.send_body(struct_to_binary(request))
        kind, data = await raw.chunk()
        assert (kind, struct.unpack_from("<I", data)[0]) == (b"ERR", CODES.BadSecureChannelIdInvalid)


async def test_strangers_do_not_fill_the_disk(served: Served, pki: Pki) -> None:
    for number in range(MOST_REJECTED + 10):
        (pki.folder / "rejected" / f"{number}.der").write_bytes(b"old")
    assert await refusal(served, made("one more")) == CODES.BadSecurityChecksFailed
    assert len(list((pki.folder / "rejected").iterdir())) <= MOST_REJECTED


async def test_a_flood_of_strangers_keeps_nobody_out(served: Served, trusted: Holder, tmp_path: Path) -> None:
    stranger = made("flood")
    async with asyncio.TaskGroup() as strangers:
        refused = [strangers.create_task(refusal(served, stranger)) for _ in range(40)]
        async with asyncio.timeout(10), secured(served, trusted, tmp_path) as client:
            assert await client.get_node(TIME).read_value() is not None
    assert {one.result() for one in refused} == {CODES.BadSecurityChecksFailed}


async def test_a_session_moves_only_to_a_channel_of_its_own_client(
    served: Served, trusted: Holder, pki: Pki, tmp_path: Path
) -> None:
    other = made("other client")
    (pki.folder / "trusted" / "other.der").write_bytes(other.der)
    async with secured(served, trusted, tmp_path) as client:
        token = client.uaclient.protocol.authentication_token
        async with connection(served.url) as plain:  # the secret token alone is not enough
            await plain.open()
            assert code(await plain.activate(token=token)) == CODES.BadSecurityChecksFailed
        for holder, moves in ((other, False), (trusted, True)):
            thief = Client(served.url, timeout=10)
            certificate, key = holder.save(tmp_path)
            await thief.set_security(POLICIES[0], str(certificate), str(key))
            await thief.connect_socket()
            try:
                await thief.send_hello()
                await thief.open_secure_channel()
                thief.uaclient.protocol.authentication_token = token
                thief._server_nonce = client._server_nonce
                thief._policy_ids = client._policy_ids
                if not moves:
                    with pytest.raises(ua.UaStatusCodeError) as refused:
                        await thief.activate_session()
                    assert refused.value.code == CODES.BadSecurityChecksFailed
                    assert await client.get_node(TIME).read_value() is not None
                    continue
                thief._server_nonce = b"\0" * 32
                with pytest.raises(ua.UaStatusCodeError) as refused:
                    await thief.activate_session()
                assert refused.value.code == CODES.BadApplicationSignatureInvalid
                assert await client.get_node(TIME).read_value() is not None
                thief._server_nonce = client._server_nonce
                await thief.activate_session()
                assert await thief.get_node(TIME).read_value() is not None
                with pytest.raises(ua.UaStatusCodeError) as refused:  # the old channel has lost it
                    await client.get_node(TIME).read_value()
                assert refused.value.code == CODES.BadSessionIdInvalid
                await thief.close_session()
            finally:
                thief.disconnect_socket()
