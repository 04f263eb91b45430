"""One archive of everything that matters (records, users, own models, history, keys), made while all runs, and back."""

import gzip
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from urllib.parse import quote

from connections.counted import counted
from connections.database_copy import copy_rows
from connections.migrations import migrate
from connections.record import now
from connections.settings import Settings
from plant.errors import DamagedSnapshot, Duplicate, Unavailable, UnknownName

MANIFEST, RECORDS, FORMAT = "manifest.json", "records.sqlite", 1
LEFT_OUT = frozenset({"redis"})
"""Folders of the data folder that can be made again: Redis holds nothing that the records and checkpoints don't."""
_SQLITE, _PAGES = ".sqlite", 4096
_SIDE_FILES = ("-wal", "-shm", "-journal")
_PIECE = 1 << 20
_NOT_OURS = (
    tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, FileNotFoundError,
)  # fmt: skip
"""How an archive that is damaged or somebody else's shows."""

Progress = Callable[[str, int, int], None]
"""Hears how far it is: the file that is worked at, bytes that are done, all bytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive; `sha256` in hexadecimal."""

    size: int
    sha256: str


def back_up(settings: Settings, target: Path, told: Progress) -> dict[str, Entry]:
    """Write the archive `target`, readable by its owner only; `told` hears of every file. Answers what is in it.

    Raises Duplicate when `target` exists, UnknownName without a data folder, Unavailable when something can't be read
    or written; then nothing is left of `target`.
    """
    if target.exists():
        raise Duplicate(f"{target} exists already; a backup overwrites nothing")
    if not settings.data.is_dir():
        raise UnknownName(f"there is no data folder {settings.data}")
    try:
        return _archive(settings, target, told)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"the backup failed: {error}") from error


def _archive(settings: Settings, target: Path, told: Progress) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    done, total = 0, sum(file.stat().st_size for file in _files(settings))
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-") as unfinished:
        with tarfile.open(fileobj=unfinished, mode="w:gz", compresslevel=6) as archive:
            for name, file in _sources(settings, target.parent):
                _add(archive, name, file, told, done, total)
                entries[name] = _entry(file)
                done += entries[name].size
            _add_manifest(archive, entries)
        unfinished.flush()
        os.fsync(unfinished.fileno())
        os.link(unfinished.name, target)
    return entries


def _add(archive: tarfile.TarFile, name: str, file: Path, told: Progress, done: int, total: int) -> None:
    with file.open("rb") as content:
        archive.addfile(
            archive.gettarinfo(str(file), name), counted(content, lambda size: told(name, done + size, total))
        )


def _files(settings: Settings) -> list[Path]:
    """What is copied as it is, and the databases."""
    return sorted(
        file for file in settings.data.rglob("*")
        if file.is_file() and not file.is_symlink() and not file.name.endswith(_SIDE_FILES)
        and file.relative_to(settings.data).parts[0] not in LEFT_OUT
    )  # fmt: skip


def _sources(settings: Settings, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Every file with its name in the archive; databases as consistent copies, which are gone after their turn."""
    for file in _files(settings):
        name = file.relative_to(settings.data)
        if str(name) == RECORDS:
            continue
        if file.suffix == _SQLITE:
            with TemporaryDirectory(dir=scratch, prefix=".backup-") as folder:
                yield str(name), _copy_of(file, Path(folder) / "copy")
        else:
            yield str(name), file
    with TemporaryDirectory(dir=scratch, prefix=".backup-") as folder:
        yield RECORDS, _records(settings.sql_url, Path(folder) / RECORDS)


def _records(url: str, copy: Path) -> Path:
    if url.startswith("sqlite:///"):
        return _copy_of(Path(url.removeprefix("sqlite:///")), copy)
    migrate(f"sqlite:///{copy}")
    copy_rows(url, f"sqlite:///{copy}")
    return copy


def _copy_of(database: Path, copy: Path) -> Path:
    """What the database holds at one moment, though others write to it."""
    uri = f"file:{quote(str(database.absolute()))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target, pages=_PAGES)
    return copy


def _add_manifest(archive: tarfile.TarFile, entries: dict[str, Entry]) -> None:
    content = {
        "format": FORMAT,
        "version": version("process-dynamics-engine"),
        "created_at": now().isoformat(timespec="seconds"),
        "files": {name: asdict(entry) for name, entry in entries.items()},
    }
    text = json.dumps(content, indent=1).encode()
    described = tarfile.TarInfo(MANIFEST)
    described.size, described.mode = len(text), 0o600
    archive.addfile(described, io.BytesIO(text))


def restore(settings: Settings, source: Path, told: Progress) -> dict[str, Entry]:
    """Put everything of the archive into the (empty or missing) data folder and, where it is another, the database.

    Every checksum is compared before anything is put in its place. Raises UnknownName without the archive, Duplicate
    when data are there already, DamagedSnapshot for an archive that is not whole or not ours, Unavailable for the rest.
    """
    if not source.is_file():
        raise UnknownName(f"there is no backup {source}")
    if settings.data.exists() and any(settings.data.iterdir()):
        raise Duplicate(
            f"{settings.data} is not empty; a restore overwrites nothing, so choose another folder (--data)"
        )
    parent = settings.data.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=parent, prefix=".restore-") as folder:
            unpacked = Path(folder) / "data"
            entries = _unpack(source, unpacked, told)
            _put_records(settings, unpacked / RECORDS)
            unpacked.replace(settings.data)
        return entries
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"the restore failed: {error}") from error


def _unpack(source: Path, folder: Path, told: Progress) -> dict[str, Entry]:
    try:
        total = source.stat().st_size
        with (
            source.open("rb") as content,
            tarfile.open(fileobj=counted(content, lambda size: told("unpacked", size, total)), mode="r|gz") as archive,
        ):
            folder.mkdir(mode=0o700)
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
        entries = {name: Entry(**entry) for name, entry in manifest["files"].items()}
    except _NOT_OURS as error:
        raise DamagedSnapshot(f"{source} is not a backup of this program, or is damaged: {error}") from error
    if manifest.get("format") != FORMAT:
        raise DamagedSnapshot(f"{source} has the format {manifest.get('format')}; this version reads {FORMAT}")
    (folder / MANIFEST).unlink()
    for name, entry in entries.items():
        if not (folder / name).is_file() or _entry(folder / name) != entry:
            raise DamagedSnapshot(f"{name} in {source} is not what was put in")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    if found != set(entries):
        raise DamagedSnapshot(f"{source} holds files that its manifest does not name: {sorted(found - set(entries))}")
    return entries


def _put_records(settings: Settings, records: Path) -> None:
    """Bring the records to the present version and, where the settings name a database, into that."""
    migrate(f"sqlite:///{records}")
    if settings.database_url is not None:
        migrate(settings.database_url)
        copy_rows(f"sqlite:///{records}", settings.database_url)
        records.unlink()


def _entry(file: Path) -> Entry:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Entry(size, digest.hexdigest())
