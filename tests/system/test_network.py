"""The engine on the network: only with an administrator, encrypted, and nobody without a name."""

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from asyncua import ua
from cryptography.hazmat.primitives.serialization import Encoding

from connections.pki.store import thumbprint
from engine_api.commands.up import shown_hosts
from tests.certificates import URI, Holder, made
from tests.encrypted import encrypted
from tests.engine import Engine, run_engine
from tests.waiting import until

PASSWORD = "correct horse battery"
OPEN = {"PDE_HTTP__HOST": "0.0.0.0", "PDE_OPCUA__HOST": "0.0.0.0"}


def pde(folder: Path, *arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"PDE_DATA": str(folder / "data")} | environment
    command = [sys.executable, "-m", "engine_api.cli", *arguments]
    return subprocess.run(
        command, input=given, text=True, capture_output=True, env=surroundings, check=False, timeout=60
    )


def test_it_refuses_to_start_without_an_administrator(tmp_path: Path) -> None:
    refused = pde(tmp_path, "up", "--http-port", "0", "--opcua-port", "0", **OPEN)
    assert refused.returncode != 0
    assert "there is no administrator yet" in refused.stderr + refused.stdout


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("network")
    for name, role in (("root", "admin"), ("olga", "operator"), ("vera", "viewer")):
        added = pde(folder, "users", "add", name, role, given=f"{PASSWORD}\n")
        assert added.returncode == 0, added.stderr
    with run_engine(folder, scheme="https", **OPEN) as running:
        yield running


@pytest.fixture(scope="module")
def admin(engine: Engine) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(engine.data / "secrets" / "https.pem"))
    with httpx.Client(base_url=engine.http, verify=trust, timeout=60.0) as client:
        client.headers["X-PDE-Request"] = "1"
        assert client.get("/readyz").status_code == 200
        assert client.get("/api/me").status_code == 401
        answer = client.post("/api/session", json={"name": "root", "password": PASSWORD})
        assert "secure" in answer.headers["set-cookie"].lower()
        yield client


def test_the_addresses_are_those_that_others_write() -> None:
    assert shown_hosts("127.0.0.1") == ["127.0.0.1"]
    assert shown_hosts("::1") == ["[::1]"]
    others = shown_hosts("0.0.0.0")
    assert "0.0.0.0" not in others
    assert others[-1] == "127.0.0.1"


def test_beyond_this_machine_there_is_tls_and_nobody_without_a_name(engine: Engine, admin: httpx.Client) -> None:
    assert admin.get("/api/me").json()["role"] == "admin"
    with pytest.raises(httpx.TransportError):
        httpx.get(engine.http.replace("https", "http") + "/readyz")


@pytest.mark.parametrize(("port", "code"), [(None, 0), (1, 1)])
def test_the_health_check_of_the_container_asks_encrypted(engine: Engine, port: int | None, code: int) -> None:
    told = OPEN | {"PDE_DATA": str(engine.data), "PDE_HTTP__PORT": str(port or engine.http.rpartition(":")[2])}
    command = [sys.executable, "-m", "engine_api.healthy"]
    assert subprocess.run(command, env=os.environ | told, check=False, capture_output=True).returncode == code


def test_doctor_knows_the_engine_that_runs(engine: Engine) -> None:
    ports = {"PDE_HTTP__PORT": engine.http.rpartition(":")[2], "PDE_OPCUA__PORT": urlsplit(engine.opcua).port}
    seen = pde(engine.data.parent, "doctor", **OPEN, **{name: str(port) for name, port in ports.items()})
    assert seen.returncode == 0, seen.stdout
    assert seen.stdout.count("is held by an engine that runs") == 2
    assert "users with a name; encrypted" in seen.stdout
    assert "its own one is valid until" in seen.stdout


def written(engine: Engine, holder: Holder, folder: Path, name: str, node: str) -> int:
    return asyncio.run(_written(engine, holder, folder, name, node))


async def _written(engine: Engine, holder: Holder, folder: Path, name: str, node: str) -> int:
    value = ua.DataValue(ua.Variant(2.0, ua.VariantType.Double))
    async with encrypted(engine, holder, folder, name, PASSWORD) as client:
        asked = ua.WriteValue(ua.NodeId.from_string(node), ua.AttributeIds.Value, Value=value)
        return int((await client.uaclient.write(ua.WriteParameters([asked])))[0].value)


