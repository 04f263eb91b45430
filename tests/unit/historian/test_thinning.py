"""Thinning keeps what the eye must see: extremes, ends, changes of quality."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from connections.historian.sqlite import SqliteHistorian
from connections.historian.thinning import thin
from plant.quality import Quality
from tests.unit.historian.frames import MODELS, SIM, TAG, sample

VALUES = hnp.arrays(np.float64, st.integers(0, 400), elements=st.floats(-1e9, 1e9) | st.just(float("nan")))


@given(VALUES, st.integers(1, 100))
@settings(deadline=None)
def test_extremes_ends_and_changes_stay(value: NDArray[np.float64], points: int) -> None:
    rng = np.random.default_rng(len(value))
    time = np.cumsum(rng.integers(1, 10**10, len(value)))
    status = np.where(rng.random(len(value)) < 0.02, np.uint32(Quality.UNCERTAIN_INITIAL_VALUE), np.uint32(0))
    keep = thin(time, value, status, points)
    assert (np.diff(keep) > 0).all()
    if len(value) == 0:
        return
    kept = set(keep.tolist())
    assert {0, len(value) - 1} <= kept
    finite = value[~np.isnan(value)]
    if len(finite):
        assert np.nanmin(value[keep]) == finite.min()
        assert np.nanmax(value[keep]) == finite.max()
    changes = np.flatnonzero(status[1:] != status[:-1])
    assert set(changes.tolist()) | set((changes + 1).tolist()) <= kept
    assert len(keep) <= max(points, 2) + 2 + 2 * len(changes)


@given(st.integers(1, 2399), st.integers(2, 500))
@settings(deadline=None, max_examples=50)
def test_one_spike_survives_any_thinning(place: int, points: int) -> None:
    time = np.arange(2400) * 10**9
    value = np.sin(time / 1e11)
    value[place] = 50.0
    assert place in thin(time, value, np.zeros(2400, np.uint32), points)


def test_a_flat_line_thins_to_about_the_points_asked_for() -> None:
    time = np.arange(86_400) * 10**9
    keep = thin(time, np.ones(86_400), np.zeros(86_400, np.uint32), 2000)
    assert 1000 <= len(keep) <= 2002


def test_bad_samples_come_back_as_nan(tmp_path: Path) -> None:
    with SqliteHistorian(tmp_path / "history.sqlite") as historian:
        frames = [
            sample(tick, tick, status=Quality.BAD_OUT_OF_RANGE if 50 <= tick < 60 else None) for tick in range(1000)
        ]
        historian.append(frames, MODELS, "1-0")
        series = historian.read_thinned(SIM, TAG, None, None, 100)
    bad = series.status == Quality.BAD_OUT_OF_RANGE
    assert series.sim_time[bad].tolist() == [50, 59]
    assert np.isnan(series.value[bad]).all()
    assert not np.isnan(series.value[~bad]).any()
    assert {0.0, 49.0, 60.0, 999.0} <= set(series.value.tolist())
