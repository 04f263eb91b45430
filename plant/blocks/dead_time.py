"""Exact dead time: a ring of past inputs that lives inside a slice of the state vector."""

import math
from dataclasses import dataclass

from plant.model import Vector


@dataclass(frozen=True, slots=True)
class DelayLine:
    """The past of one input that is constant over each step.

    The slice `state[place : place + size]` holds the place of the newest sample, then a ring of `capacity` samples.
    """

    place: int
    capacity: int

    @property
    def size(self) -> int:
        """Length of the slice in the state vector."""
        return 1 + self.capacity


def capacity(longest: float, step: float) -> int:
    """Number of samples that the longest dead time needs, both ends of its last step included."""
    return math.floor(longest / step * (1 + 1e-12)) + 2


def fill(line: DelayLine, state: Vector, value: float) -> None:
    """Let the input have been `value` for ever."""
    state[line.place] = 0.0
    state[line.place + 1 : line.place + line.size] = value


def push(line: DelayLine, state: Vector, value: float) -> None:
    """Record the input that is held over the step that begins now."""
    newest = (int(state.item(line.place)) + 1) % line.capacity
    state[line.place] = newest
    state[line.place + 1 + newest] = value


def split(dead_time: float, step: float) -> tuple[int, float]:
    """How many whole steps a dead time is long, and the rest of it (0 <= rest <= step).

    Over a step the delayed input is at first, for the time `rest`, the one pushed `steps + 1` pushes before the
    newest, then the one pushed `steps` before it.
    """
    steps = math.floor(dead_time / step)
    return steps, min(max(dead_time - steps * step, 0.0), step)


def past(line: DelayLine, state: Vector, steps: int) -> tuple[float, float]:
    """The inputs that were pushed `steps + 1` and `steps` pushes before the newest one."""
    first, newest = line.place + 1, int(state.item(line.place))
    after = (newest - steps) % line.capacity
    return state.item(first + (after - 1) % line.capacity), state.item(first + after)
