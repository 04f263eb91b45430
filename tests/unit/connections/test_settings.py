"""Settings: order of the sources, frozen, clear problems."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from connections.settings import Settings


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


@pytest.mark.parametrize(
    ("host", "wish", "taken"),
    [("127.0.0.1", None, True), ("0.0.0.0", None, False), ("0.0.0.0", True, True), ("127.0.0.1", False, False)],
)
def test_fmus_are_taken_only_where_this_machine_alone_can_ask(host, wish, taken):
    assert Settings(http={"host": host}, fmu_upload=wish).takes_fmus is taken
