"""Exact dead time: a ring of past inputs that lives inside a slice of the state vector."""

import math
from dataclasses import dataclass

from plant.model import Vector


@dataclass(frozen=True, slots=True)
class DelayLine:
    """The past of one input that is constant over each step.

    The slice `state[place : place + size]` holds the place of the newest sample, then the ring of samples.
    `step` and `longest` (the longest dead time ever asked for) are in the model's own unit of time.
    """

    place: int
    step: float
    longest: float

    @property
    def capacity(self) -> int:
        """Number of samples kept: enough for the longest dead time, both ends of its last step included."""
        return math.floor(self.longest / self.step * (1 + 1e-12)) + 2

    @property
    def size(self) -> int:
        """Length of the slice in the state vector."""
        return 1 + self.capacity


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
    """How many whole steps a dead time is long, and what is left of it (0 <= rest < step, rounding aside).

    During a step the delayed input is that of `steps + 1` pushes ago for the time `rest`, then that of `steps` ago.
    """
    steps = math.floor(dead_time / step)
    return steps, min(max(dead_time - steps * step, 0.0), step)


def past(line: DelayLine, state: Vector, steps: int) -> float:
    """The input that was pushed `steps` pushes before the newest one."""
    return state.item(line.place + 1 + (int(state.item(line.place)) - steps) % line.capacity)
