"""A matrix of first-order lags with dead time, moved by the exact solution for inputs held over each step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from plant.blocks.dead_time import DelayLine, capacity, fill, past, push, split
from plant.model import Vector


@dataclass(frozen=True, slots=True)
class Channel:
    """One element: gain * exp(-dead_time s) / (lag s + 1) from input number `source` to output number `target`.

    `longest` is the longest dead time when it may change while running; times in the model's own unit.
    """

    target: int
    source: int
    gain: float
    lag: float
    dead_time: float
    longest: float = 0.0


class TransferFunction:
    """The channels of one model for one step; state: the lag of every channel, then one delay line per input."""

    def __init__(self, channels: Sequence[Channel], step: float) -> None:
        """`step` is in the unit of the channels' times."""
        self.channels, self.step = tuple(channels), step
        self.dead_times = [channel.dead_time for channel in channels]
        self._targets = 1 + max(channel.target for channel in channels)
        self._lines: list[DelayLine] = []
        self.size = len(self.channels)
        for source in range(1 + max(channel.source for channel in channels)):
            longest = max(max(c.dead_time, c.longest) for c in channels if c.source == source)
            self._lines.append(DelayLine(self.size, capacity(longest, step)))
            self.size += self._lines[-1].size

    def start(self, state: Vector, inputs: Sequence[float]) -> None:
        """The steady state that belongs to the inputs."""
        for line, value in zip(self._lines, inputs, strict=True):
            fill(line, state, value)
        state[: len(self.channels)] = [channel.gain * inputs[channel.source] for channel in self.channels]

    def advance(self, state: Vector, inputs: Sequence[float], dead_times: Sequence[float]) -> None:
        """One step with the inputs held over it and these dead times, one a channel, in effect.

        Where a delayed input changes within the step, the step is split exactly there.
        """
        for line, value in zip(self._lines, inputs, strict=True):
            push(line, state, value)
        lags = []
        for channel, dead_time, lag in zip(
            self.channels, dead_times, state[: len(self.channels)].tolist(), strict=True
        ):
            steps, first, second = _decays(dead_time, channel.lag, self.step)
            before, after = past(self._lines[channel.source], state, steps)
            change = channel.gain * (after - before)
            target = channel.gain * after
            lags.append(target + ((lag - target + change) * first - change) * second)
        state[: len(lags)] = lags

    def outputs(self, state: Vector) -> list[float]:
        """The sum of every output's channels."""
        sums = [0.0] * self._targets
        for channel, lag in zip(self.channels, state[: len(self.channels)].tolist(), strict=True):
            sums[channel.target] += lag
        return sums


@lru_cache(maxsize=4096)
def _decays(dead_time: float, lag: float, step: float) -> tuple[int, float, float]:
    """Whole steps of the dead time; what is left of a deviation after each part of the split step."""
    steps, rest = split(dead_time, step)
    return steps, math.exp(-rest / lag), math.exp(-(step - rest) / lag)
