"""docker-compose.yml: valid, exact versions, open to this machine only, without secrets, the commands of `pde up`."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from connections.binding import check_encryption
from connections.settings import Settings
from engine_api.up import parts

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
SECRETS = ROOT / "scripts" / "compose-secrets"
OURS = ("opcua_server", "engine_api", "worker")
EXACT = re.compile(r":\d+\.\d+\.?\d*[\w.-]*$")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return found


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / ".env"
    subprocess.run([SECRETS, file], check=True, capture_output=True)
    lines = [line for line in file.read_text().splitlines() if "=" in line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_it_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


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
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert not [image for image in images if not EXACT.search(image)]


def test_parts_start_when_what_they_need_is_there(services: dict[str, dict[str, Any]]) -> None:
    for name in OURS:
        needed = {what: how["condition"] for what, how in services[name]["depends_on"].items()}
        assert needed == {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["telegraf"]["depends_on"].keys() == {"influxdb", "engine_api", "opcua_server"}


def test_every_service_is_watched(services: dict[str, dict[str, Any]]) -> None:
    unwatched = {name for name, service in services.items() if "healthcheck" not in service}
    assert unwatched == {"migrate", "telegraf"}


def test_containers_run_the_commands_of_pde_up(services: dict[str, dict[str, Any]]) -> None:
    ours = [services[name]["command"] for name in OURS]
    assert ours == [["python", "-m", part.module] for part in parts(Settings(workers=1))]


def test_no_secret_is_in_the_files(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN", name):
                assert re.fullmatch(r"\$\{\w+(:\?[^}]*)?\}", value), name
    example = (ROOT / ".env.example").read_text()
    assert not [line for line in example.splitlines() if re.match(r"\w*(PASSWORD|TOKEN)=.", line)]
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_every_variable_is_in_the_example(secrets: dict[str, str]) -> None:
    used = set(re.findall(r"\$\{(\w+)", FILE.read_text()))
    assert used == set(secrets)
    assert all(secrets.values())


def test_secrets_are_random_private_and_never_overwritten(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for file in (first, second):
        subprocess.run([SECRETS, file], check=True, capture_output=True)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_text() != second.read_text()
    before = first.read_text()
    again = subprocess.run([SECRETS, first], check=False, capture_output=True, text=True)
    assert again.returncode == 1
    assert "stays as it is" in again.stderr
    assert first.read_text() == before


@pytest.mark.parametrize("name", OURS)
def test_the_environment_is_understood(
    services: dict[str, dict[str, Any]], secrets: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filled(text: str) -> str:
        return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: secrets[found[1]], text)

    for variable in [variable for variable in os.environ if variable.startswith("PDE_")]:
        monkeypatch.delenv(variable)
    for variable, value in services[name]["environment"].items():
        monkeypatch.setenv(variable, filled(value))
    settings = Settings()
    assert settings.redis_url == f"redis://:{secrets['PDE_REDIS_PASSWORD']}@redis:6379/0"
    assert settings.sql_url.startswith("postgresql+psycopg://pde:")
    if name == "opcua_server":
        check_encryption(settings)
        assert settings.opcua.host == "0.0.0.0"
