"""Many tags read together answer what each would alone, whatever is stored how, while others write and delete."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from connections.historian import blocks
from connections.historian.sqlite import SqliteHistorian
from connections.historian.store import Series
from connections.historian.thinning import thin
from plant.errors import UnknownName
from plant.frames import Frame
from plant.models.wood_berry import MODEL
from plant.quality import Quality
from tests.unit.historian.frames import MODELS, SECOND, SIM, SIZE, START, sample

TAGS = tuple(tag.name for tag in MODEL.tags)
ALL = 10**6
Table = tuple[NDArray[np.float64], NDArray[np.uint32]]
"""Values and status codes: a row for each sample, a column for each tag."""
CODES = np.array([0, Quality.UNCERTAIN_LAST_USABLE_VALUE, Quality.BAD_OUT_OF_RANGE], np.uint32)


def same(one: Series, other: Series) -> bool:
    return one.tag == other.tag and all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "value")
        for name in ("wall_time", "sim_time", "value", "status")
    )


def values_of(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """A column for each tag: noise, a constant, steps, rounded noise, a ramp, all in turns."""
    noise = 50 + rng.normal(0.0, 0.1, (count, SIZE))
    kinds = (noise[:, 0], np.full(count, 2.0), np.arange(count) // 100.0, noise[:, 1].round(1), np.arange(count) * 0.1)
    return np.stack([kinds[place % 5] + (noise[:, place] if place >= 5 else 0.0) for place in range(SIZE)], axis=1)


def codes_of(rng: np.random.Generator, count: int, troubled: float) -> NDArray[np.uint32]:
    """Status codes that stay for a while; Good nearly everywhere where `troubled` is small."""
    code = np.where(rng.random((count // 7 + 1, SIZE)) < troubled, rng.integers(1, 3, (count // 7 + 1, SIZE)), 0)
    codes: NDArray[np.uint32] = CODES[np.repeat(code, 7, axis=0)[:count]]
    return codes


def record(historian: SqliteHistorian, seed: int, count: int, troubled: float, sizes: tuple[int, int]) -> Table:
    """`count` samples, in blocks of the one and of the other size in turns; what there is to be read of them."""
    rng = np.random.default_rng(seed)
    values, codes = values_of(rng, count), codes_of(rng, count, troubled)
    walls = START + np.cumsum(rng.integers(SECOND // 10, SECOND, count)).astype(int)
    frames = [
        replace(sample(tick, wall_time=int(walls[tick])), values=values[tick], status=codes[tick])
        if codes[tick].any()
        else replace(sample(tick, wall_time=int(walls[tick])), values=values[tick])
        for tick in range(count)
    ]
    for number, first in enumerate(range(0, count, 500)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(blocks, "SAMPLES_PER_BLOCK", sizes[number % 2])
            historian.append(frames[first : first + 500], MODELS, "1-0")
    return np.where(codes >= 0x80000000, np.nan, values), codes


@given(
    seed=st.integers(0, 2**32), count=st.integers(0, 3000),
    sizes=st.sampled_from([(5, 5), (64, 64), (1024, 1024), (7, 64), (400, 1024)]),
    troubled=st.sampled_from([0.0, 0.01, 0.5, 1.0]), low=st.floats(-0.2, 1.2), high=st.floats(-0.2, 1.2),
    points=st.integers(2, 600),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_each_tag_equals_its_whole_series_thinned(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, sizes: tuple[int, int], troubled: float,
    low: float, high: float, points: int,
) -> None:  # fmt: skip
    span = count * SECOND * 0.55
    bounds = [(None, None), (START + int(low * span), START + int(high * span))]
    with SqliteHistorian(tmp_path_factory.mktemp("history") / "history.sqlite") as historian:
        values, codes = record(historian, seed, count, troubled, sizes)
        for place, series in enumerate(historian.read_together(SIM, TAGS, None, None, ALL)):
            assert np.array_equal(series.value, values[:, place], equal_nan=True)
            assert np.array_equal(series.status, codes[:, place])
        for start, end in bounds:
            together = historian.read_together(SIM, TAGS, start, end, points)
            for tag, series in zip(TAGS, together, strict=True):
                whole = historian.read_raw(SIM, tag, start, end, ALL)
                keep = thin(whole.wall_time, whole.value, whole.status, points)
                cut = (whole.wall_time[keep], whole.sim_time[keep], whole.value[keep], whole.status[keep])
                assert same(series, Series(tag, *cut))
                assert series.more == (len(keep) < len(whole.value))
                assert same(series, historian.read_thinned(SIM, tag, start, end, points))


def test_nothing_recorded_reads_as_nothing_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    with SqliteHistorian(tmp_path / "history.sqlite") as historian:
        assert [len(one.value) for one in historian.read_together(SIM, TAGS[:2], None, None, 100)] == [0, 0]
        historian.append([sample(0)], MODELS, "1-0")
        with pytest.raises(UnknownName, match="no tag 'nothing'"):
            historian.read_together(SIM, (TAGS[0], "nothing"), None, None, 100)
        assert [len(one.value) for one in historian.read_together(SIM, TAGS[:2], None, None, 100)] == [1, 1]


def test_every_read_is_of_one_moment_while_others_write_and_delete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "SAMPLES_PER_BLOCK", 32)
    file = tmp_path / "history.sqlite"
    with (
        SqliteHistorian(file) as writing,
        SqliteHistorian(file, read_only=True) as reading,
        ThreadPoolExecutor(1) as beside,
    ):
        written = beside.submit(lambda: [writing.append(batch, MODELS, "1-0") for batch in _batches(3000, 10)])
        seen = [_seen(reading) for _ in iter(written.done, True)]
        assert sum(written.result()) == 3000
        seen.append(_seen(reading))
        deleted = beside.submit(writing.delete, SIM)
        after = [_seen(reading) for _ in iter(deleted.done, True)]
        deleted.result()
        after.append(_seen(reading))
    assert seen == sorted(seen)
    assert seen[-1] == 3000
    assert set(after) <= {3000, 0}
    assert after[-1] == 0


def _batches(count: int, size: int) -> Iterator[list[Frame]]:
    for first in range(0, count, size):
        yield [sample(tick, tick) for tick in range(first, first + size)]


def _seen(historian: SqliteHistorian) -> int:
    """How many samples a read finds: the same of every tag, and none is missing."""
    first, *others = historian.read_together(SIM, TAGS, None, None, ALL)
    assert first.sim_time.tolist() == list(range(len(first.sim_time)))
    assert all(np.array_equal(one.value, first.sim_time) for one in (first, *others))
    return len(first.value)
