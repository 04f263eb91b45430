"""Sampled analysers: several components in each sample, shown after a dead time and held until the next result.

Samples are taken at whole multiples of the period. At the time t the newest one with a finished analysis is shown: it
was taken no later than t - dead time. The analyser lives in a model's memory, from `place` on: the number of the newest
sample, the number of the shown one, then a ring of `capacity` samples with `width` components each. `take` belongs
into the model's `prepare`, `shown` into its outputs. Runs compiled or plain.
"""

from collections.abc import Sequence
from math import floor
from typing import Any

_NEWEST, _SHOWN, _RING = range(3)
_ROUNDING = 1e-9


def capacity(period: float, dead_time: float) -> int:
    """How many samples are under way at most."""
    return floor(dead_time / period + _ROUNDING) + 2


def size(width: int, capacity: int) -> int:
    """Length of the analyser in the memory."""
    return _RING + width * capacity


def memory(values: Sequence[float], capacity: int) -> tuple[float, ...]:
    """The analyser before the first step: it has always seen these values."""
    return (0.0, 0.0, *(tuple(values) * capacity))


def fill(x: Any, place: int, width: int, capacity: int, values: Any, first: int) -> None:
    """Let it always have seen `values[first : first + width]`."""
    x[place + _NEWEST] = x[place + _SHOWN] = 0.0
    for sample in range(capacity):
        put(x, place, width, capacity, sample, values, first)


def due(x: Any, place: int, time: float, period: float) -> bool:
    """Whether a sample is to be taken at `time`: then `take` has to be given fresh values."""
    return bool(floor(time / period + _ROUNDING) > x[place + _NEWEST])


def take(
    x: Any, place: int, width: int, capacity: int, values: Any, first: int,
    time: float, step: float, period: float, dead_time: float,
) -> None:  # fmt: skip
    """Take the samples that are due at `time`; choose the one to be shown at the end of the step.

    A dead time shorter than the step is lengthened to it: nothing is shown before it was measured.
    """
    newest = floor(time / period + _ROUNDING)
    sample = int(x[place + _NEWEST])
    while sample < newest:
        sample += 1
        put(x, place, width, capacity, sample, values, first)
    x[place + _NEWEST] = sample
    finished = floor((time + step - dead_time) / period + _ROUNDING)
    x[place + _SHOWN] = max(min(finished, sample), 0)


def put(x: Any, place: int, width: int, capacity: int, sample: int, values: Any, first: int) -> None:
    """Keep one sample."""
    at = place + _RING + width * (sample % capacity)
    for i in range(width):
        x[at + i] = values[first + i]


def shown(x: Any, place: int, width: int, capacity: int, component: int) -> float:
    """What the analyser shows of a component."""
    return float(x[place + _RING + width * (int(x[place + _SHOWN]) % capacity) + component])
