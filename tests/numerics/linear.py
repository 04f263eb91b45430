"""Linear blocks moved alone, compiled or plain."""

from collections.abc import Sequence

import numpy as np

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import TransferFunction
from plant.solvers.acceleration import ADVANCE, MEASURE, available, compiled, plain


def outputs(
    system: TransferFunction | StateSpace, step: float, inputs: np.ndarray, before: Sequence[float], count: int = 1
) -> np.ndarray:
    """The outputs after every step, with one row of `inputs` held over each; `before` were the inputs until then."""
    dynamics = system.build(step)
    x, y = np.zeros(dynamics.size), np.zeros(count)
    dynamics.start(x, np.array(before, np.float64), None)
    codes = dynamics.codes(fast=available())
    advance, measure = compiled(dynamics.advance, ADVANCE).call, compiled(dynamics.measure, MEASURE).call
    arrays = [dynamics.whole, dynamics.numbers]
    shown = [np.empty(0)] * 0
    for row in np.asarray(inputs, np.float64):
        u = row.copy()
        if available():
            assert advance(codes, x, u, step, *arrays) == 0
            measure(codes, x, u, y, *arrays)
        else:
            views = [memoryview(each) for each in (x, u, y, *arrays)]
            assert advance(codes, views[0], views[1], step, *views[3:]) == 0
            measure(codes, *views)
        shown.append(y.copy())
    return np.array(shown)


def both(
    system: TransferFunction | StateSpace, step: float, inputs: np.ndarray, before: Sequence[float], count: int = 1
) -> np.ndarray:
    """The same, once more in plain Python: no bit may differ."""
    fast = outputs(system, step, inputs, before, count)
    with plain():
        assert outputs(system, step, inputs, before, count).tobytes() == fast.tobytes()
    return fast
