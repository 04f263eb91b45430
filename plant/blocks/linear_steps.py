"""The arithmetic of discretised linear systems with delayed inputs (see `plant.blocks.linear`), compiled or plain.

`whole` holds the counts and where the parts begin in it (`AT_`) and in `numbers` (`IN_`), then for every source the
place and capacity of its ring; for every tap the same of its source, its whole steps, its spread input and its places
in the work space; for every variable row its tap, input and the places of its two coefficients; for every row of M and
of N the first column and the number of columns; for every direct feedthrough its output and tap.
"""

import math
from typing import Any

from plant.blocks.dead_time import past, record, whole_steps

STATES, SOURCES, TAPS, SHOWN, VARIABLE, DIRECT = range(6)
AT_TAPS, AT_VARIABLE, AT_M, AT_N, AT_DIRECT = range(6, 11)
IN_SPREAD, IN_VARIABLE, IN_M, IN_N, IN_DIRECT, IN_NOMINAL, IN_WORK = range(11, 18)
RINGS = 18
PER_TAP, PER_VARIABLE, PER_DIRECT = 6, 4, 2
UNIT, LONGEST, POLE, GAIN, KNOWN = range(5)
NUMBERS_PER_VARIABLE = 5


def advance(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:  # noqa: ARG001 - one signature
    """One step: record the inputs, then move the states by the exact solution for held inputs."""
    sample(x, u, whole, numbers)
    for number in range(whole[VARIABLE]):
        adjust(u, step, whole, numbers, number)
    multiply(x, u, whole, numbers)
    return 0


def sample(x: Any, u: Any, whole: Any, numbers: Any) -> None:
    """Record the deviation of every input."""
    for source in range(whole[SOURCES]):
        record(x, whole[RINGS + 2 * source], whole[RINGS + 2 * source + 1], u[source] - numbers[source])


def multiply(x: Any, u: Any, whole: Any, numbers: Any) -> None:
    """Move the states on by the matrix M."""
    work = whole[IN_WORK]
    for tap in range(whole[TAPS]):
        i = whole[AT_TAPS] + PER_TAP * tap
        place, capacity, steps = whole[i], whole[i + 1], whole[i + 2]
        factor = spread(u, whole, numbers, tap)
        numbers[work + whole[i + 4]] = past(x, place, capacity, steps) * factor
        if whole[i + 5] >= 0:
            numbers[work + whole[i + 5]] = past(x, place, capacity, steps + 1) * factor
    states, rows, values = whole[STATES], whole[AT_M], whole[IN_M]
    places = rows + 2 * states
    for row in range(states):
        numbers[work + whole[places + row]] = x[row]
    for row in range(states):
        first, count = work + whole[rows + 2 * row], whole[rows + 2 * row + 1]
        coefficients, factors = numbers[values : values + count], numbers[first : first + count]
        total = 0.0
        for k in range(count):
            total += coefficients[k] * factors[k]
        x[row] = total
        values += count


def spread(u: Any, whole: Any, numbers: Any, tap: int) -> float:
    """What multiplies a tap."""
    given = whole[whole[AT_TAPS] + PER_TAP * tap + 3]
    return 1.0 + numbers[whole[IN_SPREAD] + tap] * u[given] if given >= 0 else 1.0


def adjust(u: Any, step: float, whole: Any, numbers: Any, number: int) -> None:
    """Work out a row and the place of its tap for a dead time that has changed."""
    i = whole[AT_VARIABLE] + PER_VARIABLE * number
    j = whole[IN_VARIABLE] + NUMBERS_PER_VARIABLE * number
    dead_time = max(u[whole[i + 1]] * numbers[j + UNIT], 0.0)
    if not dead_time <= numbers[j + LONGEST]:
        dead_time = numbers[j + LONGEST]
    if dead_time == numbers[j + KNOWN]:
        return
    numbers[j + KNOWN] = dead_time
    steps = whole_steps(dead_time, step)
    rest = min(max(dead_time - steps * step, 0.0), step)
    whole[whole[AT_TAPS] + PER_TAP * whole[i] + 2] = steps
    pole, gain = numbers[j + POLE], numbers[j + GAIN]
    numbers[whole[IN_M] + whole[i + 2]] = gain * math.exp(pole * (step - rest)) * held(pole, rest)
    numbers[whole[IN_M] + whole[i + 3]] = gain * held(pole, step - rest)


def held(pole: float, time: float) -> float:
    """The answer of x' = pole x + 1 after this time, from 0."""
    return time if pole == 0.0 else math.expm1(pole * time) / pole


def measure(codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:  # noqa: ARG001 - one signature
    """The outputs around their nominal values."""
    rows, values, nominal = whole[AT_N], whole[IN_N], whole[IN_NOMINAL]
    for row in range(whole[SHOWN]):
        first, count = whole[rows + 2 * row], whole[rows + 2 * row + 1]
        coefficients, states = numbers[values : values + count], x[first : first + count]
        total = numbers[nominal + row]
        for k in range(count):
            total += coefficients[k] * states[k]
        y[row] = total
        values += count
    for number in range(whole[DIRECT]):
        i = whole[AT_DIRECT] + PER_DIRECT * number
        y[whole[i]] += numbers[whole[IN_DIRECT] + number] * present(x, u, whole, numbers, whole[i + 1])


def present(x: Any, u: Any, whole: Any, numbers: Any, tap: int) -> float:
    """The value of a tap at the end of the step."""
    i = whole[AT_TAPS] + PER_TAP * tap
    return past(x, whole[i], whole[i + 1], whole[i + 2]) * spread(u, whole, numbers, tap)
