"""One model's differential equations as a task: from the start, with an input moved, the states at equal intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from plant.dynamics import Vector
from plant.equations import Equations
from plant.model import Model
from plant.solvers.acceleration import ADVANCE, THREE_VECTORS, compiled
from plant.tags import WRITABLE_ROLES

POINTS = 100
Path = NDArray[np.float64]
"""States (rows) at the points (columns), the start not included."""
Rates = Callable[[float, Vector], Vector]
_TIGHT = 1e-12
HORIZONS: dict[str, float] = {
    "column-a": 6000.0, "ethylene-oxidation": 200.0, "quadruple-tank": 300.0, "evaporator": 1200.0,
    "drum-boiler": 300.0, "cryst-batch": 1800.0, "boiler-turbine": 600.0, "heat-exchanger": 120.0, "surge-tank": 1000.0,
}  # fmt: skip
"""Seconds worth looking at; of other models a thousand samples."""


@dataclass(frozen=True)
class Problem:
    """`x` is the memory at the start, `u` what the equations read, `step` the time between two points (model time)."""

    model: Model
    equations: Equations
    x: Vector
    u: Vector
    step: float

    @property
    def start(self) -> Vector:
        """The states at the start."""
        return self.x[: len(self.equations.states)]

    @property
    def times(self) -> Vector:
        """Of the points."""
        return self.step * np.arange(1, POINTS + 1)

    def rates(self, plainly: bool = False, kept: bool = False) -> Rates:
        """The right-hand side as scipy wants it, compiled or plain; `kept`: every answer is an array of its own."""
        function = self.equations.rates
        call = function if plainly else compiled(function, THREE_VECTORS).call
        n, memory, answer = len(self.start), self.x.copy(), np.empty(len(self.start))
        views = tuple(map(memoryview, (memory, self.u, answer))) if plainly else (memory, self.u, answer)

        def rates(_time: float, x: Vector) -> Vector:
            memory[:n] = x
            call(*views)
            return answer.copy() if kept else answer

        return rates

    def ours(self) -> Callable[[], Path]:
        """A function that solves it with the declared method, point by point."""
        dynamics = self.equations.build(self.step)
        advance, codes = compiled(dynamics.advance, ADVANCE).call, dynamics.codes(fast=True)
        n, x, path = len(self.start), self.x.copy(), np.empty((POINTS, len(self.start)))
        fixed = (codes, x, self.u, self.step, dynamics.whole, dynamics.numbers)

        def solve() -> Path:
            x[:] = self.x
            for point in path:
                if advance(*fixed):
                    raise ArithmeticError(self.model.id)
                point[:] = x[:n]
            return path.T

        return solve

    def exact(self) -> Path:
        """By DOP853 with a relative tolerance of 1e-12, from point to point."""
        rates, x, path = self.rates(kept=True), self.start, np.empty((len(self.start), POINTS))
        tolerance = _TIGHT * np.maximum(np.abs(x), 1e-3)
        for point in range(POINTS):
            x = solve_ivp(rates, (0, self.step), x, "DOP853", rtol=_TIGHT, atol=tolerance).y[:, -1]
            path[:, point] = x
        return path


def problem(model: Model, equations: Equations) -> Problem:
    """The task of a model: its first input moved by a twentieth of its range."""
    inputs = [tag for tag in model.own_tags if tag.role in WRITABLE_ROLES]
    u = np.array([*(tag.nominal for tag in inputs), *(0.0 for _ in model.interlocks)])
    x = np.zeros(equations.size)
    equations.fill(x, u, model.starts[0].states)
    u[0] += 0.05 * (inputs[0].high - inputs[0].low)
    seconds = HORIZONS.get(model.id, 1000 * model.sample_time)
    return Problem(model, equations, x, u, seconds / model.seconds_per_unit / POINTS)
