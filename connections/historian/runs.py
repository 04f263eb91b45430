"""Runs: some consecutive samples of one simulation in one row, the values of each tag side by side, not compressed."""

import sqlite3
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import closing
from typing import Any

from connections.historian import fresh
from connections.historian.fresh import Row
from connections.historian.run import Run

MOST_SAMPLES = 64
"""In one run: the newest sample is read with the whole run in which it is."""

_EVER = -(2**63), 2**63 - 1
_COLUMNS = "samples, wall_times, sim_times, ticks, epochs, content, status"
_INSERT = f"INSERT INTO run (simulation, first, last, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_READ = f"SELECT {_COLUMNS} FROM run WHERE simulation = ? AND first < ? AND last >= ? ORDER BY first"  # noqa: S608


def gather(connection: sqlite3.Connection, rows: Iterable[Row]) -> dict[int, int]:
    """Store rows as runs, part of the caller's transaction; how many there were of each simulation."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    parts = (
        (key, mine[first : first + MOST_SAMPLES])
        for key, mine in found.items()
        for first in range(0, len(mine), MOST_SAMPLES)
    )
    connection.executemany(_INSERT, (_row(key, Run.of_rows(part)) for key, part in parts))
    return {key: len(mine) for key, mine in found.items()}


def read(connection: sqlite3.Connection, key: int, start: int, end: int) -> list[Run]:
    """What is in no block, in order: the runs that reach into the range, then the fresh rows of the range as one."""
    rows = fresh.read(connection, key, start, end)
    return [*_stored(connection, key, start, end), *([Run.of_rows(rows)] if rows else [])]


def take(connection: sqlite3.Connection, key: int, count: int) -> Run:
    """Remove the `count` oldest samples of a simulation from its runs, which hold as many; part of a transaction."""
    run = Run.joined(_oldest(connection, key, count))
    connection.execute("DELETE FROM run WHERE simulation = ? AND first <= ?", (key, int(run.wall_time[-1])))
    if len(run.wall_time) > count:
        connection.execute(_INSERT, _row(key, run.cut(slice(count, None))))
    return run.cut(slice(count))


def counts(connection: sqlite3.Connection) -> dict[int, int]:
    """How many samples of each simulation are in runs."""
    return dict(connection.execute("SELECT simulation, sum(samples) FROM run GROUP BY simulation"))


def _oldest(connection: sqlite3.Connection, key: int, count: int) -> list[Run]:
    found: list[Run] = []
    with closing(_stored(connection, key, *_EVER)) as stored:
        for run in stored:
            found.append(run)
            count -= len(run.wall_time)
            if count <= 0:
                break
    return found


def _stored(connection: sqlite3.Connection, key: int, start: int, end: int) -> Generator[Run, None, None]:
    with closing(connection.execute(_READ, (key, end, start))) as rows:
        for row in rows:
            yield Run.stored(*row)


def _row(key: int, run: Run) -> tuple[Any, ...]:
    walls, status = run.wall_time, None if run.status is None else run.status.tobytes()
    times = (walls.tobytes(), run.sim_time.tobytes(), run.tick.tobytes(), run.epoch.tobytes())
    return (key, int(walls[0]), int(walls[-1]), len(walls), *times, run.content.tobytes(), status)
