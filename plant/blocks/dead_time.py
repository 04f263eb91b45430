"""Exact dead time: a ring of past inputs that lives inside the memory of the equations. Runs compiled or plain.

The part `x[place : place + 1 + capacity]` holds the place of the newest sample, then the samples. Over a step, an input
delayed by `steps` whole steps and a rest is at first, for the time `rest`, the one recorded `steps + 1` records before
the newest, then the one recorded `steps` before it.
"""

import math
from typing import Any

from plant.errors import OutOfRange

MOST_SAMPLES = 2_000_000
_ROUNDING = 1e-12


def capacity(longest: float, step: float) -> int:
    """Number of samples that the longest dead time needs, both ends of its last step included.

    Raises OutOfRange when they are too many for the memory of a simulation.
    """
    needed = math.floor(longest / step * (1 + _ROUNDING)) + 2
    if needed > MOST_SAMPLES:
        raise OutOfRange(
            f"a dead time of {longest:g} is {longest / step:.3g} steps long, the most is {MOST_SAMPLES}: "
            "choose a longer sample time"
        )
    return needed


def whole_steps(dead_time: float, step: float) -> int:
    """How many whole steps a dead time is long; a rest that only rounding left over counts as none."""
    return int(dead_time / step * (1 + _ROUNDING))


def record(x: Any, place: int, capacity: int, value: float) -> None:
    """Put the input that is held over the step that begins now into its ring."""
    newest = int(x[place]) + 1
    if newest == capacity:
        newest = 0
    x[place] = newest
    x[place + 1 + newest] = value


def past(x: Any, place: int, capacity: int, steps: int) -> float:
    """The input that was recorded `steps` records (fewer than `capacity`) before the newest one."""
    sample = int(x[place]) - steps
    if sample < 0:
        sample += capacity
    return float(x[place + 1 + sample])
