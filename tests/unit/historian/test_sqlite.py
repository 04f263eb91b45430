"""The embedded record keeps every sample once, whatever arrives twice, late or after a restart."""

import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.historian.blocks import SAMPLES_PER_BLOCK, STATUS
from connections.historian.codec import expand
from connections.historian.sqlite import SqliteHistorian
from plant.errors import Unavailable, UnknownName
from plant.frames import Kind
from plant.models.wood_berry import MODEL
from plant.quality import Quality
from tests.unit.historian.frames import MODELS, SECOND, SIM, SIZE, START, TAG, sample

ALL = 10**6


@pytest.fixture
def historian(tmp_path: Path) -> Iterator[SqliteHistorian]:
    with SqliteHistorian(tmp_path / "history.sqlite") as opened:
        yield opened


def ticks(historian: SqliteHistorian, sim_id: str = SIM) -> list[float]:
    series = historian.read_raw(sim_id, TAG, None, None, ALL)
    good: list[float] = series.sim_time[series.status != Quality.BAD_DATA_LOST].tolist()
    return good


def test_raw_is_what_was_appended_across_blocks(historian: SqliteHistorian) -> None:
    count = 2 * SAMPLES_PER_BLOCK + 300
    frames = [sample(tick, tick / 7) for tick in range(count)]
    recorded = sum(historian.append(frames[i : i + 100], MODELS, f"{i}-0") for i in range(0, count, 100))
    series = historian.read_raw(SIM, "bottoms_methanol", None, None, ALL)
    assert recorded == count
    assert np.array_equal(series.value, np.arange(count) / 7)
    assert np.array_equal(series.wall_time, START + np.arange(count) * SECOND)
    assert not series.status.any()
    assert not series.more
    assert historian.extent(SIM).count == count
    with sqlite3.connect(historian_file(historian)) as connection:
        blocks = connection.execute("SELECT count(DISTINCT first) FROM block").fetchone()[0]
    connection.close()
    assert blocks == 2


def historian_file(historian: SqliteHistorian) -> Path:
    return historian._reader._path


@given(
    start=st.integers(-10, 2500), length=st.integers(0, 2500), limit=st.integers(0, 3000), reverse=st.booleans()
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_ranges_and_limits_equal_a_plain_list(
    two_blocks: SqliteHistorian, start: int, length: int, limit: int, reverse: bool
) -> None:
    first, last = START + start * SECOND, START + (start + length) * SECOND
    series = two_blocks.read_raw(SIM, TAG, first, last, limit, reverse)
    wanted = [tick for tick in range(2300) if start <= tick < start + length]
    wanted = wanted[::-1] if reverse else wanted
    assert series.sim_time.tolist() == wanted[:limit]
    assert series.value.tolist() == wanted[:limit]
    assert series.more == (len(wanted) > limit)


@pytest.fixture(scope="module")
def two_blocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteHistorian]:
    with SqliteHistorian(tmp_path_factory.mktemp("history") / "history.sqlite") as opened:
        opened.append([sample(tick, tick) for tick in range(2300)], MODELS, "1-0")
        yield opened


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30)), max_size=60), st.lists(st.booleans(), max_size=60)
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_no_sample_twice_and_no_older_epoch(
    tmp_path_factory: pytest.TempPathFactory, order: list[tuple[int, int]], splits: list[bool]
) -> None:
    """Whatever order epochs and ticks arrive in: ticks of an attempt rise by sequence, epochs never go back."""
    highest, expected = (0, -1), -1
    wanted: list[float] = []
    with SqliteHistorian(tmp_path_factory.mktemp("history") / "history.sqlite") as historian:
        for epoch, tick in order:
            historian.append([sample(tick, epoch=epoch, sequence=tick)], MODELS, "1-0")
            if (epoch, tick) > highest:
                highest = (epoch, tick)
                if tick > expected:
                    expected = tick
                    wanted.append(tick)
        assert ticks(historian) == wanted


def test_the_same_batch_twice_records_nothing(historian: SqliteHistorian) -> None:
    batch = [sample(tick) for tick in range(5)]
    assert historian.append(batch, MODELS, "1-0") == 5
    assert historian.append(batch, MODELS, "1-0") == 0
    assert ticks(historian) == [0, 1, 2, 3, 4]


def test_a_new_attempt_that_repeats_steps_adds_only_new_ones(historian: SqliteHistorian) -> None:
    historian.append([sample(tick, 1.0) for tick in range(10)], MODELS, "1-0")
    later = [sample(tick, 2.0, epoch=2, wall_time=START + (20 + tick) * SECOND) for tick in range(5, 15)]
    assert historian.append(later, MODELS, "2-0") == 5
    assert historian.read_raw(SIM, TAG, None, None, ALL).value.tolist() == [1.0] * 10 + [2.0] * 5
    assert historian.append([sample(15, epoch=1, sequence=99)], MODELS, "3-0") == 0


