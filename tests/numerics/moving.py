"""Equations moved alone, without a simulation around them."""

from collections.abc import Sequence

import numpy as np

from plant.equations import Equations
from plant.errors import SolverFailed
from plant.solvers.acceleration import ADVANCE, compiled


def moved(equations: Equations, inputs: Sequence[float], step: float, until: float) -> np.ndarray:
    """The states at `until`, from the declared start, in steps of `step` (model time)."""
    dynamics = equations.build(step)
    x, u = np.zeros(dynamics.size), np.array(inputs, np.float64)
    dynamics.start(x, u, equations.start)
    advance, codes = compiled(dynamics.advance, ADVANCE).call, dynamics.codes(fast=True)
    for _ in range(round(until / step)):
        if advance(codes, x, u, step, dynamics.whole, dynamics.numbers):
            raise SolverFailed("no step is small enough")
    return x[: len(equations.states)]
