"""docker-compose.yml: valid, exact versions, open to this machine only, without secrets, the commands of `pde up`."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from connections.binding import check_encryption
from connections.redis_server import find_redis_server
from connections.settings import Settings
from engine_api.up import parts
from tests.waiting import until

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
SECRETS = ROOT / "scripts" / "compose-secrets"
OURS = ("opcua_server", "engine_api", "worker")
PORTS = ("HTTP", "OPCUA", "GRAFANA", "INFLUX")
EXACT = re.compile(r":\d+\.\d+\.?\d*[\w.-]*$")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return found


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("compose") / "secrets"
    subprocess.run([SECRETS, folder], check=True, capture_output=True)
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_it_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_tool_takes_it(services: dict[str, dict[str, Any]]) -> None:
    """`docker compose config`, which needs no daemon: every reference is there and nothing is told to be odd."""
    done = subprocess.run(compose(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    understood = json.loads(done.stdout)["services"]
    assert understood.keys() == services.keys()
    assert understood["engine_api"]["ports"][0]["host_ip"] == "127.0.0.1"
    assert understood["engine_api"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert {secret["source"] for secret in understood["grafana"]["secrets"]} == {
        "grafana_password",
        "PDE_INFLUX__TOKEN",
    }


def compose() -> list[str | Path]:
    """The compose tool of this machine, or the part of it that reads and checks, built by scripts/parts/compose."""
    if tool := shutil.which("docker-compose"):
        return [tool, "--file", FILE, "config", "--format", "json"]
    asked = subprocess.run([ROOT / "scripts/parts/compose", "--path"], capture_output=True, text=True, check=True)
    reader = Path(asked.stdout.strip()) / "compose-spec"
    if not reader.exists():
        (pytest.fail if os.environ.get("PDE_REQUIRE_ALL") == "1" else pytest.skip)("scripts/parts/compose builds it")
    return [reader, "-format", "json", FILE]


def test_images_are_exact(services: dict[str, dict[str, Any]]) -> None:
    images = {name: service["image"] for name, service in services.items()}
    assert not [image for image in images.values() if not EXACT.search(image)]
    assert images["influxdb"] == "influxdb:2.7.12"
    assert images["telegraf"] == "telegraf:1.39.1"


def test_every_port_is_published_on_this_machine_only(services: dict[str, dict[str, Any]]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert len(ports) >= 4
    assert not [port for port in ports if not port.startswith("127.0.0.1:")]


def test_every_service_has_limits(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert {"mem_limit", "pids_limit", "cpus"} <= service.keys(), name


def test_ours_run_without_privileges_on_a_root_that_is_read_only(services: dict[str, dict[str, Any]]) -> None:
    for name in (*OURS, "migrate"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert re.search(r"^USER pde$", stages[-1], re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*engine_api\.healthy", stages[-1], re.MULTILINE)
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert not [image for image in images if not EXACT.search(image)]


def test_parts_start_when_what_they_need_is_there(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS:
        needed = {what: how["condition"] for what, how in services[name]["depends_on"].items()}
        assert needed == {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["telegraf"]["depends_on"].keys() == {"influxdb", "engine_api", "opcua_server"}


def test_every_service_is_watched(services: dict[str, dict[str, Any]]) -> None:
    watched = {name for name, service in services.items() if "test" in service.get("healthcheck", {})}
    assert set(services) - watched == {"migrate", "telegraf"}


def test_containers_run_the_commands_of_pde_up(services: dict[str, dict[str, Any]]) -> None:
    ours = [services[name]["command"] for name in OURS]
    assert ours == [["python", "-m", part.module] for part in parts(Settings(workers=1))]


def test_no_secret_is_in_an_environment_or_a_command(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        words = [*service.get("command", ()), *service.get("healthcheck", {}).get("test", ())]
        assert not [word for word in words if re.search(r"\$\{?\w*(PASSWORD|TOKEN|AUTH|URL)", word)]
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|REDIS_URL|DATABASE_URL", name):
                assert re.fullmatch(r"/run/secrets/\w+|@\{secrets:\w+\}", value), name
    assert set(re.findall(r"\$\{(\w+)", FILE.read_text())) == {f"PDE_{part}_PORT" for part in PORTS}
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_every_secret_is_made_handed_over_and_read(
    services: dict[str, dict[str, Any]], secrets: dict[str, str]
) -> None:
    declared = yaml.safe_load(FILE.read_text())["secrets"]
    assert declared == {name: {"file": f"./secrets/{name}"} for name in secrets}
    files = [FILE, ROOT / "grafana/provisioning/datasources/influxdb.yaml"]
    for name, service in services.items():
        held = set(service.get("secrets", ()))
        assert held <= set(secrets), name
        assert set(re.findall(r"/run/secrets/([\w.]+)", yaml.safe_dump(service))) <= held, name
    for name in set(secrets) - {"PDE_REDIS_URL", "PDE_DATABASE_URL"}:
        assert [file for file in files if re.search(rf"/run/secrets/{re.escape(name)}\b", file.read_text())], name


def test_secrets_are_random_private_and_never_overwritten(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        subprocess.run([SECRETS, folder], check=True, capture_output=True)
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in first.iterdir()} == {0o444}
    before = {file.name: file.read_text() for file in first.iterdir()}
    assert not [name for name, text in before.items() if (second / name).read_text() == text or len(text) < 48]
    again = subprocess.run([SECRETS, first], check=False, capture_output=True, text=True)
    assert again.returncode == 1
    assert "stays as it is" in again.stderr
    assert {file.name: file.read_text() for file in first.iterdir()} == before


def test_redis_takes_its_password_from_the_file(
    services: dict[str, dict[str, Any]], tmp_path: Path, secrets: dict[str, str]
) -> None:
    """The command and the health check of the service, with a real Redis and its own client."""
    client = shutil.which("redis-cli")
    if client is None:
        pytest.skip("redis-cli is not installed")
    for name, text in secrets.items():
        (tmp_path / name).write_text(text)
    socket = tmp_path / "redis.sock"
    _, _, *options = services["redis"]["command"]
    command = [find_redis_server(), str(tmp_path / "redis.conf"), *options]
    *_, check = services["redis"]["healthcheck"]["test"]
    check = check.replace("/run/secrets", str(tmp_path)).replace("valkey-cli", f"{client} -s {socket}")
    own = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path)]
    with subprocess.Popen([*command, *own], stdout=subprocess.DEVNULL) as server:
        try:
            until(lambda: subprocess.run(["sh", "-c", check], check=False).returncode == 0, "a healthy Redis")
            asked = subprocess.run([client, "-s", socket, "ping"], capture_output=True, text=True, check=False)
            assert "NOAUTH" in asked.stdout
        finally:
            server.terminate()


@pytest.mark.parametrize("name", OURS)
def test_the_environment_is_understood(
    services: dict[str, dict[str, Any]], secrets: dict[str, str], name: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for variable in [variable for variable in os.environ if variable.startswith("PDE_")]:
        monkeypatch.delenv(variable)
    for variable, value in services[name]["environment"].items():
        monkeypatch.setenv(variable, re.sub(r"\$\{\w+:-(\w+)\}", r"\1", value))
    for secret in services[name]["secrets"]:
        (tmp_path / secret).write_text(secrets[secret])
    monkeypatch.setenv("PDE_SECRETS", str(tmp_path))
    settings = Settings()
    assert settings.redis_url == f"redis://:{secrets['redis_password']}@redis:6379/0"
    assert settings.sql_url == f"postgresql+psycopg://pde:{secrets['database_password']}@postgres/pde"
    assert settings.influx.token == (secrets["PDE_INFLUX__TOKEN"] if name == "engine_api" else None)
    if name == "opcua_server":
        check_encryption(settings)
        assert settings.opcua.host == "0.0.0.0"
