"""An implicit method for stiff equations: RODAS, a Rosenbrock method of order 4 with step size control.

No iteration, so the cost of a sub-step is fixed: a Jacobian by differences (grouped when it is banded), one
factorisation and six solutions. Working space and conventions as in `explicit`; `whole` holds the number of states and
the lower and upper bandwidth of the Jacobian.

Source: E. Hairer, G. Wanner: Solving Ordinary Differential Equations II (Springer 1996), IV.7, IV.10.
"""

from typing import Any

from plant.solvers.acceleration import call_vectors
from plant.solvers.explicit import (
    DONE,
    FAILED,
    FIRST_TOLERANCE,
    LONGEST,
    MOST_SUBSTEPS,
    RATES,
    RELATIVE,
    first_substep,
    growth,
    worst,
)

_STAGES = 6
_GAMMA = 0.25
_NUDGE = 1.5e-8
_SMALLEST = 1e-12
_A = (
    1.544,
    0.9466785280815826, 0.2557011698983284,
    3.314825187068521, 2.896124015972201, 0.9986419139977817,
    1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895,
    1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1.0,
)  # fmt: skip
_C = (
    -5.6688,
    -2.430093356833875, -0.2063599157091915,
    -0.1073529058151375, -9.594562251023355, -20.47028614809616,
    7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616,
    8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054,
)  # fmt: skip


def space(states: int, size: int, lower: int, upper: int) -> int:
    """Length of the working space for this many states, with this band, in a memory of `size`."""
    return states * (row(states, lower, upper) + _STAGES + 3) + 2 * size


def row(n: int, lower: int, upper: int) -> int:
    """Places of a row of the matrix: its band, and what exchanges of rows add to it on the right."""
    return min(n, 2 * lower + upper + 1)


