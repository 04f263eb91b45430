"""`pde pki`: a refused client is listed, trusted and rejected by a few digits of its thumbprint."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from connections.pki.store import Pki, thumbprint
from engine_api.cli import app
from tests.certificates import URI, made


def pki(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["pki", *arguments])


def test_list_trust_and_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDE_DATA", str(tmp_path))
    store, holder = Pki(tmp_path / "pki"), made("UaExpert\x1b[31m")
    store.remember(holder.certificate)
    digits = thumbprint(holder.certificate)[:8]
    listed = pki("list")
    assert digits in listed.output
    assert URI in listed.output
    assert "\x1b[31m" not in listed.output
    assert "trusted" in pki("trust", digits).output
    assert store.anchors().trusted == {holder.certificate}
    assert "rejected" in pki("reject", digits).output
    assert not store.anchors().trusted
    assert "removed" in pki("remove", digits).output
    assert store.listed() == []
    assert pki("remove", digits).exit_code == 2


def test_wrong_names_and_folders_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDE_DATA", str(tmp_path))
    assert "no certificates" in pki("list").output
    Pki(tmp_path / "pki")
    answer = pki("trust", "123456")
    assert answer.exit_code == 2
    assert "does not name one rejected certificate" in answer.output