def test_a_client_is_trusted_by_rest_and_its_users_keep_their_rights(
    engine: Engine, admin: httpx.Client, tmp_path: Path
) -> None:
    holder = made("second machine")
    print_ = thumbprint(holder.certificate)
    started = admin.post("/api/models/wood-berry/start", json={"wait": True, "sharing": "open"}).json()
    node = f"{started['node_id']}.reflux_flow"
    with pytest.raises(ua.UaStatusCodeError):
        written(engine, holder, tmp_path, "olga", node)
    (waiting,) = admin.get("/api/certificates").json()["certificates"]
    assert (waiting["folder"], waiting["thumbprint"], waiting["application_uri"]) == ("rejected", print_, URI)
    assert admin.post(f"/api/certificates/{print_[:12]}/trust").json()["folder"] == "trusted"
    assert written(engine, holder, tmp_path, "olga", node) == 0
    assert written(engine, holder, tmp_path, "vera", node) == ua.StatusCodes.BadUserAccessDenied
    assert admin.post(f"/api/certificates/{print_[:12]}/reject").json()["folder"] == "rejected"
    with pytest.raises(ua.UaStatusCodeError):
        written(engine, holder, tmp_path, "olga", node)

    def told() -> set[str]:
        return {entry["what"] for entry in admin.get("/api/audit", params={"user": "root"}).json()["entries"]}

    until(lambda: {"trust_certificate", "reject_certificate"} <= told(), "the audit has it")


def test_a_certificate_is_trusted_in_advance_and_only_a_certificate(engine: Engine, admin: httpx.Client) -> None:
    holder = made("authority", authority=True)
    pem = holder.certificate.public_bytes(Encoding.PEM).decode()
    added = admin.post("/api/certificates", json={"pem": pem})
    assert added.status_code == 201
    assert added.json()["thumbprint"] == thumbprint(holder.certificate)
    key = f"{engine.data}/pki/own/private_key.pem"
    for pem in ("", "none", key, Path(key).read_text()):
        refused = admin.post("/api/certificates", json={"pem": pem})
        assert refused.status_code == 422
        assert "PRIVATE KEY" not in refused.text
    for name in ("12345", "..%2f..%2fown", "f" * 65):
        assert admin.post(f"/api/certificates/{name}/trust").status_code in (404, 422)
    assert admin.post(f"/api/certificates/{'f' * 64}/trust").status_code == 404


def test_no_secret_is_in_an_error_the_log_an_address_or_the_process_list(engine: Engine, admin: httpx.Client) -> None:
    secret, short, name = "secret that nobody sees", "sh0rt!x", "somebody"
    token = admin.post("/api/tokens", json={"label": "one", "scopes": ["read"], "days": 1}).json()["key"]
    form = {"grant_type": "password", "username": "olga", "password": secret}
    body = {"name": name, "password": secret}
    bearer = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=engine.http, verify=False, timeout=60.0) as nobody:
        answers = [
            nobody.post("/api/session", json=body), nobody.post("/api/session", json=body | {"more": 1}),
            nobody.post("/api/session", json={"name": name, "password": [secret]}),
            nobody.post("/api/session", content=f'{{"password": "{secret}", '.encode()),
            nobody.post("/api/token", data=form), nobody.post("/api/token", data=form | {"grant_type": "none"}),
            nobody.post("/api/token", data={"grant_type": "refresh_token", "refresh_token": secret}),
            nobody.post("/api/token", params=form), nobody.get("/api/me", params={"access_token": token}),
            nobody.get("/api/me", headers=bearer), nobody.get("/api/me", headers={"X-API-Key": secret}),
            nobody.get("/api/me", headers={"Cookie": f"pde_session={secret}"}),
            nobody.post("/api/setup", json=body | {"token": secret}),
            admin.post("/api/users", json={"name": name, "role": "viewer", "password": short}),
            admin.post("/api/users", json={"name": name, "role": "king", "password": secret}),
        ]  # fmt: skip
    assert all(400 <= answer.status_code < 500 for answer in answers)
    log = (engine.data.parent / "engine.log").read_text()
    words = [word for process in engine.children() for word in process.cmdline()]
    for told in (PASSWORD, secret, short, token):
        assert not [answer.text for answer in answers if told in answer.text or told in str(answer.headers)]
        assert told not in log
        assert not [word for word in words if told in word]
