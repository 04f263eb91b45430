"""Steady states by a damped Newton method with a numerical Jacobian."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from plant.errors import SolverFailed

Vector = NDArray[np.float64]
_ROUNDS = 100
_NUDGE = 1e-7
_SINGULAR = 1e-13


def steady_state(rates: Callable[[Vector], Vector], guess: Vector) -> Vector:
    """The state near `guess` where all rates vanish; of an integrating plant the one nearest to the guess.

    Raises SolverFailed when the iteration does not settle.
    """
    x = np.array(guess, np.float64)
    scale = np.abs(x) + 1e-3 * (np.abs(x).max() or 1.0)
    rate = rates(x)
    for _ in range(_ROUNDS):
        move = _newton(jacobian(rates, x), rate, scale)
        if move is None:
            break
        x, rate, moved = _improved(rates, x, rate, move)
        if not moved or (np.abs(move) / (scale + np.abs(x))).max() <= 1e-13:
            break
    if np.isfinite(x).all() and _settled(rates, x, rate, scale):
        return x
    raise SolverFailed(f"no steady state found near {', '.join(f'{value:g}' for value in guess[:8].tolist())}")


def _newton(matrix: NDArray[np.float64], rate: Vector, scale: Vector) -> Vector | None:
    """The step that would make the rates vanish, the shortest one (in parts of the scale) where there are many."""
    if not (np.isfinite(matrix).all() and np.isfinite(rate).all()):
        return None
    rows = np.abs(matrix * scale).max(axis=1)
    rows[rows == 0] = 1.0
    move: Vector = np.linalg.lstsq(matrix * scale / rows[:, None], -rate / rows, rcond=_SINGULAR)[0]
    return move * scale


def _improved(rates: Callable[[Vector], Vector], x: Vector, rate: Vector, move: Vector) -> tuple[Vector, Vector, bool]:
    """The state after the longest part of the move that makes the rates smaller."""
    size = np.abs(rate).max()
    for part in (1.0, 0.5, 0.25, 0.1, 0.03, 0.01, 0.001):
        try:
            there = x + part * move
            after = rates(there)
        except (ArithmeticError, ValueError):
            continue
        if np.isfinite(after).all() and np.abs(after).max() < size:
            return there, after, True
    return x, rate, False


def _settled(rates: Callable[[Vector], Vector], x: Vector, rate: Vector, scale: Vector) -> bool:
    """Whether the rates are as small as rounding of the states lets them be."""
    rounding = np.abs(jacobian(rates, x)) @ (1e-9 * (scale + np.abs(x)))
    return bool((np.abs(rate) <= rounding + 1e-300).all())


def jacobian(rates: Callable[[Vector], Vector], x: Vector) -> NDArray[np.float64]:
    """The derivatives of the rates (rows) by the states (columns), by central differences."""
    columns = []
    for place, value in enumerate(x.tolist()):
        width = _NUDGE * (1e-3 + abs(value)) if value else _NUDGE
        up, down = x.copy(), x.copy()
        up[place] += width
        down[place] -= width
        columns.append((rates(up) - rates(down)) / (up[place] - down[place]))
    return np.array(columns).T
