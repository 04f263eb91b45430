"""One model's differential equations as a task: from the start, with an input moved, the states at equal intervals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from plant.dynamics import ADVANCE, Vector
from plant.equations import Equations
from plant.model import Model
from plant.solvers.acceleration import THREE_VECTORS, call_advance, compiled
from plant.tags import WRITABLE_ROLES

POINTS = 100
Path = NDArray[np.float64]
"""States (rows) at the points (columns), the start not included."""
Rates = Callable[[float, Vector], Vector]
_TIGHT = 1e-12
_W, _N = "int64[::1]", "float64[::1]"
_WALK = f"int64({_W}, {_N}, {_N}, float64, {_W}, {_N}, {_N}, int64)"
HORIZONS: dict[str, float] = {
    "column-a": 6000.0, "ethylene-oxidation": 200.0, "quadruple-tank": 300.0, "evaporator": 1200.0,
    "drum-boiler": 300.0, "cryst-batch": 1800.0, "boiler-turbine": 600.0, "heat-exchanger": 120.0, "surge-tank": 1000.0,
}  # fmt: skip
"""Seconds worth looking at; of other models a thousand samples."""


def walk(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any, path: Any, n: int) -> int:
    """Move from point to point and note the states, as a simulation does that is told to take many steps."""
    for point in range(len(path) // n):
        if call_advance(codes[ADVANCE], codes, x, u, step, whole, numbers):
            return 1
        for i in range(n):
            path[point * n + i] = x[i]
    return 0


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
        dynamics, n = self.equations.build(self.step), len(self.start)
        call, codes, x, path = (
            compiled(walk, _WALK).call,
            dynamics.codes(fast=True),
            self.x.copy(),
            np.empty(n * POINTS),
        )
        fixed = (codes, x, self.u, self.step, dynamics.whole, dynamics.numbers, path, n)

        def solve() -> Path:
            x[:] = self.x
            if call(*fixed):
                raise ArithmeticError(self.model.id)
            return path.reshape(POINTS, n).T

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