def rosenbrock(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    """Sub-steps as long as the tolerances allow; the last one ends exactly at the end of the step."""
    n, size = whole[0], len(x)
    at = FIRST_TOLERANCE + n
    stages, at = numbers[at : at + _STAGES * n], at + _STAGES * n
    matrix, at = numbers[at : at + n * row(n, whole[1], whole[2])], at + n * row(n, whole[1], whole[2])
    f0, rate, pivots, at = numbers[at : at + n], numbers[at + n : at + 2 * n], numbers[at + 2 * n :], at + 3 * n
    y, trial = numbers[at : at + size], numbers[at + size : at + 2 * size]
    for i in range(size):
        y[i] = trial[i] = x[i]
    done, h = 0.0, first_substep(x[size - 1], step, numbers[LONGEST])
    fresh = True
    for _ in range(MOST_SUBSTEPS):
        wanted, last = h, done + h >= step * (1 - 1e-12)
        if last:
            h = step - done
        if fresh:
            call_vectors(codes[RATES], x, u, f0)
        jacobian(codes, x, u, whole, numbers, f0, rate, y, matrix)
        error = 1e300
        if factorise(matrix, pivots, n, whole[1], whole[2], 1 / (h * _GAMMA)):
            error = stage_by_stage(codes, x, u, whole, numbers, f0, rate, y, matrix, pivots, stages, h)
        if error <= 1.0:
            following = min(h * growth(error, 0.25), numbers[LONGEST])
            for i in range(n):
                x[i] = y[i]
            if last:
                x[size - 1] = max(wanted, following)
                return DONE
            done, h, fresh = done + h, following, True
        else:
            h, fresh = h * growth(error, 0.25), False
            if not h > _SMALLEST * step:
                return FAILED
    return FAILED


def stage_by_stage(
    codes: Any, x: Any, u: Any, whole: Any, numbers: Any, f0: Any, rate: Any, y: Any, matrix: Any, pivots: Any,
    stages: Any, h: float,
) -> float:  # fmt: skip
    """Leave the state after the sub-step in `y`; answer its error in units of the tolerances."""
    n, per_h = whole[0], 1 / h
    place = 0
    for i in range(n):
        stages[i] = f0[i]
    solve(matrix, pivots, stages[:n], n, whole[1], whole[2])
    for stage in range(1, _STAGES):
        now = stages[stage * n : (stage + 1) * n]
        for i in range(n):
            y[i], now[i] = x[i], 0.0
        for j in range(stage):
            before = stages[j * n : (j + 1) * n]
            add(y, before, _A[place + j], n)
            add(now, before, _C[place + j], n)
        call_vectors(codes[RATES], y, u, rate)
        for i in range(n):
            now[i] = rate[i] + now[i] * per_h
        solve(matrix, pivots, now, n, whole[1], whole[2])
        place += stage
    error = 0.0
    for i in range(n):
        change = stages[(_STAGES - 1) * n + i]
        y[i] += change
        error = worst(error, change, x[i], y[i], numbers[FIRST_TOLERANCE + i], numbers[RELATIVE])
    return error


def add(total: Any, part: Any, factor: float, n: int) -> None:
    """Add `factor` times a vector to another one."""
    for i in range(n):
        total[i] += factor * part[i]


def jacobian(
    codes: Any, x: Any, u: Any, whole: Any, numbers: Any, f0: Any, rate: Any, y: Any, matrix: Any
) -> None:  # fmt: skip
    """The Jacobian by forward differences, row by row; columns that share no row are nudged together."""
    n, lower, upper = whole[0], whole[1], whole[2]
    width, stride, shift = lower + upper + 1, step_down(n, lower, upper), offset(n, lower, upper)
    for i in range(n):
        y[i] = x[i]
    for i in range(len(matrix)):
        matrix[i] = 0.0
    for first in range(min(width, n)):
        for j in range(first, n, width):
            y[j] = x[j] + nudge(x[j], numbers, j)
        call_vectors(codes[RATES], y, u, rate)
        for j in range(first, n, width):
            per_distance = 1 / (y[j] - x[j])
            for i in range(max(0, j - upper), min(n, j + lower + 1)):
                matrix[i * stride + j + shift] = (rate[i] - f0[i]) * per_distance
            y[j] = x[j]


def step_down(n: int, lower: int, upper: int) -> int:
    """From an element of the matrix to the one below it: element (i, j) is at i * step_down + j + offset."""
    whole_row = row(n, lower, upper)
    return n if whole_row == n else whole_row - 1


def offset(n: int, lower: int, upper: int) -> int:
    """Place of the element (0, 0)."""
    return 0 if row(n, lower, upper) == n else lower


def nudge(value: float, numbers: Any, place: int) -> float:
    """By how much a state is moved to see what its rates do."""
    size: float = max(abs(value), numbers[FIRST_TOLERANCE + place] / numbers[RELATIVE])
    return _NUDGE * size if value >= 0 else -_NUDGE * size


def factorise(matrix: Any, pivots: Any, n: int, lower: int, upper: int, diagonal: float) -> bool:
    """Replace J by the LU factors of (diagonal I - J), rows exchanged inside the band; False if it is singular.

    On the diagonal are the reciprocals of the pivots.
    """
    stride, shift = step_down(n, lower, upper), offset(n, lower, upper)
    for i in range(len(matrix)):
        matrix[i] = -matrix[i]
    for i in range(n):
        matrix[i * stride + i + shift] += diagonal
    for k in range(n):
        below, end = min(n, k + lower + 1), min(n, k + upper + lower + 1)
        row_k = k * stride + shift
        best = k
        for i in range(k + 1, below):
            if abs(matrix[i * stride + shift + k]) > abs(matrix[best * stride + shift + k]):
                best = i
        pivots[k] = best
        if best != k:
            row_best = best * stride + shift
            for j in range(k, end):
                matrix[row_k + j], matrix[row_best + j] = matrix[row_best + j], matrix[row_k + j]
        pivot = matrix[row_k + k]
        if not abs(pivot) > 0:
            return False
        matrix[row_k + k] = per_pivot = 1 / pivot
        for i in range(k + 1, below):
            row_i = i * stride + shift
            if matrix[row_i + k] != 0:
                factor = matrix[row_i + k] * per_pivot
                matrix[row_i + k] = factor
                for j in range(k + 1, end):
                    matrix[row_i + j] -= factor * matrix[row_k + j]
    return True


def solve(matrix: Any, pivots: Any, b: Any, n: int, lower: int, upper: int) -> None:
    """Replace b by the solution, with the factors of `factorise`; what was found last is used last, it is late."""
    stride, shift = step_down(n, lower, upper), offset(n, lower, upper)
    for k in range(n):
        best = int(pivots[k])
        if best != k:
            b[k], b[best] = b[best], b[k]
        for i in range(k + 1, min(n, k + lower + 1)):
            b[i] -= matrix[i * stride + shift + k] * b[k]
    for k in range(n - 1, -1, -1):
        row_k, last = k * stride + shift, min(n, k + upper + lower + 1) - 1
        total = b[k]
        for back in range(last - k):
            total -= matrix[row_k + last - back] * b[last - back]
        b[k] = total * matrix[row_k + k]
