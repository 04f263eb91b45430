"""Dynamics: the equations of a model for one fixed step, in the form that `cycle` moves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.solvers import acceleration
from plant.solvers.acceleration import Function

Vector = NDArray[np.float64]
Whole = NDArray[np.int64]
ADVANCE, MEASURE, RATES, OUTPUTS, PREPARE = range(5)
"""Places of a model's functions among its codes."""
SIGNATURES = (
    acceleration.ADVANCE, acceleration.MEASURE, acceleration.THREE_VECTORS, acceleration.THREE_VECTORS,
    acceleration.PREPARATION,
)  # fmt: skip


@dataclass(frozen=True)
class Dynamics:
    """What moves a simulation.

    Attributes:
        size: length of the memory `x`: all that the future depends on, delay lines included.
        start: fills `x` with the start that belongs to the inputs: `start(x, u, states)`, `states` as declared by the
            start state or None for the steady state.
        advance: `advance(codes, x, u, step, whole, numbers)` moves `x` on by `step` (model time) with `u` held over
            it; 0, or a number that says why it failed. `codes` are those of all functions, at the places below.
        measure: `measure(codes, x, u, y, whole, numbers)` fills the own outputs and states in the order of declaration.
        rates, outputs: `rates(x, u, dx)` and `outputs(x, u, y)`, where the others call them.
        prepare: `prepare(x, u, time, step)` before each step: what is sampled, drawn or switched (model time).
        whole, numbers: settings and working space of `advance`; never part of the memory.
        splits: whether `advance` may take a part of a step, so that a trip is found inside it.
        compiles: whether the functions may be compiled.
        save, load: `save(x, u)` puts what lives outside `x` into it before a snapshot, `load(x, u)` takes it out again.
    """

    size: int
    start: Callable[[Vector, Vector, tuple[float, ...] | None], None]
    advance: Function
    measure: Function
    rates: Function | None = None
    outputs: Function | None = None
    prepare: Function | None = None
    whole: Whole = field(default_factory=lambda: np.zeros(1, np.int64))
    numbers: Vector = field(default_factory=lambda: np.zeros(1))
    splits: bool = False
    compiles: bool = True
    save: Callable[[Vector, Vector], None] | None = None
    load: Callable[[Vector, Vector], None] | None = None

    def codes(self, fast: bool) -> Any:
        """What kernels call: the addresses of all functions at their places, or the plain functions themselves."""
        functions = (self.advance, self.measure, self.rates, self.outputs, self.prepare)
        if not fast:
            return list(functions)
        pairs = zip(functions, SIGNATURES, strict=True)
        return np.array([acceleration.compiled(f, kind).code if f else 0 for f, kind in pairs], np.int64)
