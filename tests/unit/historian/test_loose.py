"""What is in no block yet: fresh rows are gathered in time, whatever the speeds, and memory agrees with the file."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.historian import blocks, fresh, runs
from connections.historian.fresh import MOST_BYTES, ROWS_PER_SIMULATION, Fresh, Row
from connections.historian.sqlite import SqliteHistorian
from plant.errors import Unavailable
from plant.frames import Frame
from tests.unit.historian.frames import MODELS, TAG, sample

SIMS = tuple(MODELS)
ALL = 10**6


def agreed(file: Path, historian: SqliteHistorian) -> list[Row]:
    """The fresh rows, which are those that the writer knows, as is the number of those in runs."""
    assert historian._writer is not None
    loose = historian._writer._loose
    with closing(sqlite3.connect(file)) as connection:
        rows = list(fresh.load(connection))
        assert rows == list(loose.fresh)
        assert runs.counts(connection) == {key: count for key, count in loose.gathered.items() if count}
    return rows


def beats(first: int, count: int, sim_id: str) -> list[Frame]:
    return [sample(tick, tick, sim_id=sim_id) for tick in range(first, first + count)]


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 3), st.integers(0, 20)), max_size=30),
    st.sampled_from([5, 64, 1024]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_fresh_rows_stay_few_and_memory_agrees_with_the_file(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, int]], block: int
) -> None:
    """Batches of a quick and of a slow simulation; now and then one is deleted, or the file is opened again."""
    file, recorded = tmp_path_factory.mktemp("history") / "history.sqlite", dict.fromkeys(SIMS, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "SAMPLES_PER_BLOCK", block)
        historian = SqliteHistorian(file)
        for quick, slow, event in steps:
            batch = [*beats(recorded[SIMS[0]], quick, SIMS[0]), *beats(recorded[SIMS[1]], slow, SIMS[1])]
            assert historian.append(batch, MODELS, "1-0") == quick + slow
            recorded = {SIMS[0]: recorded[SIMS[0]] + quick, SIMS[1]: recorded[SIMS[1]] + slow}
            if event in (0, 1):
                historian.delete(SIMS[event])
                recorded[SIMS[event]] = 0
            if event == 2:
                historian.close()
                historian = SqliteHistorian(file)
            rows = agreed(file, historian)
            assert len(rows) < ROWS_PER_SIMULATION * max(len({row[0] for row in rows}), 1) + 32
            for sim_id, count in recorded.items():
                assert historian.read_raw(sim_id, TAG, None, None, ALL).value.tolist() == list(range(count))
        historian.close()


def test_what_ended_leaves_the_fresh_rows_as_others_go_on(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    with SqliteHistorian(file) as historian:
        historian.append(beats(0, 3, SIMS[1]), MODELS, "1-0")
        ended = agreed(file, historian)
        assert len(ended) == 3
        for tick in range(2 * ROWS_PER_SIMULATION):
            historian.append(beats(tick, 1, SIMS[0]), MODELS, "1-0")
        assert not set(ended) & set(agreed(file, historian))
        assert historian.extent(SIMS[1]).count == 3


def test_many_wide_rows_are_gathered_by_their_size() -> None:
    wide = [(key, 0, 0.0, 0, 1, bytes(MOST_BYTES // 10), None) for key in range(10)]
    assert not Fresh().followed_by(wide[:9]).enough
    assert Fresh().followed_by(wide[:9]).followed_by(wide[9:]).enough
    assert not Fresh().enough


def test_a_transaction_that_fails_changes_nothing_here(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    with SqliteHistorian(file) as historian:
        historian.append(beats(0, 10, SIMS[0]), MODELS, "1-0")
        before = agreed(file, historian)
        assert historian._writer is not None
        pages = historian._writer._connection.execute("PRAGMA page_count").fetchone()[0]
        historian._writer._connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(Unavailable, match="full"):
            historian.append(beats(10, 3000, SIMS[0]), MODELS, "2-0")
        assert agreed(file, historian) == before
        historian._writer._connection.execute("PRAGMA max_page_count=1000000")
        assert historian.append(beats(10, 3000, SIMS[0]), MODELS, "2-0") == 3000
        assert agreed(file, historian) == []


WRITE = """
import sys
from pathlib import Path
from connections.historian.sqlite import SqliteHistorian
from tests.unit.historian.frames import MODELS, sample
with SqliteHistorian(Path(sys.argv[1])) as historian:
    for tick in range(100_000):
        historian.append([sample(tick, tick, sim_id=sim_id) for sim_id in MODELS], MODELS, f"{tick}-0")
        print(tick, flush=True)
"""


@pytest.mark.parametrize("seen", [1, 15, 16, 40])
def test_a_writer_that_is_killed_loses_nothing_that_it_had_recorded(tmp_path: Path, seen: int) -> None:
    file = tmp_path / "history.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITE, str(file)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = [int(writer.stdout.readline()) for _ in range(seen)][-1]
        writer.kill()
    with SqliteHistorian(file) as historian:
        count = historian.extent(SIMS[0]).count
        assert count > last
        assert historian.position() == f"{count - 1}-0"
        for sim_id in SIMS:
            assert historian.read_raw(sim_id, TAG, None, None, ALL).value.tolist() == list(range(count))
        assert agreed(file, historian) == []
