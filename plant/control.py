"""The arithmetic of the loops: all PID controllers of a simulation in one function, compiled or plain.

A loop reads five tags in their order: setpoint, mode, gain, integral time, derivative time (times in seconds, an
integral time of zero means none). The positional form keeps its integral, which stops while it would push the output
further beyond its range; the velocity form moves the output by increments. Both take the derivative of the
measurement and begin from the output as it stands, so that every change of mode is bumpless. A loop that moves the
setpoint of another one does so while that one is in cascade, and follows its setpoint else.
"""

from typing import Any

MANUAL, AUTO, CASCADE = range(3)
STATES_PER_LOOP = 4
_INTEGRAL, _LAST, _MODE, _BEFORE = range(STATES_PER_LOOP)
INTEGERS_PER_LOOP = 6
"""Places of measurement, output and first of the five tags; form; place of the inner loop's mode or -1; tracking."""
NUMBERS_PER_LOOP = 3
"""Lowest and highest output; seconds between two executions."""


def control(values: Any, state: Any, whole: Any, numbers: Any, time: float, step: float) -> None:
    """Execute the loops whose time has come; `values` (all tags) and `state` are changed in place."""
    for number in range(len(state) // STATES_PER_LOOP):
        period = numbers[number * NUMBERS_PER_LOOP + 2]
        if period <= step:
            execute(values, state, whole, numbers, number, step)
        elif int(time / period + 1e-9) > int((time - step) / period + 1e-9) or time < 0.5 * step:
            execute(values, state, whole, numbers, number, period)


def execute(values: Any, state: Any, whole: Any, numbers: Any, number: int, step: float) -> None:
    """One execution of one loop, `step` seconds after the one before."""
    i, s = number * INTEGERS_PER_LOOP, number * STATES_PER_LOOP
    measured, output, first = whole[i], whole[i + 1], whole[i + 2]
    measurement = values[measured]
    mode = int(values[first + 1])
    inner = whole[i + 4]
    if inner >= 0 and values[inner] != CASCADE:
        mode = MANUAL
    if mode == MANUAL:
        if whole[i + 5] and values[first + 1] == MANUAL:
            values[first] = measurement
        state[s + _MODE] = MANUAL
    else:
        if state[s + _MODE] == MANUAL:
            begin(values, state, s, first, measurement, values[output], whole[i + 3])
        low, high = numbers[number * NUMBERS_PER_LOOP], numbers[number * NUMBERS_PER_LOOP + 1]
        if whole[i + 3]:
            velocity(values, state, s, output, first, measurement, low, high, step)
        else:
            positional(values, state, s, output, first, measurement, low, high, step)
        state[s + _MODE] = mode
    state[s + _BEFORE] = state[s + _LAST]
    state[s + _LAST] = measurement


def begin(values: Any, state: Any, s: int, first: int, measurement: float, output: float, form: int) -> None:
    """Set the memory so that the first execution goes on from the output as it stands."""
    error = values[first] - measurement
    state[s + _INTEGRAL] = error if form else output - values[first + 2] * error
    state[s + _LAST] = state[s + _BEFORE] = measurement


def resume(values: Any, before: Any, state: Any, whole: Any) -> None:
    """Let the loops of a start state that are still in auto or cascade go on as though they had been so all along.

    `before` are the values of the start state, `values` those with the first changes in them: a changed setpoint is a
    step of it. A loop that the changes switch on begins like any other.
    """
    for number in range(len(state) // STATES_PER_LOOP):
        i, s = number * INTEGERS_PER_LOOP, number * STATES_PER_LOOP
        measured, output, first, inner = whole[i], whole[i + 1], whole[i + 2], whole[i + 4]
        asleep = inner >= 0 and not before[inner] == values[inner] == CASCADE
        if asleep or MANUAL in (before[first + 1], values[first + 1]):
            continue
        error = before[first] - before[measured]
        state[s + _INTEGRAL] = error if whole[i + 3] else before[output] - values[first + 2] * error
        state[s + _LAST] = state[s + _BEFORE] = before[measured]
        state[s + _MODE] = values[first + 1]


def rest(whole: Any, state: Any, output: int, value: float) -> None:
    """Let the loop that moves the tag `output` go on from `value` as though its error had been zero until now."""
    for number in range(len(state) // STATES_PER_LOOP):
        if whole[number * INTEGERS_PER_LOOP + 1] == output:
            state[number * STATES_PER_LOOP + _INTEGRAL] = 0.0 if whole[number * INTEGERS_PER_LOOP + 3] else value


def positional(
    values: Any, state: Any, s: int, output: int, first: int, measurement: float, low: float, high: float, step: float
) -> None:
    """output = gain * error + integral - derivative, held inside its range."""
    gain, integral_time = values[first + 2], values[first + 3]
    push = gain * (values[first] - measurement)
    moved = state[s + _INTEGRAL]
    if integral_time > 0:
        moved += push * step / integral_time
    wanted = push + moved - gain * values[first + 4] * (measurement - state[s + _LAST]) / step
    held = min(max(wanted, low), high)
    values[output] = held
    if (wanted - held) * push <= 0:
        state[s + _INTEGRAL] = moved


def velocity(
    values: Any, state: Any, s: int, output: int, first: int, measurement: float, low: float, high: float, step: float
) -> None:
    """output += gain * (change of error + error * step / integral time - derivative), held inside its range."""
    gain, integral_time = values[first + 2], values[first + 3]
    error = values[first] - measurement
    move = error - state[s + _INTEGRAL]
    if integral_time > 0:
        move += error * step / integral_time
    move -= values[first + 4] * (measurement - 2 * state[s + _LAST] + state[s + _BEFORE]) / step
    values[output] = min(max(values[output] + gain * move, low), high)
    state[s + _INTEGRAL] = error
