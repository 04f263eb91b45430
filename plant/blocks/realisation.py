"""Rational transfer functions as state spaces, and state spaces discretised exactly behind a dead time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.blocks.dead_time import whole_steps

Matrix = NDArray[np.float64]
_SETTLED = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Realisation:
    """x' = a x + b u, y = c x + d u."""

    a: Matrix
    b: Matrix
    c: Matrix
    d: Matrix

    def steady(self) -> Matrix:
        """The states for each input held at 1; zeros for an input that would make them grow for ever."""
        return settled(self.a, self.b)


@dataclass(frozen=True, slots=True, eq=False)
class OpenLoop:
    """A linear system at given inputs, for whoever wants its matrices.

    `part` is driven by taps: inputs as deviations, each perhaps with a gain of its own. `taps` are their values,
    `slopes` their derivatives by all inputs (taps x inputs); `nominal` are the outputs where all deviations are zero.
    """

    part: Realisation
    taps: NDArray[np.float64]
    slopes: Matrix
    nominal: NDArray[np.float64]


def realise(numerator: tuple[float, ...], denominator: tuple[float, ...]) -> Realisation:
    """The controllable form of a proper num(s)/den(s), in a unit of time that suits its coefficients."""
    den = np.trim_zeros(np.array(denominator, np.float64), "f")
    order = len(den) - 1
    num = np.zeros(order + 1)
    given = np.trim_zeros(np.array(numerator, np.float64), "f")
    num[order + 1 - len(given) :] = given
    num, den = num / den[0], den / den[0]
    direct = float(num[0])
    rest = num[1:] - direct * den[1:]
    if order == 1:
        return Realisation(_row(-den[1]), _row(rest[0]), _row(1.0), _row(direct))
    rate = _rate(den)
    powers = rate ** np.arange(1, order + 1)
    a = np.eye(order, k=-1) * rate
    a[:1] = -den[1:] / powers * rate
    b = np.zeros((order, 1))
    b[:1] = rate
    return Realisation(a, b, (rest / powers)[None, :], _row(direct))


def _row(value: float) -> Matrix:
    return np.array([[value]], np.float64)


def _rate(den: Matrix) -> float:
    """The size of the poles: what makes the coefficients comparable."""
    sizes = [abs(c) ** (1 / power) for power, c in enumerate(den) if power and c]
    return float(max(sizes, default=1.0))


def settled(a: Matrix, b: Matrix) -> Matrix:
    """-a^-1 b; where a is singular (integrators), zeros for the inputs that have no steady state."""
    if not len(a):
        return np.zeros(b.shape)
    answer = np.asarray(np.linalg.lstsq(a, -b, rcond=None)[0], np.float64)
    missing = np.abs(a @ answer + b).max(axis=0, initial=0.0)
    answer[:, missing > _SETTLED * np.abs(b).max(axis=0, initial=0.0)] = 0.0
    return answer


def discretised(part: Realisation, dead_time: float, step: float) -> tuple[Matrix, Matrix, Matrix]:
    """Phi, and the effects of inputs behind this dead time: of the value before it changes, and of that after it.

    All inputs have the same dead time; `exact` of its rest, then of what is left of the step.
    """
    rest = min(max(dead_time - whole_steps(dead_time, step) * step, 0.0), step)
    phi, _ = exact(part.a, part.b, step)
    _, first = exact(part.a, part.b, rest)
    onward, second = exact(part.a, part.b, step - rest)
    return phi, onward @ first, second


def exact(a: Matrix, b: Matrix, time: float) -> tuple[Matrix, Matrix]:
    """exp(a t) and the integral of exp(a s) b over 0..t.

    The exponential of [[a, b], [0, 0]] t holds both (Van Loan, IEEE Trans. Autom. Control 23 (1978) 395), also where
    `a` is singular.
    """
    from scipy.linalg import expm  # noqa: PLC0415 - not needed to declare a model

    states = len(a)
    block = np.zeros((states + b.shape[1],) * 2)
    block[:states, :states], block[:states, states:] = a, b
    whole = np.asarray(expm(block * time), np.float64)
    return whole[:states, :states], whole[:states, states:]
