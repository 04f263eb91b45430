"""Every policy, mode and identity with node-opcua: refused as a stranger, trusted in one step, then served."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from asyncua.ua import StatusCodes as CODES  # noqa: N814 - read as a table of constants

from connections.pki.store import REJECTED, Pki
from connections.users import Users
from plant.access import User
from tests.interop.conftest import OpenClient
from tests.interop.foreign_client import RefusedError
from tests.system.opcua.rig import Served, prepared, serving

POLICIES = ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"]
PASSWORD = "correct horse battery"
SERVER_TIME = "i=2258"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("opcua-security")
    with prepared(folder) as settings, closing(Users(settings.sql_url)) as users, serving(settings) as running:
        users.add("eva", User.OPERATOR, PASSWORD)
        yield running


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the client keeps its certificate."""
    return str(tmp_path_factory.mktemp("client"))


async def test_a_stranger_is_trusted_in_one_step(node_client: OpenClient, served: Served, own: str) -> None:
    with pytest.raises(RefusedError):
        await node_client(served.url, policy=POLICIES[0], pki=own)
    pki = Pki(served.settings.pki_folder)
    (stranger,) = [one for one in pki.listed() if one.folder == REJECTED]
    pki.trust(stranger.thumbprint)
    client = await node_client(served.url, policy=POLICIES[0], pki=own)
    (value,) = (await client.ask("read", nodes=[SERVER_TIME]))["values"]
    assert value["status"] == CODES.Good


@pytest.mark.parametrize("user", [None, "eva"])
@pytest.mark.parametrize("mode", ["Sign", "SignAndEncrypt"])
@pytest.mark.parametrize("policy", POLICIES)
async def test_every_policy_mode_and_identity(
    node_client: OpenClient, served: Served, own: str, policy: str, mode: str, user: str | None
) -> None:
    identity = {} if user is None else {"user": user, "password": PASSWORD}
    client = await node_client(served.url, policy=policy, mode=mode, pki=own, **identity)
    (value,) = (await client.ask("read", nodes=[SERVER_TIME]))["values"]
    assert value["status"] == CODES.Good


async def test_a_password_is_encrypted_even_without_channel_security(node_client: OpenClient, served: Served) -> None:
    client = await node_client(served.url, user="eva", password=PASSWORD)
    (value,) = (await client.ask("read", nodes=[SERVER_TIME]))["values"]
    assert value["status"] == CODES.Good
    with pytest.raises(RefusedError) as refused:
        await node_client(served.url, user="eva", password="a wrong password")
    assert refused.value.status == CODES.BadUserAccessDenied