def test_samples_after_a_reset_are_recorded(historian: SqliteHistorian) -> None:
    historian.append([sample(tick) for tick in range(1, 6)], MODELS, "1-0")
    again = [sample(tick, sequence=10 + tick, wall_time=START + (10 + tick) * SECOND) for tick in range(1, 4)]
    assert historian.append(again, MODELS, "2-0") == 3
    assert ticks(historian) == [1, 2, 3, 4, 5, 1, 2, 3]


def test_missing_samples_leave_a_mark(historian: SqliteHistorian) -> None:
    historian.append([sample(0, 1.0), sample(1, 2.0)], MODELS, "1-0")
    assert historian.append([sample(5, 3.0)], MODELS, "2-0") == 1
    series = historian.read_raw(SIM, TAG, None, None, ALL)
    assert np.array_equal(series.value, [1.0, 2.0, np.nan, 3.0], equal_nan=True)
    assert series.status.tolist() == [0, 0, Quality.BAD_DATA_LOST, 0]
    assert (np.diff(series.wall_time) > 0).all()


def test_a_restart_goes_on_where_it_ended(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    with SqliteHistorian(file) as historian:
        historian.append([sample(tick) for tick in range(SAMPLES_PER_BLOCK - 10)], MODELS, "7-1")
    with SqliteHistorian(file) as historian:
        assert historian.position() == "7-1"
        assert historian.append([sample(3)], MODELS, "7-2") == 0
        more = [sample(tick) for tick in range(SAMPLES_PER_BLOCK - 10, SAMPLES_PER_BLOCK + 10)]
        assert historian.append(more, MODELS, "7-3") == 20
        assert ticks(historian) == list(range(SAMPLES_PER_BLOCK + 10))


def test_echoes_move_the_position_only(historian: SqliteHistorian) -> None:
    assert historian.append([sample(0, kind=Kind.ECHO)], MODELS, "3-0") == 0
    assert historian.position() == "3-0"
    assert historian.simulations() == []


def test_bad_values_read_as_nan_with_their_code(historian: SqliteHistorian) -> None:
    bad, uncertain = Quality.BAD_OUT_OF_RANGE, Quality.UNCERTAIN_LAST_USABLE_VALUE
    codes = [0, bad, uncertain] + [0] * SAMPLES_PER_BLOCK
    frames = [sample(tick, 5.0, status=code or None) for tick, code in enumerate(codes)]
    historian.append(frames, MODELS, "1-0")
    series = historian.read_raw(SIM, TAG, None, None, ALL)
    assert series.status.tolist() == codes
    assert np.isnan(series.value[1])
    assert (np.delete(series.value, 1) == 5.0).all()


def test_a_clock_that_goes_back_does_not_lose_a_sample(historian: SqliteHistorian) -> None:
    historian.append([sample(0), sample(1, wall_time=START - SECOND), sample(2, wall_time=START)], MODELS, "1-0")
    series = historian.read_raw(SIM, TAG, None, None, ALL)
    assert series.sim_time.tolist() == [0, 1, 2]
    assert (np.diff(series.wall_time) > 0).all()


def test_unknown_things(historian: SqliteHistorian, tmp_path: Path) -> None:
    assert historian.append([sample(0, sim_id="stranger-1"), sample(0, size=SIZE + 1)], MODELS, "1-0") == 0
    assert historian.refused == 2
    assert len(historian.read_raw("stranger-1", TAG, None, None, ALL).value) == 0
    historian.append([sample(0)], MODELS, "2-0")
    with pytest.raises(UnknownName, match=r"wood-berry-1 has no tag 'nothing'"):
        historian.read_raw(SIM, "nothing", None, None, ALL)


def test_delete_forgets_one_simulation(historian: SqliteHistorian) -> None:
    frames = [sample(tick, sim_id=sim_id) for tick in range(SAMPLES_PER_BLOCK + 5) for sim_id in MODELS]
    historian.append(frames, MODELS, "1-0")
    historian.delete(SIM)
    assert ticks(historian) == []
    assert len(ticks(historian, "wood-berry-2")) == SAMPLES_PER_BLOCK + 5
    assert historian.append([sample(0, wall_time=START + 9999 * SECOND)], MODELS, "2-0") == 1
    assert ticks(historian) == [0]


def test_names_and_units_stay_readable(historian: SqliteHistorian) -> None:
    historian.append([sample(0)], MODELS, "1-0")
    (entry,) = historian.simulations()
    assert (entry.sim_id, entry.model_id) == (SIM, "wood-berry")
    assert entry.tags == tuple(tag.name for tag in MODEL.tags)
    assert entry.units == tuple(tag.symbol for tag in MODEL.tags)


def test_a_file_yet_to_be_made_reads_as_empty_and_then_fills(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "history.sqlite"
    with SqliteHistorian(file, read_only=True) as reading:
        assert reading.position() == "0-0"
        assert reading.extent(SIM).count == 0
        with pytest.raises(Unavailable, match="reading only"):
            reading.append([], {}, "1-0")
        with SqliteHistorian(file) as writing:
            writing.append([sample(0)], MODELS, "1-0")
            assert ticks(reading) == [0]


def test_another_process_reads_while_this_one_writes(historian: SqliteHistorian) -> None:
    historian.append([sample(tick) for tick in range(100)], MODELS, "1-0")
    program = (
        "import sys; from pathlib import Path; from connections.historian.sqlite import SqliteHistorian\n"
        "with SqliteHistorian(Path(sys.argv[1]), read_only=True) as h:\n"
        "    for _ in sys.stdin: print(len(h.read_raw(sys.argv[2], sys.argv[3], None, None, 10**6).value), flush=True)"
    )
    command = [sys.executable, "-c", program, str(historian_file(historian)), SIM, TAG]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        for count in (2000, 2500, 5000):
            historian.append([sample(tick) for tick in range(count)], MODELS, "2-0")
            historian.append([sample(tick, sequence=tick) for tick in range(count)], MODELS, "2-1")
            reader.stdin.write("\n")
            reader.stdin.flush()
            assert int(reader.stdout.readline()) == count
        reader.stdin.close()
        assert reader.wait(10) == 0


def test_a_locked_or_full_file_answers_unavailable_and_recovers(
    historian: SqliteHistorian, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = historian._writer
    assert writer is not None
    historian.append([sample(0)], MODELS, "1-0")
    pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
    writer._connection.execute(f"PRAGMA max_page_count={pages}")
    many = [sample(tick) for tick in range(1, 3000)]
    with pytest.raises(Unavailable, match="full"):
        historian.append(many, MODELS, "2-0")
    assert ticks(historian) == [0]
    assert historian.position() == "1-0"
    writer._connection.execute("PRAGMA max_page_count=1000000")
    assert historian.append(many, MODELS, "2-0") == 2999
    writer._connection.execute("PRAGMA busy_timeout=50")
    with sqlite3.connect(historian_file(historian), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            historian.append([sample(3000)], MODELS, "3-0")
        other.execute("ROLLBACK")
    other.close()
    assert historian.append([sample(3000)], MODELS, "3-0") == 1


def test_a_damaged_or_newer_file_answers_unavailable(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    file.write_bytes(b"no database, but long enough to look at" * 100)
    with pytest.raises(Unavailable, match="not a database"):
        SqliteHistorian(file)
    newer = tmp_path / "newer.sqlite"
    with SqliteHistorian(newer) as opened:
        opened.append([], {}, "1-0")
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(Unavailable, match="newer version"):
        SqliteHistorian(newer)
    with SqliteHistorian(newer, read_only=True) as reading, pytest.raises(Unavailable, match="newer version"):
        reading.position()


def test_blocks_of_the_format_before_are_read_beside_new_ones(tmp_path: Path) -> None:
    file, count = tmp_path / "history.sqlite", 2 * SAMPLES_PER_BLOCK
    noise = np.random.default_rng(1).normal(50.0, 0.1, count + SAMPLES_PER_BLOCK)
    bad = {5: Quality.BAD_OUT_OF_RANGE, count + 5: Quality.BAD_OUT_OF_RANGE}
    frames = [sample(tick, value, status=bad.get(tick)) for tick, value in enumerate(noise.tolist())]
    with SqliteHistorian(file) as opened:
        opened.append(frames[:count], MODELS, "1-0")
    with sqlite3.connect(file) as connection:
        _store_blocks_as_format_3(connection)
    connection.close()
    with SqliteHistorian(file) as opened:
        opened.append(frames[count:], MODELS, "2-0")
        raw, thinned = opened.read_raw(SIM, TAG, None, None, ALL), opened.read_thinned(SIM, TAG, None, None, 10 * count)
    noise[list(bad)] = np.nan
    for series in (raw, thinned):
        assert np.array_equal(series.value, noise, equal_nan=True)
        assert np.flatnonzero(series.status).tolist() == list(bad)
        assert np.array_equal(series.wall_time, START + np.arange(len(noise)) * SECOND)


def _store_blocks_as_format_3(connection: sqlite3.Connection) -> None:
    """All bytes of an array by significance, deflated."""
    blocks = connection.execute("SELECT simulation, field, first, samples, data FROM block").fetchall()
    for *which, samples, data in blocks:
        item = np.uint32 if which[1] >= STATUS else np.uint64
        planes = expand(data, samples, item).view(np.uint8).reshape(samples, -1).T
        stored = bytes([len(planes)]) + zlib.compress(planes.tobytes(), 1)
        connection.execute("UPDATE block SET data = ? WHERE (simulation, field, first) = (?, ?, ?)", (stored, *which))
    connection.execute("PRAGMA user_version=3")
