"""Ordinary differential equations as a model declares them: plain functions, a start, and the method that fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from plant.dynamics import Dynamics, Vector
from plant.solvers import explicit, rosenbrock
from plant.solvers.acceleration import THREE_VECTORS, Function, compiled
from plant.solvers.steady_state import steady_state

Rates = Callable[[Any, Any, Any], None]
"""rates(x, u, dx): writes dx/dt, in the model's own units and time."""
Outputs = Callable[[Any, Any, Any], None]
"""outputs(x, u, y): writes the own outputs and states in the order of their tags."""
Preparation = Callable[[Any, Any, float, float], None]
"""prepare(x, u, time, step): writes what is held over the step behind the states in x."""


class Method(StrEnum):
    """How the equations are integrated."""

    EULER = "euler"
    RUNGE_KUTTA = "runge_kutta"
    DORMAND_PRINCE = "dormand_prince"
    ROSENBROCK = "rosenbrock"


_ADVANCES: dict[Method, Function] = {
    Method.EULER: explicit.euler,
    Method.RUNGE_KUTTA: explicit.runge_kutta,
    Method.DORMAND_PRINCE: explicit.dormand_prince,
    Method.ROSENBROCK: rosenbrock.rosenbrock,
}


@dataclass(frozen=True, slots=True)
class Solver:
    """The method and its settings, times in the model's own unit.

    `longest` is the longest sub-step (all methods); `relative` and `absolute` are the tolerances of the adaptive
    ones, `absolute` for all states or for each; `band` the lower and upper bandwidth of the Jacobian (None: full).
    """

    method: Method
    longest: float
    relative: float = 1e-7
    absolute: float | tuple[float, ...] = 1e-9
    band: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A law that the equations keep: the derivative of `stored(x, u)` is `net(x, u)`, whatever the state."""

    name: str
    stored: Callable[[Any, Any], float]
    net: Callable[[Any, Any], float]


@dataclass(frozen=True)
class Equations:
    """dx/dt = rates(x, u) and y = outputs(x, u).

    Attributes:
        states: what the states are, for people: name and unit of each.
        start: the steady state at the nominal inputs (a good guess will do), or the start of a batch.
        memory: start of what `prepare` keeps behind the states; `rates` and `outputs` read it in x as well.
        balances: laws that the standard tests check.
        steady: whether the start is to be solved for the inputs by Newton's method.
    """

    states: tuple[str, ...]
    rates: Rates
    outputs: Outputs
    start: tuple[float, ...]
    solver: Solver
    memory: tuple[float, ...] = ()
    prepare: Preparation | None = None
    steady: bool = True
    balances: tuple[Balance, ...] = ()

    def build(self, step: float) -> Dynamics:  # noqa: ARG002 - the sub-steps are chosen by the method
        """The dynamics for any step."""
        n, size = len(self.states), self.size
        band = self.solver.band or (n - 1, n - 1)
        implicit = self.solver.method is Method.ROSENBROCK
        space = rosenbrock.space(n, size, *band) if implicit else explicit.space(n, size)
        settings = np.zeros(explicit.FIRST_TOLERANCE + n + space)
        settings[explicit.LONGEST], settings[explicit.RELATIVE] = self.solver.longest, self.solver.relative
        settings[explicit.FIRST_TOLERANCE : explicit.FIRST_TOLERANCE + n] = self.solver.absolute
        return Dynamics(
            size, self.fill, _ADVANCES[self.solver.method], explicit.measure, self.rates, self.outputs, self.prepare,
            np.array([n, *band], np.int64), settings, splits=True,
        )  # fmt: skip

    @property
    def size(self) -> int:
        """Length of the memory: states, what is held, the next sub-step."""
        return len(self.states) + len(self.memory) + 1

    def nominal_outputs(self, u: Sequence[float], count: int) -> tuple[float, ...]:
        """The `count` own outputs and states at the declared start, for the declaration of their tags."""
        y = [0.0] * count
        self.outputs([*self.start, *self.memory, 0.0], list(u), y)
        return tuple(y)

    def fill(self, x: Vector, u: Vector, states: tuple[float, ...] | None = None) -> None:
        """The start that belongs to the inputs. Raises SolverFailed when there is no steady state."""
        n = len(self.states)
        x[:n] = self.start if states is None else states
        x[n:-1] = self.memory
        x[-1] = 0.0
        if states is None and self.steady:
            x[:n] = self.settled(x, u)

    def settled(self, x: Vector, u: Vector) -> Vector:
        """The steady state near x for the inputs. Raises SolverFailed."""
        n, call = len(self.states), compiled(self.rates, THREE_VECTORS).call
        whole = x.copy()

        def rates(part: Vector) -> Vector:
            whole[:n] = part
            answer = np.empty(n)
            call(whole, u, answer)
            return answer

        return steady_state(rates, x[:n])
