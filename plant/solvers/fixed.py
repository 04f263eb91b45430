"""The classical Runge-Kutta method with fixed sub-steps, on plain floats: the fastest way for a handful of states."""

import math
from collections.abc import Callable, Sequence

Rates = Callable[[Sequence[float], Sequence[float]], Sequence[float]]
"""Answers dx/dt for (state, inputs)."""


def substeps(step: float, longest: float) -> int:
    """How many equal sub-steps, none longer than `longest`, make up the step."""
    return max(1, math.ceil(step / longest * (1 - 1e-12)))


def rk4(rates: Rates, state: Sequence[float], inputs: Sequence[float], step: float) -> list[float]:
    """The state one step later, fourth order; inputs are held."""
    half, sixth = 0.5 * step, step / 6
    k1 = rates(state, inputs)
    k2 = rates([x + half * a for x, a in zip(state, k1, strict=True)], inputs)
    k3 = rates([x + half * b for x, b in zip(state, k2, strict=True)], inputs)
    k4 = rates([x + step * c for x, c in zip(state, k3, strict=True)], inputs)
    return [x + sixth * (a + 2 * (b + c) + d) for x, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)]
