"""A linear system in state space, continuous (moved by its exact zero-order-hold solution) or discrete."""

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

    @classmethod
    def continuous(cls, a: Matrix, b: Matrix, c: Matrix, d: Matrix, step: float) -> Self:
        """The system dx/dt = a x + b u sampled with inputs held over each step, exact at the samples.

        The exponential of [[a, b], [0, 0]] * step holds both matrices (Van Loan, IEEE Trans. Autom. Control 23
        (1978) 395), also where `a` is singular.
        """
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
