"""`pde users`: accounts are added, shown and changed without a running server."""

from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connections.audit import Audit, Wanted
from connections.pki.store import thumbprint
from connections.records import Records
from engine_api.cli import app
from tests.certificates import made

PASSWORD = "correct horse battery\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDE_DATA", str(tmp_path / "data"))


def users(*arguments: str, given: str = PASSWORD) -> Result:
    return CliRunner().invoke(app, ["users", *arguments], input=given)


def test_a_user_is_added_shown_changed_and_closed(tmp_path: Path) -> None:
    assert users("add", "eva", "operator").exit_code == 0
    assert "operator" in users("list").output
    assert users("role", "eva", "engineer").exit_code == 0
    assert users("passwd", "eva", given="another password\n").exit_code == 0
    assert users("disable", "eva").exit_code == 0
    shown = users("list").output
    assert "engineer" in shown
    assert "disabled" in shown
    assert users("disable", "eva", "--enable").output == "eva is open\n"
    holder = made("plc7")
    certificate, _ = holder.save(tmp_path)
    assert users("add", "plc7", "viewer", "--certificate", str(certificate)).exit_code == 0
    assert thumbprint(holder.certificate)[:20] in users("list").output


def test_the_audit_knows_what_was_done_and_never_a_secret(tmp_path: Path) -> None:
    users("add", "eva", "operator")
    users("role", "eva", "engineer")
    users("passwd", "eva", given="another password\n")
    key = CliRunner().invoke(app, ["tokens", "add", "eva"]).output.strip()
    users("add", "eva", "viewer")  # refused: nothing was done
    with closing(Records(f"sqlite:///{tmp_path / 'data' / 'records.sqlite'}")) as records:
        told = [entry for _, entry in reversed(Audit(records).find(Wanted()))]
        assert Audit(records).last_place() == "0-0"
    assert [entry.what for entry in told] == ["add_user", "change_user", "change_user", "add_api_key"]
    assert {entry.door for entry in told} == {"cli"}
    assert told[1].old == {"user": "eva", "role": "operator"}
    assert key.startswith("pde_")
    assert not [secret for secret in (key, PASSWORD.strip(), "another password") if secret in repr(told)]


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (("add", "eva", "operator"), "short\n", "10 to 200 characters"),
        (("add", "anonymous", "operator"), PASSWORD, "can't be a user's name"),
        (("passwd", "nobody"), PASSWORD, "there is no user 'nobody'"),
        (("add", "eva", "king"), PASSWORD, "king"),
        (("add", "eva", "viewer", "--certificate", "missing.der"), "", "missing.der"),
    ],
)
def test_wrong_input_is_told(arguments: tuple[str, ...], given: str, words: str) -> None:
    answer = users(*arguments, given=given)
    assert answer.exit_code == 2
    assert words in answer.output
