"""Files of earlier formats: read as they are until a writer opens them, and then moved on without a sample lost."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.historian import formats, fresh, runs
from connections.historian.blocks import SAMPLES_PER_BLOCK
from connections.historian.run import Run
from connections.historian.schema import VERSION
from connections.historian.sqlite import SqliteHistorian
from plant.errors import Unavailable
from plant.frames import Frame
from plant.quality import Quality
from tests.unit.historian.frames import MODELS, SECOND, SIM, START, TAG, sample

ALL, OTHER = 10**6, "wood-berry-2"
FORMAT_4 = """
CREATE TABLE sample (
    simulation INTEGER NOT NULL, wall_time INTEGER NOT NULL, sim_time REAL NOT NULL, tick INTEGER NOT NULL,
    epoch INTEGER NOT NULL, content BLOB NOT NULL, status BLOB, PRIMARY KEY (simulation, wall_time)
) WITHOUT ROWID;
INSERT INTO sample SELECT simulation, wall_time, sim_time, tick, epoch, content, status FROM fresh;
DROP TABLE fresh;
DROP TABLE run;
PRAGMA user_version=4;
PRAGMA journal_mode=DELETE;
PRAGMA page_size=4096;
VACUUM;
PRAGMA journal_mode=WAL;
"""
"""With the pages of its time."""
FORMAT_2 = f"""{FORMAT_4}
ALTER TABLE simulation RENAME TO later;
CREATE TABLE simulation (
    key INTEGER PRIMARY KEY, sim_id TEXT NOT NULL UNIQUE, model_id TEXT NOT NULL, tags TEXT NOT NULL,
    units TEXT NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, seen INTEGER NOT NULL,
    tick INTEGER NOT NULL, wall_time INTEGER NOT NULL, sim_time REAL NOT NULL
);
INSERT INTO simulation SELECT key, sim_id, model_id, tags, units, epoch, sequence, seen, tick, wall_time, sim_time
    FROM later JOIN progress USING (key);
DROP TABLE later;
DROP TABLE progress;
PRAGMA user_version=2;
"""
FORMAT_1 = f"{FORMAT_2} DROP TABLE alarm; DROP TABLE event; PRAGMA user_version=1;"


def frames(first: int, end: int) -> list[Frame]:
    """Of two simulations, the one with a trouble now and then."""
    troubles = {tick: Quality.BAD_OUT_OF_RANGE for tick in range(first, end) if tick % 50 == 7}
    return [
        frame
        for tick in range(first, end)
        for frame in (sample(tick, tick / 7, status=troubles.get(tick)), sample(tick, -tick, sim_id=OTHER))
    ]


def make(file: Path, count: int, script: str) -> None:
    """A file of an earlier format with `count` samples of each simulation."""
    with SqliteHistorian(file) as historian:
        historian.append(frames(0, count), MODELS, "1-0")
    with closing(sqlite3.connect(file)) as connection:
        for (key,) in connection.execute("SELECT key FROM simulation").fetchall():
            _ungather(connection, key)
        connection.commit()
        connection.executescript(script)


def _ungather(connection: sqlite3.Connection, key: int) -> None:
    """Put the samples of a simulation's runs back into single rows."""
    whole = Run.joined(runs.read(connection, key, 0, 2**63 - 1))
    times = (array.tolist() for array in (whole.wall_time, whole.sim_time, whole.tick, whole.epoch))
    statuses = (codes.tobytes() if codes.any() else None for codes in whole.codes.T)
    rows = zip(*times, (values.tobytes() for values in whole.content.T), statuses, strict=True)
    connection.execute("DELETE FROM fresh WHERE simulation = ?", (key,))
    fresh.insert(connection, [(key, *row) for row in rows])


def check(historian: SqliteHistorian, count: int) -> None:
    """Every way to read answers `count` samples of both simulations."""
    values = np.where(np.arange(count) % 50 == 7, np.nan, np.arange(count) / 7)
    for series in (
        historian.read_raw(SIM, TAG, None, None, ALL),
        historian.read_thinned(SIM, TAG, None, None, ALL),
    ):
        assert np.array_equal(series.value, values, equal_nan=True)
        assert np.flatnonzero(series.status).tolist() == list(range(7, count, 50))
        assert np.array_equal(series.wall_time, START + np.arange(count) * SECOND)
    backwards = historian.read_raw(OTHER, TAG, None, None, ALL, reverse=True)
    assert backwards.value.tolist() == [-tick for tick in range(count)][::-1]
    assert historian.read_raw(OTHER, TAG, None, None, 3, reverse=True).value.tolist() == backwards.value[:3].tolist()
    assert historian.extent(SIM).count == count
    assert [entry.sim_id for entry in historian.simulations()] == [SIM, OTHER]
    assert historian.alarms() == []


@pytest.mark.parametrize("script", [FORMAT_4, FORMAT_2, FORMAT_1])
@pytest.mark.parametrize("count", [2, 300, SAMPLES_PER_BLOCK + 300])
def test_a_file_of_an_earlier_format_is_read_as_it_is_and_goes_on(tmp_path: Path, script: str, count: int) -> None:
    file = tmp_path / "history.sqlite"
    make(file, count, script)
    with SqliteHistorian(file, read_only=True) as reading:
        check(reading, count)
        with SqliteHistorian(file) as writing:
            check(reading, count)
            assert writing.append(frames(count - 2, count + 50), MODELS, "2-0") == 100
            for historian in (reading, writing):
                check(historian, count + 50)
    assert state(file) == (VERSION, False)


@given(moved=st.integers(0, 12), count=st.integers(1, 400))
@settings(max_examples=20, deadline=None)
def test_a_move_that_was_interrupted_goes_on(tmp_path_factory: pytest.TempPathFactory, moved: int, count: int) -> None:
    file = tmp_path_factory.mktemp("history") / "history.sqlite"
    make(file, count, FORMAT_4)
    with pytest.MonkeyPatch.context() as patch, SqliteHistorian(file, read_only=True) as reading:
        check(reading, count)
        patch.setattr(formats, "_ROWS_TOGETHER", 64)
        interrupted = interrupt_after(moved, patch, file)
        check(reading, count)
        assert state(file) == (VERSION, interrupted)
        patch.undo()
        with SqliteHistorian(file) as writing:
            check(reading, count)
            check(writing, count)
    assert state(file) == (VERSION, False)


def interrupt_after(moved: int, patch: pytest.MonkeyPatch, file: Path) -> bool:
    """Open a file for writing and fail once some parts of it are moved; whether there were so many to move."""
    left, gather = iter(range(moved)), runs.gather

    def gather_some(*given: Any) -> dict[int, int]:
        if next(left, None) is None:
            raise sqlite3.OperationalError("the power is gone")
        return gather(*given)

    patch.setattr(runs, "gather", gather_some)
    try:
        SqliteHistorian(file).close()
    except Unavailable:
        return state(file)[1]
    return False


def state(file: Path) -> tuple[int, bool]:
    """The format of a file, and whether it still has the table of the formats before."""
    with closing(sqlite3.connect(file)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return version, "sample" in tables
