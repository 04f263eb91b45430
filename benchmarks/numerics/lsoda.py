"""The peer: scipy's `solve_ivp` with LSODA on the same right-hand side, at the tolerance that meets our error."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from benchmarks.numerics.problem import Path, Problem, Rates
from plant.dynamics import Vector

TOLERANCES = tuple(10.0**-digits for digits in range(3, 13))


@dataclass(frozen=True)
class Lsoda:
    """LSODA for one task; `scale` is the size of each state, which its absolute tolerances are parts of."""

    task: Problem
    scale: Vector
    tolerance: float

    def _settings(self) -> dict[str, Any]:
        band = self.task.equations.solver.band
        banded = {"lband": band[0], "uband": band[1]} if band else {}
        return {"method": "LSODA", "rtol": self.tolerance, "atol": self.tolerance * self.scale, **banded}

    def at_once(self, rates: Rates) -> Callable[[], Path]:
        """A function that solves it in one call and interpolates the points, which suits LSODA best."""
        times, settings = self.task.times, self._settings()

        def solve() -> Path:
            return np.asarray(solve_ivp(rates, (0, times[-1]), self.task.start, t_eval=times, **settings).y)

        return solve

    def step_by_step(self, rates: Rates) -> Callable[[], Path]:
        """A function that solves it as a simulation has to whose inputs may change at every point."""
        settings, path = self._settings(), np.empty((len(self.scale), len(self.task.times)))

        def solve() -> Path:
            x = self.task.start
            for point in range(path.shape[1]):
                x = solve_ivp(rates, (0, self.task.step), x, **settings).y[:, -1]
                path[:, point] = x
            return path

        return solve


def error(path: Path, exact: Path, scale: Vector) -> float:
    """The largest error of any state at any point, in parts of that state's size."""
    return float((np.abs(path - exact) / scale[:, None]).max())


def matched(task: Problem, exact: Path, scale: Vector, ours: float) -> tuple[Lsoda, float]:
    """LSODA at the tightest tolerance at which it is not more accurate than we are; the loosest if there is none."""
    rates = task.rates()
    found: tuple[Lsoda, float] | None = None
    for tolerance in TOLERANCES:
        peer = Lsoda(task, scale, tolerance)
        path = peer.at_once(rates)()
        if path.shape != exact.shape:
            break
        theirs = error(path, exact, scale)
        if found is None or theirs >= ours:
            found = peer, theirs
    if found is None:
        raise ArithmeticError(f"LSODA can't solve {task.model.id}")
    return found
