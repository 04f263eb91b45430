"""Convergence: the loss on logarithmic seconds."""

import numpy as np
import pytest

from connections.historian.store import Series
from engine_api import convergence
from plant import catalog
from plant.errors import WrongState

MODEL = catalog.find("wood-berry")


def series(values: list[float], seconds: list[float]) -> Series:
    count = len(values)
    wall, status = np.arange(count, dtype=np.int64), np.zeros(count, np.uint32)
    return Series("x", wall, np.array(seconds), np.array(values), status)


def test_loss_is_the_root_mean_square_over_ranges() -> None:
    both = [series([10.0, 3.0], [1.0, 2.0]), series([0.0, 4.0], [1.0, 2.0])]
    points = convergence.losses(MODEL, both, (0.0, 0.0), 10)
    assert [(p.seconds, p.loss) for p in points] == [
        (1.0, pytest.approx(0.1 / 2**0.5)),
        (2.0, pytest.approx(0.05 / 2**0.5)),
    ]


def test_points_are_logarithmic_and_only_after_the_last_reset() -> None:
    seconds = [0.0, 5000.0, *(float(s) for s in range(10_001))]
    both = [series([1.0] * len(seconds), seconds)] * 2
    points = convergence.losses(MODEL, both, (0.0, 0.0), 5)
    assert [p.seconds for p in points] == [1.0, 10.0, 100.0, 1000.0, 10_000.0]


def test_nothing_recorded_or_nothing_good_is_told() -> None:
    for empty in (series([], []), series([float("nan")] * 3, [1.0, 2.0, 3.0])):
        with pytest.raises(WrongState, match="no samples yet"):
            convergence.losses(MODEL, [empty, empty], (0.0, 0.0), 5)
