"""A linear system in state space around an operating point, continuous or discrete, with a dead time for each input.

Continuous: x' = a x + b u(t - dead time), moved by the exact solution for inputs held over each step. Discrete:
x(k+1) = a x(k) + b u(k), at its own sample time, whatever the step of the simulation. In both y = nominal + c x + d u,
and u are deviations from the nominal inputs.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.blocks import sampled
from plant.blocks.linear import Linear, Tap
from plant.blocks.realisation import OpenLoop, Realisation, discretised, settled
from plant.dynamics import Dynamics
from plant.errors import InvalidValue, NotSupported, PlantError
from plant.tags import check_all

Matrix = NDArray[np.float64]
_NEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class StateSpace:
    """n states, m inputs, p outputs: `a` n x n, `b` n x m, `c` p x n, `d` p x m; all times in the model's own unit.

    `dead_times` are those of the inputs (none given: all zero); with a `sample_time` the system is discrete and its
    dead times are whole multiples of it. The own outputs of the model are the rows of `c`.
    """

    a: Matrix
    b: Matrix
    c: Matrix
    d: Matrix
    nominal_inputs: tuple[float, ...] = ()
    nominal_outputs: tuple[float, ...] = ()
    dead_times: tuple[float, ...] = ()
    sample_time: float | None = None

    def __post_init__(self) -> None:
        """Raises InvalidValue, or InvalidRequest with every problem, naming the matrix."""
        for name in ("a", "b", "c", "d"):
            object.__setattr__(self, name, _matrix(name, getattr(self, name)))
        check_all(_misshapen(self.a, self.b, self.c, self.d))
        inputs, outputs = self.d.shape[1], len(self.d)
        for name, count in (("nominal_inputs", inputs), ("nominal_outputs", outputs), ("dead_times", inputs)):
            object.__setattr__(self, name, tuple(getattr(self, name)) or (0.0,) * count)
        problems: list[PlantError] = [
            InvalidValue(f"{name} must be {count} finite numbers, one for each {of}")
            for name, count, of in (
                ("nominal_inputs", inputs, "input"), ("nominal_outputs", outputs, "output"),
                ("dead_times", inputs, "input"),
            )
            if len(getattr(self, name)) != count or not np.isfinite(getattr(self, name)).all()
        ]  # fmt: skip
        check_all(problems or self._untimely())

    def _untimely(self) -> list[PlantError]:
        problems: list[PlantError] = [
            InvalidValue(f"the dead time {each:g} is negative: an output can't come before its cause")
            for each in self.dead_times
            if each < 0
        ]
        if self.sample_time is not None and not 0 < self.sample_time < math.inf:
            problems.append(InvalidValue(f"the sample time must be positive and finite, not {self.sample_time:g}"))
        elif self.sample_time is not None:
            problems += [
                InvalidValue(
                    f"the dead time {each:g} of a discrete system is no whole multiple of its sample time "
                    f"{self.sample_time:g}"
                )
                for each in self.dead_times
                if abs(each / self.sample_time - round(each / self.sample_time)) > _NEAR
            ]
        return problems

    def build(self, step: float) -> Dynamics:
        """The dynamics for a step in the model's unit of time. Raises OutOfRange for a dead time too long for it."""
        if not 0 < step < math.inf:
            raise InvalidValue(f"the step must be positive and finite, not {step:g}")
        return self._continuous(step) if self.sample_time is None else self._discrete(self.sample_time, step)

    def open_loop(self, u: NDArray[np.float64]) -> OpenLoop:
        """The matrices per unit of time. Raises NotSupported for a discrete system and for dead time."""
        if self.sample_time is not None:
            raise NotSupported("it is discrete, so that there is no dx/dt")
        if any(self.dead_times):
            raise NotSupported("its inputs have dead times, which no matrix holds")
        part = Realisation(self.a, self.b, self.c, self.d)
        return OpenLoop(part, u - self.nominal_inputs, np.eye(len(u)), np.array(self.nominal_outputs))

    def _continuous(self, step: float) -> Dynamics:
        part, phi = Realisation(self.a, self.b, self.c, self.d), np.zeros_like(self.a)
        before, after = np.zeros_like(self.b), np.zeros_like(self.b)
        for dead_time in set(self.dead_times):
            columns = np.array(self.dead_times) == dead_time
            chosen = Realisation(self.a, self.b[:, columns], self.c, self.d)
            phi, before[:, columns], after[:, columns] = discretised(chosen, dead_time, step)
        return self._linear(phi, before, after, part.steady()).build(step)

    def _discrete(self, sample_time: float, step: float) -> Dynamics:
        steady = settled(self.a - np.eye(len(self.a)), self.b)
        return sampled.build(self._linear(self.a, np.zeros_like(self.b), self.b, steady), sample_time, step)

    def _linear(self, phi: Matrix, before: Matrix, after: Matrix, steady: Matrix) -> Linear:
        taps = tuple(Tap(source, dead_time) for source, dead_time in enumerate(self.dead_times))
        order = tuple(range(len(phi) + 2 * len(taps)))
        return Linear(
            taps, phi, before, after, self.c, self.d, order, self.nominal_inputs, self.nominal_outputs, steady
        )


def _matrix(name: str, given: object) -> Matrix:
    try:
        matrix = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise InvalidValue(f"matrix {name} must be rows of numbers, all of the same length") from None
    if matrix.ndim != 2:
        raise InvalidValue(f"matrix {name} must have two dimensions, not the shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise InvalidValue(f"matrix {name} holds a number that is not finite")
    return matrix


def _misshapen(a: Matrix, b: Matrix, c: Matrix, d: Matrix) -> list[PlantError]:
    states, inputs, outputs = len(a), b.shape[1], len(c)
    wanted = {"a": (states, states), "b": (states, inputs), "c": (outputs, states), "d": (outputs, inputs)}
    given = {"a": a, "b": b, "c": c, "d": d}
    return [
        InvalidValue(f"matrix {name} must be of shape {shape}, not {given[name].shape}")
        for name, shape in wanted.items()
        if given[name].shape != shape
    ]
