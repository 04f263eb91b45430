"""A linear system in state space, continuous (moved by its exact zero-order-hold solution) or discrete."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from plant.model import Vector

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class StateSpace:
    """The discrete system x(k+1) = a x(k) + b u(k), y(k) = c x(k) + d u(k); n states, m inputs, p outputs.

    Shapes: `a` n x n, `b` n x m, `c` p x n, `d` p x m.
    """

    a: Matrix
    b: Matrix
    c: Matrix
    d: Matrix

    def __post_init__(self) -> None:
        """Raises ValueError, naming the matrix, when the shapes don't fit together or a number is not finite."""
        _check(self.a, self.b, self.c, self.d)

    @classmethod
    def continuous(cls, a: Matrix, b: Matrix, c: Matrix, d: Matrix, step: float) -> Self:
        """The system dx/dt = a x + b u sampled with inputs held over each step, exact at the samples.

        The exponential of [[a, b], [0, 0]] * step holds both matrices (Van Loan, IEEE Trans. Autom. Control 23
        (1978) 395), also where `a` is singular. Raises ValueError as the constructor does, and for a step
        that is not positive.
        """
        _check(a, b, c, d)
        if not 0 < step < math.inf:
            raise ValueError(f"the step must be positive and finite, not {step:g}")
        states = len(a)
        block = np.zeros((states + b.shape[1],) * 2)
        block[:states, :states], block[:states, states:] = a, b
        exponential = np.asarray(expm(block * step), np.float64)
        return cls(exponential[:states, :states], exponential[:states, states:], c, d)

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.a)

    def advance(self, state: Vector, inputs: Vector) -> None:
        """Move the state on by one step, in place."""
        state[:] = self.a @ state + self.b @ inputs

    def outputs(self, state: Vector, inputs: Vector) -> Vector:
        """The outputs that belong to the state and the inputs."""
        return self.c @ state + self.d @ inputs


def _check(a: Matrix, b: Matrix, c: Matrix, d: Matrix) -> None:
    matrices = {"a": np.asarray(a), "b": np.asarray(b), "c": np.asarray(c), "d": np.asarray(d)}
    for name, matrix in matrices.items():
        if matrix.ndim != 2:
            raise ValueError(f"matrix {name} must have two dimensions, not the shape {matrix.shape}")
        if not np.isfinite(matrix).all():
            raise ValueError(f"matrix {name} holds a number that is not finite")
    states, inputs, outputs = len(a), matrices["b"].shape[1], len(c)
    wanted = {"a": (states, states), "b": (states, inputs), "c": (outputs, states), "d": (outputs, inputs)}
    for name, shape in wanted.items():
        if matrices[name].shape != shape:
            raise ValueError(f"matrix {name} must be of shape {shape}, not {matrices[name].shape}")
