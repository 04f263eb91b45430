"""Settings: order of the sources, frozen, clear problems."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from connections.settings import Settings, read_settings
from engine_api.up import environment
from plant.errors import InvalidRequest


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_bind_to_this_machine_only() -> None:
    settings = Settings()
    assert (settings.http.host, settings.opcua.host, settings.insecure) == ("127.0.0.1", "127.0.0.1", False)


def test_environment_stands_above_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pde.toml").write_text("workers = 3\n[http]\nport = 1111\n[opcua]\nport = 2222\n")
    monkeypatch.setenv("PDE_HTTP__PORT", "3333")
    settings = Settings()
    assert (settings.workers, settings.http.port, settings.opcua.port) == (3, 3333, 2222)


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pde.toml").write_text("worker_count = 3\n")
    with pytest.raises(ValidationError, match="worker_count"):
        Settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().workers = 5  # type: ignore[misc]


@pytest.mark.parametrize("name", ["PDE_LIFE__DURATION", "PDE_WORKER__LEASE", "PDE_RECONCILE"])
@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1", "long"])
def test_times_are_positive_and_finite(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_the_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDE_INFLUX__TOKEN", "very-secret")
    assert "very-secret" not in repr(Settings())


REDIS, DATABASE, TOKEN = "redis://:s3cret-r@redis:6379/0", "postgresql+psycopg://pde:s3cret-d@db/pde", "s3cret-t"


@pytest.fixture
def secret_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    files = {"PDE_REDIS_URL": REDIS, "PDE_DATABASE_URL": f"{DATABASE}\n", "PDE_INFLUX__TOKEN": TOKEN, "other": "x"}
    for name, text in files.items():
        (folder / name).write_text(text)
    monkeypatch.setenv("PDE_SECRETS", str(folder))
    return folder


@pytest.mark.usefixtures("secret_files")
def test_secrets_come_from_files_named_as_settings_and_are_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pde.toml").write_text('database_url = "sqlite:///other"\n[influx]\nurl = "http://influx:8086"\n')
    settings = Settings()
    assert (settings.redis_url, settings.sql_url, settings.influx.token) == (REDIS, DATABASE, TOKEN)
    assert settings.influx.url == "http://influx:8086"
    assert "s3cret" not in repr(settings) + str(settings)
    monkeypatch.setenv("PDE_INFLUX__TOKEN", "from the environment")
    assert Settings().influx.token == "from the environment"


def test_a_wrong_secret_is_named_and_not_told(secret_files: Path) -> None:
    (secret_files / "PDE_REDIS_URL").write_text("http://s3cret-r@redis")
    with pytest.raises(InvalidRequest) as refused:
        read_settings()
    assert "PDE_REDIS_URL: takes a URL" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_missing_or_binary_secret_is_a_sentence(secret_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secret_files / "PDE_REDIS_URL").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidRequest, match="PDE_SECRETS"):
        read_settings()
    monkeypatch.setenv("PDE_SECRETS", str(secret_files / "none"))
    with pytest.raises(InvalidRequest, match="none"):
        read_settings()


@pytest.mark.usefixtures("secret_files")
def test_parts_read_the_secrets_themselves() -> None:
    handed = environment(Settings())
    assert not [name for name, text in handed.items() if "s3cret" in text]


@pytest.mark.parametrize(
    ("host", "wish", "taken"),
    [("127.0.0.1", None, True), ("0.0.0.0", None, False), ("0.0.0.0", True, True), ("127.0.0.1", False, False)],
)
def test_fmus_are_taken_only_where_this_machine_alone_can_ask(host, wish, taken):
    assert Settings(http={"host": host}, fmu_upload=wish).takes_fmus is taken
