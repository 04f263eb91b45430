"""The arithmetic of faults inside `cycle`, compiled or plain: what reaches the process, and what instruments read.

Each fault is fifteen numbers, at the places below. Faults act in their order, each on what the one before has left.
"""

from typing import Any

from plant.blocks.noise import normal, uniform

NUMBERS_PER_FAULT = 15
KIND, TAG, INPUT, SHOWS, NUMBER, SIZE, START, RAMP, END, INTERVAL, LOW, HIGH, LATCHED, HELD, SHOWN = range(
    NUMBERS_PER_FAULT
)
"""Kind, places among the tags and among the inputs, whether the tag shows the effect, number; size, times in seconds,
range of the tag; the last three are memory: whether it acts, what it holds, what it has put on the tag."""
BIAS, DRIFT, FREEZE, NOISE, SPIKE, OPEN_CIRCUIT, OUT_OF_RANGE, STUCK, STICTION, LEAK, LOSS = range(11)
"""In the order of `faults.Kind`; from STUCK on they act on inputs."""
_DRAWS = 1 << 20
"""Keeps the draws of faults apart from those of measurements."""
_HOUR = 3600.0
_TINY = 1e-6


def acts(numbers: Any, n: int, time: float) -> bool:
    """Whether a fault acts at this time."""
    return bool(numbers[n + START] - _TINY <= time < numbers[n + END] - _TINY)


def grown(numbers: Any, n: int, time: float) -> float:
    """The part of its size that a fault has reached."""
    ramp = numbers[n + RAMP]
    return min(1.0, max(0.0, time - numbers[n + START]) / ramp) if ramp > 0 else 1.0


def act(values: Any, u: Any, numbers: Any, time: float) -> None:
    """Change what the equations read in the step that begins at `time`; a lost disturbance shows it on its tag."""
    for n in range(0, len(numbers), NUMBERS_PER_FAULT):
        kind, tag = int(numbers[n + KIND]), int(numbers[n + TAG])
        if kind < STUCK:
            continue
        place = int(numbers[n + INPUT])
        if numbers[n + SHOWS] != 0:
            lose(values, tag, numbers, n, time)
            u[place] = values[tag]
        elif acts(numbers, n, time):
            u[place] = moved(kind, u[place], numbers, n, grown(numbers, n, time))
        else:
            numbers[n + LATCHED] = 0.0


def lose(values: Any, tag: int, numbers: Any, n: int, time: float) -> None:
    """Put the lost value on the tag, and the healthy one back at the end: what is written meanwhile is healthy."""
    untouched = numbers[n + LATCHED] != 0 and values[tag] == numbers[n + SHOWN]
    if acts(numbers, n, time):
        if not untouched:
            numbers[n + HELD] = values[tag]
        held = numbers[n + HELD]
        numbers[n + SHOWN] = held + grown(numbers, n, time) * (numbers[n + SIZE] - held)
        numbers[n + LATCHED] = 1.0
        values[tag] = numbers[n + SHOWN]
    else:
        if untouched:
            values[tag] = numbers[n + HELD]
        numbers[n + LATCHED] = 0.0


def moved(kind: int, command: float, numbers: Any, n: int, part: float) -> float:
    """Where a faulty valve or supply stands, given what it was told."""
    size: float = numbers[n + SIZE]
    if kind == LEAK:
        low: float = numbers[n + LOW]
        return max(command, low + part * (size - low))
    if kind == LOSS:
        return command + part * (size - command)
    if numbers[n + LATCHED] == 0 or (kind == STICTION and abs(command - numbers[n + HELD]) > part * size):
        numbers[n + HELD] = command
    numbers[n + LATCHED] = 1.0
    held: float = numbers[n + HELD]
    return held


def mismeasure(values: Any, numbers: Any, seed: int, count: int, time: float, step: float) -> None:
    """Change the readings at `time`, the sample number `count`; `step` is the time between two samples."""
    for n in range(0, len(numbers), NUMBERS_PER_FAULT):
        kind, tag = int(numbers[n + KIND]), int(numbers[n + TAG])
        if kind >= STUCK:
            continue
        if acts(numbers, n, time):
            draw = _DRAWS + int(numbers[n + NUMBER])
            reading = misread(kind, values[tag], numbers, n, seed, draw, count, time, step)
            values[tag] = min(max(reading, numbers[n + LOW]), numbers[n + HIGH])
            numbers[n + LATCHED] = 1.0
        else:
            numbers[n + LATCHED] = 0.0


def misread(
    kind: int, reading: float, numbers: Any, n: int, seed: int, draw: int, count: int, time: float, step: float
) -> float:
    """What a faulty instrument reads, before its range cuts it."""
    size: float = numbers[n + SIZE]
    if kind == BIAS:
        return reading + grown(numbers, n, time) * size
    if kind == DRIFT:
        hours: float = max(0.0, time - numbers[n + START]) / _HOUR
        return reading + size * hours
    if kind == NOISE:
        return reading + grown(numbers, n, time) * size * normal(seed, draw, count)
    if kind == SPIKE:
        strikes: bool = numbers[n + LATCHED] == 0 or uniform(seed, draw, count) < step / numbers[n + INTERVAL]
        return reading + size if strikes else reading
    if kind == FREEZE:
        if numbers[n + LATCHED] == 0:
            numbers[n + HELD] = reading
        held: float = numbers[n + HELD]
        return held
    low: float = numbers[n + LOW]
    high: float = numbers[n + HIGH]
    return high if size > 0 else low
