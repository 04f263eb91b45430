"""The building blocks that models call give the same bits compiled and plain."""

from array import array
from typing import Any

import numpy as np
import pytest

from plant.blocks import analyser
from plant.blocks.rate_limit import limited
from plant.blocks.split_range import opening
from plant.blocks.valve import characteristic, failing, sticking, travel
from plant.blocks.walk import bounded, smooth, spikes, value
from plant.solvers.acceleration import THREE_VECTORS, available, compiled

take, shown, fill = analyser.take, analyser.shown, analyser.fill


def every_block(x: Any, u: Any, y: Any) -> None:
    """200 steps of all blocks on x; the course in y."""
    for k in range(200):
        time, seed = 0.1 * k, int(u[0])
        smooth(x, 0, time, seed, 1, 0.5, 0.2, 50.0, 40.0)
        spikes(x, 7, time, seed, 2, 2.0, 1.5, 1.0)
        x[14] = sticking(x[14], value(x, 0, time), 2.0)
        x[15] += 0.1 * travel(x[15], failing(x[14], x[15], k > 150, 1), 0.5, 30.0)
        x[16] = limited(x[16], x[15], 3.0, 5.0, 0.1)
        x[17] = bounded(x[17], 0.3, -1.0, 1.0, seed, 3, k)
        x[18] = characteristic(k % 3, 0.01 * x[16], 50.0) + opening(x[16], 50.0, 0.0) + value(x, 7, time)
        if k == 100:
            fill(x, 19, 2, 3, x, 17)
        take(x, 19, 2, 3, x, 17, time, 0.1, 0.3, 0.3)
        y[2 * k], y[2 * k + 1] = shown(x, 19, 2, 3, 0), shown(x, 19, 2, 3, 1) + x[18]


def start() -> list[float]:
    return [50.0, 0, 0, 0, 0, 0.1, 0, 0, 0, 0, 0, 0, 0.1, 0, 50, 50, 50, 0, 0, *analyser.memory((0.0, 0.0), 3)]


@pytest.mark.skipif(not available(), reason="numba is not installed")
def test_compiled_and_plain_give_the_same_bits():
    x, y = np.array(start()), np.zeros(400)
    compiled(every_block, THREE_VECTORS).call(x, np.array([11.0]), y)
    plain_x, plain_y = array("d", start()), array("d", bytes(8 * 400))
    every_block(memoryview(plain_x), memoryview(array("d", [11.0])), memoryview(plain_y))
    assert len(set(plain_y)) > 100
    assert y.tolist() == plain_y.tolist()
    assert x.tolist() == plain_x.tolist()
