"""Ranges of simulated time in a record by wall time: found whatever is thinned away, through resets and bad values."""

import numpy as np
import pytest

from connections.historian.store import Series
from connections.historian.thinning import thin
from engine_api.simulated_time import Look, Simulated


def record(sim_time: np.ndarray, value: np.ndarray | None = None) -> tuple[Series, Look, list[int]]:
    """A series of one sample a second, how it is looked at with 20 points, and how many samples each look answered."""
    wall = np.arange(len(sim_time), dtype=np.int64) * 1_000_000_000
    values = np.sin(wall / 1e9) if value is None else value
    whole = Series("y", wall, sim_time.astype(float), values, np.zeros(len(wall), np.uint32))
    looks: list[int] = []

    def look(start: int | None, end: int | None) -> tuple[Series, bool]:
        low = 0 if start is None else int(np.searchsorted(wall, start))
        high = len(wall) if end is None else int(np.searchsorted(wall, end))
        kept = low + thin(wall[low:high], values[low:high], whole.status[low:high], 20)
        looks.append(len(kept))
        return Series("y", wall[kept], whole.sim_time[kept], values[kept], whole.status[kept]), len(kept) < high - low

    return whole, look, looks


@pytest.mark.parametrize(
    "sim_time",
    [
        np.arange(100_000) * 0.5,
        np.concatenate([np.arange(40_000), np.full(20_000, 40_000), np.arange(40_000, 60_000)]),
        np.concatenate([np.arange(500), np.arange(70_000), np.arange(30_000)]),
        np.concatenate([np.arange(70_000), np.arange(3), np.arange(10, 900)]),
    ],
    ids=["rising", "paused", "reset early", "reset late"],
)
def test_bounds_are_exact(sim_time: np.ndarray) -> None:
    _check(*record(sim_time))


def test_bounds_in_a_record_without_one_good_value() -> None:
    _check(*record(np.arange(100_000) * 0.5, np.full(100_000, np.nan)))


def _check(whole: Series, look: Look, looks: list[int]) -> None:
    for start, end in (
        (123, 124),
        (5, 6),
        (20_000, 20_001),
        (0, 1),
        (29_999.5, 40_000),
        (-1e9, 1e9),
        (4, 4),
        (1e9, 2e9),
    ):
        inside = np.flatnonzero((whole.sim_time >= start) & (whole.sim_time < end))
        wanted = (int(whole.wall_time[inside[0]]), int(whole.wall_time[inside[-1]]) + 1) if len(inside) else None
        looks.clear()
        assert Simulated(start, end).bounds(look) == wanted, (start, end)
        assert len(looks) < 120
