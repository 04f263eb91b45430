"""Steady states by Newton's method with a numerical Jacobian."""

from collections.abc import Sequence

import numpy as np

from plant.errors import SolverFailed
from plant.solvers.fixed import Rates

_ROUNDS = 50
_NUDGE = 1e-7


def steady_state(rates: Rates, guess: Sequence[float], inputs: Sequence[float]) -> list[float]:
    """The state near `guess` where all rates vanish. Raises SolverFailed when the iteration does not settle."""
    x = np.array(guess, np.float64)
    for _ in range(_ROUNDS):
        rate = np.array(rates(x.tolist(), inputs))
        try:
            move = np.linalg.solve(_jacobian(rates, x.tolist(), inputs), -rate)
        except np.linalg.LinAlgError:
            break
        x += move
        if not np.isfinite(x).all():
            break
        if np.abs(move).max() <= 1e-13 * (1 + np.abs(x).max()):
            return [float(value) for value in x]
    raise SolverFailed(f"no steady state found near {', '.join(f'{value:g}' for value in guess)}")


def _jacobian(
    rates: Rates, x: Sequence[float], inputs: Sequence[float]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    columns = []
    for number, value in enumerate(x):
        width = _NUDGE * (1 + abs(value))
        up, down = list(x), list(x)
        up[number] += width
        down[number] -= width
        difference = np.array(rates(up, inputs)) - np.array(rates(down, inputs))
        columns.append(difference / (2 * width))
    return np.array(columns).T
