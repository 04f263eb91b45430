"""Explicit methods: Euler, the classical Runge-Kutta method and the adaptive one of Dormand and Prince.

They run compiled or plain (see `acceleration`). `x` is the whole memory of a model: its `n` states, then what is held
over a step, last the step size that the adaptive methods try next. `numbers` holds the longest sub-step, the relative
tolerance, the absolute tolerances of the states, then working space.

Sources: E. Hairer, S. P. Nørsett, G. Wanner: Solving Ordinary Differential Equations I (Springer 1993), II.1, II.4-5.
"""

from typing import Any

from plant.solvers.acceleration import call_vectors

RATES, OUTPUTS = 2, 3
"""Places of the codes of rates and outputs among those of a model."""
LONGEST, RELATIVE, FIRST_TOLERANCE = 0, 1, 2
"""Places in `numbers`; the working space follows the tolerances."""
DONE, FAILED = 0, 1
MOST_SUBSTEPS = 100_000
_SAFETY, _LEAST, _MOST = 0.9, 0.2, 5.0
_SMALLEST = 1e-12


def measure(codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:  # noqa: ARG001 - one signature
    """What the outputs of differential equations are."""
    call_vectors(codes[OUTPUTS], x, u, y)


def substeps(step: float, longest: float) -> int:
    """How many equal sub-steps, none longer than `longest`, make up the step."""
    count = int(step / longest * (1 - 1e-12))
    return count + 1


def space(states: int, size: int) -> int:
    """Length of the working space for this many states in a memory of `size`."""
    return 7 * states + size


def euler(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    """Equal sub-steps of Euler's method."""
    n = whole[0]
    count = substeps(step, numbers[LONGEST])
    h = step / count
    k = numbers[FIRST_TOLERANCE + n : FIRST_TOLERANCE + 2 * n]
    for _ in range(count):
        call_vectors(codes[RATES], x, u, k)
        for i in range(n):
            x[i] += h * k[i]
    return DONE


def runge_kutta(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    """Equal sub-steps of the classical method of order 4."""
    n, size = whole[0], len(x)
    count = substeps(step, numbers[LONGEST])
    h = step / count
    at = FIRST_TOLERANCE + n
    k1, k2 = numbers[at : at + n], numbers[at + n : at + 2 * n]
    k3, k4 = numbers[at + 2 * n : at + 3 * n], numbers[at + 3 * n : at + 4 * n]
    y = numbers[at + 4 * n : at + 4 * n + size]
    for i in range(n, size):
        y[i] = x[i]
    for _ in range(count):
        call_vectors(codes[RATES], x, u, k1)
        for i in range(n):
            y[i] = x[i] + 0.5 * h * k1[i]
        call_vectors(codes[RATES], y, u, k2)
        for i in range(n):
            y[i] = x[i] + 0.5 * h * k2[i]
        call_vectors(codes[RATES], y, u, k3)
        for i in range(n):
            y[i] = x[i] + h * k3[i]
        call_vectors(codes[RATES], y, u, k4)
        for i in range(n):
            x[i] += h / 6 * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i])
    return DONE


_A = (
    1 / 5,
    3 / 40, 9 / 40,
    44 / 45, -56 / 15, 32 / 9,
    19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729,
    9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656,
    35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84,
)  # fmt: skip
_E = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)


def dormand_prince(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    """Sub-steps of order 5 as long as the tolerances allow; the last one ends exactly at the end of the step."""
    n, size = whole[0], len(x)
    k = numbers[FIRST_TOLERANCE + n : FIRST_TOLERANCE + 8 * n]
    y = numbers[FIRST_TOLERANCE + 8 * n : FIRST_TOLERANCE + 8 * n + size]
    for i in range(n, size):
        y[i] = x[i]
    done, h = 0.0, first_substep(x[size - 1], step, numbers[LONGEST])
    call_vectors(codes[RATES], x, u, k[:n])
    for _ in range(MOST_SUBSTEPS):
        wanted, last = h, done + h >= step * (1 - 1e-12)
        if last:
            h = step - done
        error = stages(codes, x, u, n, numbers, k, y, h)
        if error <= 1.0:
            following = min(h * growth(error, 0.2), numbers[LONGEST])
            for i in range(n):
                x[i] = y[i]
                k[i] = k[6 * n + i]
            if last:
                x[size - 1] = max(wanted, following)
                return DONE
            done += h
            h = following
        else:
            h *= growth(error, 0.2)
            if not h > _SMALLEST * step:
                return FAILED
    return FAILED


def stages(codes: Any, x: Any, u: Any, n: int, numbers: Any, k: Any, y: Any, h: float) -> float:
    """Leave the state after the sub-step in `y`, its rates behind `k`; answer its error in units of the tolerances."""
    place = 0
    for stage in range(1, 7):
        for i in range(n):
            total = 0.0
            for j in range(stage):
                total += _A[place + j] * k[j * n + i]
            y[i] = x[i] + h * total
        place += stage
        call_vectors(codes[RATES], y, u, k[stage * n : (stage + 1) * n])
    error = 0.0
    for i in range(n):
        total = 0.0
        for j in range(7):
            total += _E[j] * k[j * n + i]
        error = worst(error, h * total, x[i], y[i], numbers[FIRST_TOLERANCE + i], numbers[RELATIVE])
    return error


def first_substep(tried: float, step: float, longest: float) -> float:
    """The sub-step to begin with: the one that went well last, or a careful one."""
    return min(tried if tried > 0 else 0.01 * min(step, longest), longest, step)


def worst(error: float, difference: float, before: float, after: float, absolute: float, relative: float) -> float:
    """The larger of `error` and the difference in units of its tolerance; huge when it is not a number."""
    size = max(abs(before), abs(after))
    ratio = abs(difference) / (absolute + relative * size)
    if not ratio < 1e300:
        return 1e300
    return max(error, ratio)


def growth(error: float, power: float) -> float:
    """By how much the next sub-step may be longer."""
    return float(min(_MOST, max(_LEAST, _SAFETY * max(error, 1e-10) ** -power)))
