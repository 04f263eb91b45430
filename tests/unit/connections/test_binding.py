"""Where the doors may stand open: to a network only encrypted, with an administrator, and to nobody without a name."""

from contextlib import closing
from pathlib import Path

import pytest

from connections.binding import check_binding
from connections.migrations import migrate
from connections.settings import Settings
from connections.users import Users
from plant.access import User
from plant.errors import NotAllowed

DOORS = ("PDE_HTTP__HOST", "PDE_OPCUA__HOST")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDE_DATA", str(tmp_path))
    migrate(Settings().sql_url)


def administered() -> None:
    with closing(Users(Settings().sql_url)) as users:
        users.add("root", User.ADMIN, "correct horse battery")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_needs_nothing(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for door in DOORS:
        monkeypatch.setenv(door, host)
    check_binding(Settings())


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "plant.example"])
def test_others_need_an_administrator(door: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(door, host)
    with pytest.raises(NotAllowed, match="no administrator yet"):
        check_binding(Settings())
    administered()
    check_binding(Settings())
    with closing(Users(Settings().sql_url)) as users:
        users.disable("root")
    with pytest.raises(NotAllowed, match="no administrator yet"):
        check_binding(Settings())
    monkeypatch.setenv("PDE_INSECURE", "true")
    check_binding(Settings())


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("PDE_HTTP__TLS", "false", "without TLS"), ("PDE_HTTP__ANONYMOUS", "operator", "without a name"),
        ("PDE_HTTP__ANONYMOUS", "engineer", "without a name"), ("PDE_OPCUA__ANONYMOUS", "engineer", "without a name"),
    ],
)  # fmt: skip
def test_others_need_encryption_and_names(
    setting: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    administered()
    for door in DOORS:
        monkeypatch.setenv(door, "0.0.0.0")
    check_binding(Settings())
    monkeypatch.setenv(setting, value)
    with pytest.raises(NotAllowed, match=words):
        check_binding(Settings())
    monkeypatch.setenv("PDE_INSECURE", "true")
    check_binding(Settings())
