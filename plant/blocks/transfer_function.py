"""A matrix of first-order lags with exact dead time, moved by the exact solution for inputs held over each step.

Where a delayed input changes within a step, the step is split exactly there. The past of every input is a ring of
samples inside the memory. Runs compiled or plain.
"""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from plant.dynamics import Dynamics, Vector

_CHANNELS, _SOURCES, _SHOWN, _FIRST = range(4)
_GAIN, _LAG, _DEAD_TIME, _UNITS = range(4)
_PER_CHANNEL_WHOLE, _PER_CHANNEL = 3, 4


@dataclass(frozen=True, slots=True)
class Channel:
    """One element: gain * exp(-dead_time s) / (lag s + 1) from input number `source` to output number `target`.

    Times in the model's own unit. `dead_time_input` is the number of the input that holds the dead time (in seconds),
    at most `longest`, if it may change while running.
    """

    target: int
    source: int
    gain: float
    lag: float
    dead_time: float
    longest: float = 0.0
    dead_time_input: int = -1


@dataclass(frozen=True)
class TransferFunction:
    """The channels of a model around its operating point.

    Attributes:
        nominal_inputs: of the inputs that channels start from; further inputs are dead times.
        shown: for every own output or state the number of the target that it shows, and its nominal value.
        seconds_per_unit: of the model's own time.
    """

    channels: tuple[Channel, ...]
    nominal_inputs: tuple[float, ...]
    shown: tuple[tuple[int, float], ...]
    seconds_per_unit: float = 1.0

    def build(self, step: float) -> Dynamics:
        """The dynamics for a step in the model's own unit of time."""
        rings = [self._capacity(source, step) for source in range(len(self.nominal_inputs))]
        places = np.cumsum([len(self.channels), *(1 + ring for ring in rings)]).tolist()
        whole = [len(self.channels), len(rings), len(self.shown)]
        for channel in self.channels:
            whole += [channel.source, channel.target, channel.dead_time_input]
        for place, ring in zip(places[:-1], rings, strict=True):
            whole += [place, ring]
        numbers = list(self.nominal_inputs)
        for c in self.channels:
            numbers += [c.gain, c.lag, c.dead_time, 1 / self.seconds_per_unit]
        whole += [target for target, _ in self.shown]
        numbers += [nominal for _, nominal in self.shown]
        arrays = np.array(whole, np.int64), np.array(numbers, np.float64)
        start = partial(self._start, places)
        return Dynamics(places[-1], start, advance, measure, whole=arrays[0], numbers=arrays[1])

    def _capacity(self, source: int, step: float) -> int:
        """Number of samples that the longest dead time needs, both ends of its last step included."""
        longest = max((max(c.dead_time, c.longest) for c in self.channels if c.source == source), default=0.0)
        return math.floor(longest / step * (1 + 1e-12)) + 2

    def _start(self, places: list[int], x: Vector, u: Vector, _states: tuple[float, ...] | None) -> None:
        """The steady state that belongs to the inputs: they have been as they are for ever."""
        deviations = u[: len(self.nominal_inputs)] - self.nominal_inputs
        x[: len(self.channels)] = [channel.gain * deviations[channel.source] for channel in self.channels]
        for source, place in enumerate(places[:-1]):
            x[place] = 0.0
            x[place + 1 : places[source + 1]] = deviations[source]


def advance(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:  # noqa: ARG001 - one signature
    """One step: record the inputs, then move every lag by the exact solution."""
    channels, sources = whole[_CHANNELS], whole[_SOURCES]
    rings = _FIRST + _PER_CHANNEL_WHOLE * channels
    for source in range(sources):
        record(x, whole[rings + 2 * source], whole[rings + 2 * source + 1], u[source] - numbers[source])
    for channel in range(channels):
        i, j = _FIRST + _PER_CHANNEL_WHOLE * channel, sources + _PER_CHANNEL * channel
        dead_time = numbers[j + _DEAD_TIME]
        if whole[i + 2] >= 0:
            dead_time = u[whole[i + 2]] * numbers[j + _UNITS]
        steps = int(dead_time / step)
        rest = min(max(dead_time - steps * step, 0.0), step)
        ring = rings + 2 * whole[i]
        before = past(x, whole[ring], whole[ring + 1], steps + 1) * numbers[j + _GAIN]
        after = past(x, whole[ring], whole[ring + 1], steps) * numbers[j + _GAIN]
        lag = numbers[j + _LAG]
        turning = before + (x[channel] - before) * math.exp(-rest / lag)
        x[channel] = after + (turning - after) * math.exp(-(step - rest) / lag)
    return 0


def record(x: Any, place: int, capacity: int, value: float) -> None:
    """Put the input that is held over the step that begins now into its ring."""
    newest = (int(x[place]) + 1) % capacity
    x[place] = newest
    x[place + 1 + newest] = value


def past(x: Any, place: int, capacity: int, steps: int) -> float:
    """The input that was recorded `steps` records before the newest one."""
    return float(x[place + 1 + (int(x[place]) - steps) % capacity])


def measure(codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:  # noqa: ARG001 - one signature
    """The sum of every target's channels around its nominal value."""
    channels = whole[_CHANNELS]
    targets = _FIRST + _PER_CHANNEL_WHOLE * channels + 2 * whole[_SOURCES]
    nominal = whole[_SOURCES] + _PER_CHANNEL * channels
    for shown in range(whole[_SHOWN]):
        total = numbers[nominal + shown]
        for channel in range(channels):
            if whole[_FIRST + _PER_CHANNEL_WHOLE * channel + 1] == whole[targets + shown]:
                total += x[channel]
        y[shown] = total
