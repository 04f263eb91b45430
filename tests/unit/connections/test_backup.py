"""Backup and restore: nothing lost, nothing overwritten; damaged and foreign archives are refused untouched."""

import io
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connections.backup import MANIFEST, back_up, restore
from connections.migrations import migrate
from connections.settings import Settings
from connections.users import Users
from plant.access import User
from plant.errors import DamagedSnapshot, Duplicate, PlantError, UnknownName
from tests.postgres import run_postgres

PASSWORD = "correct horse battery"


def test_it_is_told_how_far_it_is(filled: Settings, tmp_path: Path) -> None:
    archive, heard = tmp_path / "all.tar.gz", []
    back_up(filled, archive, lambda *how_far: heard.append(how_far))
    assert {name for name, _, _ in heard} > {"records.sqlite"}
    assert [done for _, done, _ in heard] == sorted(done for _, done, _ in heard)
    assert 0.5 < heard[-1][1] / heard[-1][2] < 2
    heard.clear()
    restore(Settings(data=tmp_path / "there"), archive, lambda *how_far: heard.append(how_far))
    assert heard[-1][1] == heard[-1][2] == archive.stat().st_size


def quiet(_name: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def add_user(url: str, name: str) -> None:
    with closing(Users(url)) as users:
        users.add(name, User.OPERATOR, PASSWORD, None)


def names(url: str) -> list[str]:
    with closing(Users(url)) as users:
        return [user.name for user in users.all()]


@pytest.fixture
def filled(tmp_path: Path) -> Settings:
    """A data folder with records, a history that is open for writing, a key and what Redis leaves."""
    settings = Settings(data=tmp_path / "data")
    migrate(settings.sql_url)
    add_user(settings.sql_url, "anna")
    (settings.data / "pki").mkdir()
    key = settings.data / "pki" / "own.pem"
    key.write_text("secret")
    key.chmod(0o600)
    (settings.data / "redis").mkdir()
    (settings.data / "redis" / "appendonly.aof").write_text("rebuilt from the rest")
    return settings


@pytest.fixture
def history(filled: Settings) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(filled.history_file)) as writing:
        writing.execute("PRAGMA journal_mode=WAL")
        writing.execute("CREATE TABLE samples (value)")
        writing.execute("INSERT INTO samples VALUES (1)")
        writing.commit()
        yield writing


def test_all_comes_back_though_it_was_being_written(
    filled: Settings, history: sqlite3.Connection, tmp_path: Path
) -> None:
    archive = tmp_path / "all.tar.gz"
    history.execute("INSERT INTO samples VALUES (2)")  # not committed: not part of it
    written = back_up(filled, archive, quiet)
    assert set(written) == {"records.sqlite", "history.sqlite", "pki/own.pem"}
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    there = Settings(data=tmp_path / "elsewhere")
    assert restore(there, archive, quiet) == written
    assert names(there.sql_url) == ["anna"]
    with closing(sqlite3.connect(there.history_file)) as read:
        assert read.execute("SELECT value FROM samples").fetchall() == [(1,)]
    assert stat.S_IMODE((there.data / "pki" / "own.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(there.data.stat().st_mode) == 0o700


def test_nothing_is_overwritten(filled: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    back_up(filled, archive, quiet)
    before = archive.read_bytes()
    with pytest.raises(Duplicate):
        back_up(filled, archive, quiet)
    with pytest.raises(Duplicate):
        restore(filled, archive, quiet)
    assert archive.read_bytes() == before
    assert names(filled.sql_url) == ["anna"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_missing_and_damaged_archives_are_refused(filled: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    back_up(filled, archive, quiet)
    there = Settings(data=tmp_path / "elsewhere")
    whole = archive.read_bytes()
    with pytest.raises(UnknownName):
        restore(there, tmp_path / "none.tar.gz", quiet)
    with pytest.raises(UnknownName):
        back_up(Settings(data=tmp_path / "nothing"), tmp_path / "other.tar.gz", quiet)
    middle = len(whole) // 2
    for damaged in (whole[:middle], whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :], b"", b"text"):
        archive.write_bytes(damaged)
        with pytest.raises(PlantError):
            restore(there, archive, quiet)
        assert not there.data.exists()


def rewritten(archive: Path, change: dict[str, bytes]) -> None:
    """The same archive with other contents of some members, or more of them."""
    with tarfile.open(archive) as source:
        members = {m.name: source.extractfile(m).read() for m in source if m.isfile()}  # type: ignore[union-attr]
    with tarfile.open(archive, "w:gz") as target:
        for name, content in (members | change).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize(
    "change",
    [
        {"pki/own.pem": b"another"},
        {"more": b"x"},
        {"../outside": b"x"},
        {MANIFEST: b"[]"},
        {MANIFEST: b'{"format": 9}'},
    ],
)
def test_changed_archives_are_refused(filled: Settings, tmp_path: Path, change: dict[str, bytes]) -> None:
    archive = tmp_path / "all.tar.gz"
    back_up(filled, archive, quiet)
    rewritten(archive, change)
    there = Settings(data=tmp_path / "deep" / "elsewhere")
    with pytest.raises(DamagedSnapshot):
        restore(there, archive, quiet)
    assert not there.data.exists()
    assert not (tmp_path / "deep" / "outside").exists()


def test_postgresql_goes_into_the_archive_and_back(filled: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "all.tar.gz"
    with run_postgres() as url:
        migrate(url)
        add_user(url, "boris")
        back_up(Settings(data=filled.data, database_url=url), archive, quiet)
        with pytest.raises(Duplicate, match="users"):
            restore(Settings(data=tmp_path / "elsewhere", database_url=url), archive, quiet)
        assert not (tmp_path / "elsewhere").exists()
    with run_postgres() as url:
        restore(Settings(data=tmp_path / "elsewhere", database_url=url), archive, quiet)
        assert names(url) == ["boris"]
        assert not (tmp_path / "elsewhere" / "records.sqlite").exists()
    restore(Settings(data=tmp_path / "without"), archive, quiet)
    assert names(Settings(data=tmp_path / "without").sql_url) == ["boris"]
