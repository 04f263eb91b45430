"""Tables of recorded series."""

import sys
from datetime import UTC, datetime

import numpy as np
import pytest

from process_dynamics_engine import calls
from process_dynamics_engine.history import Axis, History, Series

LEVEL = Series("level", "m", (1000, 2000, 3000), (0.0, 1.0, 2.0), (1.0, None, 3.0), (0, 0x80000000, 0))
FLOW = Series("flow", "kg/s", (1000, 3000), (0.0, 2.0), (5.0, 6.0), (0, 0))


def history(*series: Series, axis: Axis = "simulation") -> History:
    return History("tank-1", series, False, axis)


def test_numpy_puts_samples_of_one_time_into_one_row() -> None:
    times, values = history(LEVEL, FLOW).to_numpy()
    assert times.tolist() == [0.0, 1.0, 2.0]
    np.testing.assert_array_equal(values, [[1, 5], [np.nan, np.nan], [3, 6]])


def test_a_reset_stays_in_the_order_of_what_happened() -> None:
    again = Series("level", "m", (1000, 2000, 3000), (0.0, 1.0, 0.0), (1.0, 2.0, 1.0), (0, 0, 0))
    times, values = history(again).to_numpy()
    assert times.tolist() == [0.0, 1.0, 0.0]
    assert values[:, 0].tolist() == [1.0, 2.0, 1.0]


def test_pandas_by_simulated_and_by_wall_time() -> None:
    frame = history(LEVEL, FLOW).to_pandas()
    assert list(frame.columns) == ["level", "flow"]
    assert (frame.index.name, frame.attrs["units"]) == ("simulation_time", {"level": "m", "flow": "kg/s"})
    assert frame.loc[2.0, "flow"] == 6.0
    wall = history(LEVEL, axis="wall").to_pandas()
    assert wall.index[0] == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


def test_nothing_recorded_is_an_empty_table() -> None:
    empty = Series("level", "m", (), (), (), ())
    assert history(empty).to_pandas().shape == (0, 1)
    assert history().to_numpy()[1].shape == (0, 0)


def test_without_pandas_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install 'process-dynamics-engine\[pandas\]'"):
        history(LEVEL).to_pandas()
    assert history(LEVEL).to_numpy()[0].tolist() == [0.0, 1.0, 2.0]


def test_series_by_name() -> None:
    assert history(LEVEL, FLOW)["flow"] is FLOW
    with pytest.raises(KeyError, match=r"no 'lvl' .it has: level, flow"):
        history(LEVEL, FLOW)["lvl"]


def test_bounds_on_either_axis() -> None:
    moment = datetime(2026, 11, 21, 5, 20, tzinfo=UTC)
    assert calls.history("s", None, moment, 1.5, 10, "wall").query == {
        "start": "2026-11-21T05:20:00+00:00", "end": "1500.0", "points": 10, "axis": "wall",
    }  # fmt: skip
    assert calls.history("s", ["a", "b"], 60, None, 10, "simulation").query["tags"] == "a,b"
    with pytest.raises(TypeError, match="axis 'wall'"):
        calls.history("s", None, moment, None, 10, "simulation")
