"""What files of earlier formats look like, how a writer moves them on, and how a reader sees them until then."""

import sqlite3

from connections.historian import runs

_ROWS_TOGETHER = 1024
# Formats 1 and 2 had the progress in the table of simulations, as every frame changes it.
_SPLIT = """
INSERT INTO simulation SELECT key, sim_id, model_id, tags, units FROM former;
INSERT INTO progress SELECT key, epoch, sequence, seen, tick, wall_time, sim_time FROM former;
DROP TABLE former;
"""
# Formats up to 4 kept every sample outside blocks in `sample`, by simulation and wall time.
_OLDEST = (
    "SELECT simulation, wall_time, sim_time, tick, epoch, content, status FROM sample WHERE simulation = ?"
    " ORDER BY wall_time LIMIT ?"
)
_SAMPLES_READ = ("CREATE TEMP VIEW fresh AS SELECT wall_time AS number, * FROM main.sample",)
_VIEWS = {
    "run": (
        "CREATE TEMP VIEW run AS SELECT 0 AS simulation, 0 AS first, 0 AS last, 0 AS samples, x'' AS wall_times,"
        " x'' AS sim_times, x'' AS ticks, x'' AS epochs, x'' AS content, x'' AS status WHERE 0",
    ),
    "progress": (
        "CREATE TEMP VIEW progress AS SELECT key, epoch, sequence, seen, tick, wall_time, sim_time"
        " FROM main.simulation",
        "CREATE TEMP VIEW simulation AS SELECT key, sim_id, model_id, tags, units FROM main.simulation",
    ),
}
"""What stands in for a table that the file does not have yet."""


def split_progress(connection: sqlite3.Connection, tables: str) -> None:
    """Take the progress out of the table of simulations; `tables` makes those of today."""
    columns = {row[1] for row in connection.execute("PRAGMA table_info(simulation)")}
    if "epoch" in columns:
        connection.executescript(f"BEGIN; ALTER TABLE simulation RENAME TO former; {tables} {_SPLIT} COMMIT;")


def move_samples(connection: sqlite3.Connection) -> None:
    """Move the rows of `sample` into runs, some at a time; one that was interrupted goes on where it ended."""
    if "sample" not in _tables(connection):
        return
    while (key := connection.execute("SELECT min(simulation) FROM sample").fetchone()[0]) is not None:
        connection.execute("BEGIN IMMEDIATE")
        rows = connection.execute(_OLDEST, (key, _ROWS_TOGETHER)).fetchall()
        runs.gather(connection, rows)
        connection.execute("DELETE FROM sample WHERE simulation = ? AND wall_time <= ?", (key, rows[-1][1]))
        connection.execute("COMMIT")
    connection.execute("DROP TABLE sample")


def read_as_today(connection: sqlite3.Connection) -> bool:
    """Let a file that no writer has moved on yet read like one of today; whether there was need to.

    Part of the caller's transaction, at whose end it must be rolled back: the writer may move the file on at any time.
    """
    tables = _tables(connection)
    if "sample" not in tables:
        return False
    missing = [statement for table, views in _VIEWS.items() if table not in tables for statement in views]
    for statement in (*_SAMPLES_READ, *missing):
        connection.execute(statement)
    return True


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
