"""Disturbances that walk: smooth variation, spikes, and a random walk that stays inside its bounds.

Smooth walks and spikes are those of J. J. Downs and E. F. Vogel (Comput. Chem. Eng. 17 (1993) 245): cubic pieces of
random length. A walk lives in a model's memory, from `place` on: four coefficients, the times at which its piece
begins and ends, and the number of pieces so far. All that is random follows from the seed, the `number` of the walk and
the number of the piece. Runs compiled or plain.
"""

from typing import Any

from plant.blocks.noise import normal, uniform

SIZE = 7
"""Length of a walk in the memory."""
_A, _B, _C, _D, _SINCE, _UNTIL, _PIECES = range(SIZE)
_PLACES = 0x10000
"""Where the places of the walks begin among those of all random numbers."""
SPIKE, FALL = 0.1, 0.1
"""A spike higher than the first falls back to nothing within the second (unit of time of the walk)."""


def memory(level: float, first: float) -> tuple[float, ...]:
    """A walk that stays at `level` until the time `first`."""
    return (level, 0.0, 0.0, 0.0, 0.0, first, 0.0)


def value(x: Any, place: int, time: float) -> float:
    """Where the walk is."""
    h = time - x[place + _SINCE]
    return float(x[place] + h * (x[place + _B] + h * (x[place + _C] + h * x[place + _D])))


def smooth(
    x: Any, place: int, time: float, seed: int, number: int,
    length: float, length_spread: float, level: float, level_spread: float,
) -> None:  # fmt: skip
    """Begin a new piece if its time has come: to a random level, which it reaches with slope zero.

    Lengths are `length` +- `length_spread`, which must be shorter; levels are `level` +- `level_spread`.
    """
    while time >= x[place + _UNTIL]:
        start, slope = finish(x, place)
        h = length + length_spread * even(x, place, seed, number, 0)
        target = level + level_spread * even(x, place, seed, number, 1)
        c = (3.0 * (target - start) - h * 2.0 * slope) / (h * h)
        d = (2.0 * (start - target) + h * slope) / (h * h * h)
        begin(x, place, start, slope, c, d, h)


def spikes(
    x: Any, place: int, time: float, seed: int, number: int, length: float, length_spread: float, height: float
) -> None:
    """Begin a new piece if its time has come: a parabola up to `height`, or back to nothing within `FALL`."""
    while time >= x[place + _UNTIL]:
        start, slope = finish(x, place)
        if start > SPIKE:
            c = -(3.0 * start + 2.0 * FALL * slope) / (FALL * FALL)
            d = (2.0 * start + FALL * slope) / (FALL * FALL * FALL)
            begin(x, place, start, slope, c, d, FALL)
        else:
            h = length + length_spread * even(x, place, seed, number, 0)
            begin(x, place, 0.0, 0.0, height / (h * h), 0.0, h)


def finish(x: Any, place: int) -> tuple[float, float]:
    """Value and slope at the end of the piece."""
    h = x[place + _UNTIL] - x[place + _SINCE]
    slope = x[place + _B] + h * (2.0 * x[place + _C] + 3.0 * h * x[place + _D])
    return value(x, place, x[place + _UNTIL]), slope


def begin(x: Any, place: int, a: float, b: float, c: float, d: float, length: float) -> None:
    """Put the next piece behind the present one."""
    x[place], x[place + _B], x[place + _C], x[place + _D] = a, b, c, d
    x[place + _SINCE] = x[place + _UNTIL]
    x[place + _UNTIL] += length
    x[place + _PIECES] += 1.0


def even(x: Any, place: int, seed: int, number: int, draw: int) -> float:
    """An evenly distributed random number between -1 and 1."""
    return 2.0 * uniform(seed, _PLACES + 2 * number + draw, int(x[place + _PIECES])) - 1.0


def bounded(present: float, deviation: float, low: float, high: float, seed: int, number: int, count: int) -> float:
    """The next value of a random walk with normal steps that is reflected at its bounds; `count` numbers the steps."""
    span = high - low
    if span <= 0:
        return low
    way = (present + deviation * normal(seed, _PLACES + number, count) - low) % (2.0 * span)
    return low + (way if way <= span else 2.0 * span - way)
