"""Trust on a running engine: a client that was refused gets in once somebody says so, by command or REST, at once."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyAes256Sha256RsaPss

from connections.pki.own import CERTIFICATE
from connections.pki.store import thumbprint
from connections.settings import Settings
from connections.users import Users
from plant.access import User
from tests.certificates import URI, Holder, made
from tests.engine import Engine, run_engine
from tests.system.opcua.openings import opening
from tests.system.opcua.raw import connection
from tests.waiting import until_async

PASSWORD = "correct horse battery"
REFUSED = ua.StatusCodes.BadSecurityChecksFailed
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))
Row = dict[str, Any]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with run_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="module")
def rest(engine: Engine) -> Iterator[httpx.Client]:
    """An administrator."""
    with closing(Users(Settings(data=engine.data).sql_url)) as accounts:
        accounts.add("root", User.ADMIN, PASSWORD)
    with httpx.Client(base_url=engine.http, timeout=30.0) as opened:
        form = {"grant_type": "password", "username": "root", "password": PASSWORD}
        token = opened.post("/api/token", data=form).raise_for_status().json()["access_token"]
        opened.headers["Authorization"] = f"Bearer {token}"
        yield opened


async def refusal(engine: Engine, holder: Holder) -> int:
    """The status with which the server ends the channel."""
    own = (engine.data / "pki" / "own" / CERTIFICATE).read_bytes()
    async with connection(engine.opcua) as raw:
        await raw.hello()
        await raw.send(opening(holder.der, own))
        kind, data = await raw.chunk()
        assert kind == b"ERR"
        return int.from_bytes(data[:4], "little")


async def gets_in(engine: Engine, holder: Holder, folder: Path) -> None:
    client = Client(engine.opcua, timeout=20)
    client.application_uri = URI
    certificate, key = holder.save(folder)
    await client.set_security(SecurityPolicyAes256Sha256RsaPss, str(certificate), str(key))
    async with client:
        assert await client.get_node(TIME).read_value() is not None


def pde(engine: Engine, *arguments: str) -> str:
    """What the command says."""
    done = subprocess.run(
        [sys.executable, "-m", "engine_api.cli", "pki", *arguments], env=os.environ | {"PDE_DATA": str(engine.data)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.stdout + done.stderr


async def test_by_command(engine: Engine, tmp_path: Path) -> None:
    holder = made("by command")
    name = thumbprint(holder.certificate)[:12]
    assert await refusal(engine, holder) == REFUSED
    assert name in await asyncio.to_thread(pde, engine, "list")
    assert "trusted" in await asyncio.to_thread(pde, engine, "trust", name)
    await gets_in(engine, holder, tmp_path)
    assert "rejected" in await asyncio.to_thread(pde, engine, "reject", name)
    assert await refusal(engine, holder) == REFUSED
    assert "removed" in await asyncio.to_thread(pde, engine, "remove", name)
    assert name not in await asyncio.to_thread(pde, engine, "list")


def order(rest: httpx.Client, method: str, what: str) -> int:
    return rest.request(method, f"/api/certificates/{what}").status_code


async def test_by_rest(engine: Engine, rest: httpx.Client, tmp_path: Path) -> None:
    holder = made("by REST")
    name = thumbprint(holder.certificate)

    def folders() -> list[str]:
        found: list[Row] = rest.get("/api/certificates").raise_for_status().json()["certificates"]
        return [one["folder"] for one in found if one["thumbprint"] == name]

    assert await refusal(engine, holder) == REFUSED
    assert folders() == ["rejected"]
    assert order(rest, "POST", f"{name[:8]}/trust") == 200
    assert folders() == ["trusted"]
    await gets_in(engine, holder, tmp_path)
    assert order(rest, "POST", f"{name[:8]}/reject") == 200
    assert await refusal(engine, holder) == REFUSED
    assert order(rest, "DELETE", name[:8]) == 200
    assert folders() == []
    assert order(rest, "DELETE", name[:8]) == 404


async def test_refusals_are_in_the_audit_and_many_are_an_alert(engine: Engine, rest: httpx.Client) -> None:
    stranger = made("stranger")
    refused = await asyncio.gather(*(refusal(engine, stranger) for _ in range(12)))
    assert set(refused) == {REFUSED}

    def rows(address: str, name: str) -> list[Row]:
        found: list[Row] = rest.get(address).raise_for_status().json()[name]
        return found

    async def alerted() -> bool:
        return any(one["rule"] == "refused_channels" for one in await asyncio.to_thread(rows, "/api/alerts", "alerts"))

    async def told() -> bool:
        return bool(await asyncio.to_thread(rows, "/api/audit?what=open_channel", "entries"))

    await until_async(alerted, "the alert about refused channels", 20)
    (alert,) = [one for one in rows("/api/alerts", "alerts") if one["rule"] == "refused_channels"]
    assert alert["message"].endswith("last: 127.0.0.1 BadSecurityChecksFailed")
    await until_async(told, "the refusals in the audit")
    entries = rows("/api/audit?what=open_channel", "entries")
    assert len(entries) <= 2  # of one address, for one reason: once a minute
    assert {(one["address"], one["outcome"], one["door"]) for one in entries} == {("127.0.0.1", "refused", "opcua")}
    assert entries[-1]["detail"] == "BadSecurityChecksFailed"
    assert entries[-1]["new"]["policy"].endswith("#Basic256Sha256")
