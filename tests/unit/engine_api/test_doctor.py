"""`pde doctor`: each thing that may be wrong on a machine is seen, and told with what to do about it."""

import os
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from redis import Redis
from typer.testing import CliRunner

from connections.migrations import migrate
from connections.pki.store import Pki
from connections.settings import Settings
from connections.users import Users
from engine_api.cli import app
from engine_api.doctor import CHECKS, PROBLEMS, Finding, doors, examine, machine, stores
from engine_api.ports import free_port
from plant.access import User
from tests.certificates import DAY, made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    ports = {"port": free_port("127.0.0.1")}, {"port": free_port("127.0.0.1")}
    return Settings(data=tmp_path / "data", http=ports[0], opcua=ports[1])


def found(settings: Settings, subject: str) -> Finding:
    checks = {name: (needed, check) for name, needed, check in CHECKS}
    needed, check = checks[subject]
    try:
        return Finding(subject, True, needed, check(settings))
    except PROBLEMS as error:
        return Finding(subject, False, needed, str(error))


def put(settings: Settings, place: str, content: bytes, mode: int = 0o600) -> Path:
    file = settings.data / place
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_on_a_fresh_machine_nothing_needed_is_missing_and_nothing_is_made(settings: Settings) -> None:
    assert not [one for one in examine(settings) if one.needed and not one.holds]
    assert not settings.data.exists()


def test_a_taken_port_is_told_with_the_option_that_changes_it(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.http.port)):
        seen = found(settings, "Web port")
    assert not seen.holds
    assert "--http-port" in seen.seen
    assert f"process {os.getpid()}" in seen.seen


def test_redis_has_to_answer_be_new_and_keep_what_it_is_given(settings: Settings, redis_url: str) -> None:
    there = settings.model_copy(update={"redis_url": redis_url})
    assert found(there, "Redis").holds
    assert found(there, "Clock").holds
    with closing(Redis.from_url(redis_url)) as redis:
        redis.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert "noeviction" in found(there, "Redis").seen
        finally:
            redis.config_set("maxmemory-policy", "noeviction")
    with pytest.raises(PROBLEMS, match="is too old: install Redis"):
        stores._new_enough("5.0.7")
    away = settings.model_copy(update={"redis_url": f"redis://:s3cret@127.0.0.1:{free_port('127.0.0.1')}"})
    assert not found(away, "Redis").holds
    assert "s3cret" not in found(away, "Redis").seen


def test_a_full_disk_and_a_database_that_is_away(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "LEAST_FREE", 1e18)
    assert "free some" in found(settings, "Disk").seen
    url = f"postgresql+psycopg://pde:s3cret@127.0.0.1:{free_port('127.0.0.1')}/pde"
    away = found(settings.model_copy(update={"database_url": url}), "Database")
    assert not away.holds
    assert "s3cret" not in away.seen


def test_a_data_folder_that_is_a_file_or_open_to_others(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert not found(settings.model_copy(update={"data": tmp_path / "file"}), "Data folder").holds
    key = put(settings, "pki/own/private_key.pem", b"x", 0o644)
    assert f"chmod go= {key}" in found(settings, "Data folder").seen
    key.chmod(0o600)
    assert found(settings, "Data folder").holds


def test_a_clock_that_was_ahead_before(settings: Settings) -> None:
    file = put(settings, "records.sqlite", b"")
    os.utime(file, (time.time() + 3600, time.time() + 3600))
    assert "NTP" in found(settings, "Clock").seen


def test_versions_that_were_not_tested_together(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "constraints.txt").write_text("redis==0.1\nnot-installed==1.0\n")
    monkeypatch.setattr(machine, "CONSTRAINTS", tmp_path / "constraints.txt")
    seen = found(settings, "Packages").seen
    assert "(tested: 0.1)" in seen
    assert "pip install -c constraints.txt" in seen


def test_certificates_that_are_over_damaged_or_of_tomorrow(settings: Settings) -> None:
    authority = made("authority", authority=True)
    for certificate, told in (
        (made(issuer=authority, start=-2 * DAY, end=-DAY).certificate, "put a new one of your authority"),
        (made(start=DAY, end=2 * DAY).certificate, "is the clock right"),
        (made(end=DAY).certificate, "renewed at the next start"),
        (made(end=100 * DAY).certificate, "valid until"),
    ):
        put(settings, "pki/own/certificate.der", certificate.public_bytes(Encoding.DER))
        assert told in found(settings, "Certificates").seen
    put(settings, "pki/own/certificate.der", b"damaged")
    assert "remove it" in found(settings, "Certificates").seen


def test_a_trusted_client_whose_time_is_over(settings: Settings) -> None:
    old = made("old client", start=-2 * DAY, end=-DAY).certificate
    Pki(settings.pki_folder).add(old.public_bytes(Encoding.PEM), "test")
    assert "old client" in found(settings, "Trusted clients").seen


def test_beyond_this_machine_an_administrator_is_needed(settings: Settings) -> None:
    open_ = settings.model_copy(update={"http": settings.http.model_copy(update={"host": "0.0.0.0"})})
    assert "pde users add NAME admin" in found(open_, "Who may come in").seen
    open_.data.mkdir()
    migrate(open_.sql_url)
    assert not found(open_, "Who may come in").holds
    with closing(Users(open_.sql_url)) as users:
        users.add("root", User.ADMIN, "correct horse battery")
    assert doors.access(open_) == "users with a name; encrypted"


def test_the_exit_code_is_that_of_what_is_needed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, port in (("HTTP", settings.http.port), ("OPCUA", settings.opcua.port)):
        monkeypatch.setenv(f"PDE_{name}__PORT", str(port))
    fine = CliRunner().invoke(app, ["doctor", "--data", str(settings.data)])
    assert (fine.exit_code, "PROBLEM" in fine.output) == (0, False)
    put(settings, "pki/own/certificate.der", b"damaged")
    bad = CliRunner().invoke(app, ["doctor", "--data", str(settings.data)])
    assert (bad.exit_code, "PROBLEM" in bad.output) == (1, True)
