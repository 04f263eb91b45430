"""The embedded record's SQLite file: its tables, and how a connection to it is opened."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connections.historian import events, formats
from plant.errors import Unavailable

LOCK_WAIT = 5.0
VERSION = 5
_PAGE = 8_192
"""Bytes of a page of a new file: half as many pages to be written as of SQLite's own size."""
_CACHE, _LOG = 16_384, 16_384_000
"""KiB of pages that the writer keeps, and bytes of pages in the log before they are moved into the file.

The pages of `fresh` are written again after each gathering, so several gatherings between two moves spare work:
with SQLite's own 4 MB recording took a quarter more processor time, and more than 16 gain nothing. With its
own 2 MB of pages, less than `fresh` may have, 290 simulations of 237 tags took a fifth more in one batch a second.
"""

# A sample is first a row of `fresh`, where those of all simulations stand one behind the other; some at a time become a
# row of `run` for each simulation (see runs.py), and full runs of those move to `block`, one row a column (blocks.py).
# `sequence`, `seen` and `tick` are of the last frame: what it was, and the highest tick recorded since the last reset.
# They have a table of their own, as every frame changes them: the names beside them would be written again each time.
_TABLES = """
CREATE TABLE IF NOT EXISTS simulation (
    key INTEGER PRIMARY KEY, sim_id TEXT NOT NULL UNIQUE, model_id TEXT NOT NULL, tags TEXT NOT NULL,
    units TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS progress (
    key INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, seen INTEGER NOT NULL,
    tick INTEGER NOT NULL, wall_time INTEGER NOT NULL, sim_time REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS fresh (
    number INTEGER PRIMARY KEY, simulation INTEGER NOT NULL, wall_time INTEGER NOT NULL, sim_time REAL NOT NULL,
    tick INTEGER NOT NULL, epoch INTEGER NOT NULL, content BLOB NOT NULL, status BLOB
);
CREATE TABLE IF NOT EXISTS run (
    simulation INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, samples INTEGER NOT NULL,
    wall_times BLOB NOT NULL, sim_times BLOB NOT NULL, ticks BLOB NOT NULL, epochs BLOB NOT NULL,
    content BLOB NOT NULL, status BLOB, UNIQUE (simulation, first)
);
CREATE TABLE IF NOT EXISTS block (
    simulation INTEGER NOT NULL, field INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    samples INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (simulation, field, first)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stream (id INTEGER PRIMARY KEY CHECK (id = 0), position TEXT NOT NULL);
"""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let every error of SQLite (locked, disk full, damaged) leave as Unavailable."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"the history in {path.name} can't be used: {error}") from error


def open_writer(path: Path) -> sqlite3.Connection:
    """The writing connection; makes the file and its tables. Raises Unavailable."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(f"{path.absolute().as_uri()}")
        try:
            _tune(connection)
            _check_version(connection)
            formats.split_progress(connection, _TABLES)
            connection.executescript(_TABLES + events.TABLES)
            connection.execute(f"PRAGMA user_version={VERSION}")
            formats.move_samples(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _tune(connection: sqlite3.Connection) -> None:
    """Let little be written: what is deleted is not overwritten, as some builds of SQLite do."""
    connection.execute(f"PRAGMA page_size={_PAGE}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute(f"PRAGMA cache_size=-{_CACHE}")
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    connection.execute(f"PRAGMA wal_autocheckpoint={_LOG // page}")


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read; the file may still be of an earlier format. Raises Unavailable."""
    with translated(path):
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro")
        try:
            _check_version(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=LOCK_WAIT, isolation_level=None, check_same_thread=False)


def _check_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise sqlite3.DatabaseError(f"it was written by a newer version (format {version}, not {VERSION})")
