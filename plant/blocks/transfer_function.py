"""A matrix of transfer functions, each with its own exact dead time, moved by the exact solution for held inputs.

Where a delayed input changes within a step, the step is split exactly there. A channel is a first-order lag (its dead
time may be an input) or any proper rational function num(s)/den(s): integrators, unstable poles, zeros, direct
feedthrough, pure gains, pure dead time.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from plant.blocks.linear import Linear, Tap, Variable, factor
from plant.blocks.realisation import OpenLoop, Realisation, discretised, realise
from plant.dynamics import Dynamics
from plant.errors import InvalidValue, NotSupported, PlantError
from plant.tags import check_all

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Channel:
    """One element: gain * exp(-dead_time s) / (lag s + 1) from input number `source` to output number `target`.

    Times in the model's own unit. `dead_time_input` is the number of the input that holds the dead time (in seconds),
    at most `longest`, if it may change while running; `spread_input` that of the input which changes the gain to
    gain + spread * u.
    """

    target: int
    source: int
    gain: float
    lag: float
    dead_time: float
    longest: float = 0.0
    dead_time_input: int = -1
    spread: float = 0.0
    spread_input: int = -1

    @property
    def numerator(self) -> tuple[float, ...]:
        """Coefficients by falling powers of s."""
        return (self.gain,)

    @property
    def denominator(self) -> tuple[float, ...]:
        """Coefficients by falling powers of s."""
        return self.lag, 1.0


@dataclass(frozen=True, slots=True)
class Rational:
    """One element: exp(-dead_time s) * numerator / denominator, coefficients by falling powers of s."""

    target: int
    source: int
    numerator: tuple[float, ...]
    denominator: tuple[float, ...]
    dead_time: float = 0.0


class Element(Protocol):
    """What every channel tells."""

    @property
    def target(self) -> int: ...  # noqa: D102
    @property
    def source(self) -> int: ...  # noqa: D102
    @property
    def numerator(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def denominator(self) -> tuple[float, ...]: ...  # noqa: D102
    @property
    def dead_time(self) -> float: ...  # noqa: D102


def faults(element: Element) -> list[str]:
    """What is wrong with a channel by itself, in sentences; none: it can be simulated."""
    found = []
    numbers = (*element.numerator, *element.denominator, element.dead_time)
    if not all(map(math.isfinite, numbers)):
        return ["every coefficient and the dead time must be a finite number"]
    if element.dead_time < 0:
        found.append(f"the dead time {element.dead_time:g} is negative: an output can't come before its cause")
    if isinstance(element, Channel) and element.dead_time_input >= 0 and element.lag == 0:
        found.append("a dead time that is an input needs a lag that is not zero")
    if isinstance(element, Channel) and element.spread and element.gain == 0:
        found.append("a gain of zero can't be spread")
    top, bottom = (len(np.trim_zeros(np.array(c), "f")) for c in (element.numerator, element.denominator))
    if bottom == 0:
        found.append("the denominator is zero")
    elif top > bottom:
        found.append(
            f"the transfer function is improper: the numerator is of order {top - 1}, the denominator of order "
            f"{bottom - 1}; add a filter or leave out derivatives"
        )
    return found


@dataclass(frozen=True)
class TransferFunction:
    """The channels of a model around its operating point.

    Attributes:
        nominal_inputs: of the inputs that channels start from; further inputs are dead times and spreads.
        shown: for every own output or state the number of the target that it shows, and its nominal value.
        seconds_per_unit: of the model's own time.
    """

    channels: tuple[Channel | Rational, ...]
    nominal_inputs: tuple[float, ...]
    shown: tuple[tuple[int, float], ...]
    seconds_per_unit: float = 1.0

    def __post_init__(self) -> None:
        """Raises InvalidValue, or InvalidRequest with every problem."""
        problems: list[PlantError] = []
        for number, channel in enumerate(self.channels):
            problems += [InvalidValue(f"channel {number}: {sentence}") for sentence in faults(channel)]
            if not 0 <= channel.source < len(self.nominal_inputs):
                problems.append(InvalidValue(f"channel {number}: there is no input number {channel.source}"))
        check_all(problems)

    def build(self, step: float) -> Dynamics:
        """The dynamics for a step in the model's unit of time. Raises OutOfRange for a dead time too long for it."""
        if not 0 < step < math.inf:
            raise InvalidValue(f"the step must be positive and finite, not {step:g}")
        taps, whole = self._taps, self._side_by_side
        places = np.cumsum([0, *(len(each.a) for each in self._realised)]).tolist()
        states, count = whole.b.shape
        phi = np.zeros((states, states))
        before, after, steady = (np.zeros((states, count)) for _ in range(3))
        order: list[int] = []
        for number, (part, tap) in enumerate(zip(self._realised, taps, strict=True)):
            rows = slice(places[number], places[number + 1])
            phi[rows, rows], before[rows, [number]], after[rows, [number]] = discretised(part, tap.dead_time, step)
            steady[rows, [number]] = part.steady()
            order += [*range(rows.start, rows.stop), states + number, states + count + number]
        return Linear(
            taps, phi, before, after, whole.c, whole.d, tuple(order), self.nominal_inputs,
            tuple(value for _, value in self.shown), steady, tuple(self._variable(places)),
        ).build(step)  # fmt: skip

    def open_loop(self, u: NDArray[np.float64]) -> OpenLoop:
        """The channels side by side, per unit of time. Raises NotSupported for dead time."""
        if any(tap.dead_time for tap in self._taps):
            raise NotSupported("its inputs have dead times, which no matrix holds")
        taps, slopes = np.zeros(len(self._taps)), np.zeros((len(self._taps), len(u)))
        for number, tap in enumerate(self._taps):
            deviation, gain = u[tap.source] - self.nominal_inputs[tap.source], factor(tap, u)
            taps[number], slopes[number, tap.source] = deviation * gain, gain
            if tap.spread_input >= 0:
                slopes[number, tap.spread_input] += deviation * tap.spread
        return OpenLoop(self._side_by_side, taps, slopes, np.array([value for _, value in self.shown]))

    @cached_property
    def _taps(self) -> tuple[Tap, ...]:
        return tuple(_tap(channel) for channel in self.channels)

    @cached_property
    def _side_by_side(self) -> Realisation:
        """All channels in one, an input for each, without dead times."""
        places = np.cumsum([0, *(len(each.a) for each in self._realised)]).tolist()
        states, count = places[-1], len(self.channels)
        a, b = np.zeros((states, states)), np.zeros((states, count))
        c, d = np.zeros((len(self.shown), states)), np.zeros((len(self.shown), count))
        for number, part in enumerate(self._realised):
            rows = slice(places[number], places[number + 1])
            a[rows, rows], b[rows, [number]] = part.a, part.b
            for row, (target, _) in enumerate(self.shown):
                if target == self.channels[number].target:
                    c[row, rows], d[row, number] = part.c[0], part.d[0, 0]
        return Realisation(a, b, c, d)

    @cached_property
    def _realised(self) -> list[Realisation]:
        return [realise(channel.numerator, channel.denominator) for channel in self.channels]

    def _variable(self, places: list[int]) -> list[Variable]:
        return [
            Variable(places[number], number, c.dead_time_input, 1 / self.seconds_per_unit, -1 / c.lag, c.gain / c.lag)
            for number, c in enumerate(self.channels)
            if isinstance(c, Channel) and c.dead_time_input >= 0
        ]


def _tap(channel: Channel | Rational) -> Tap:
    if isinstance(channel, Rational):
        return Tap(channel.source, channel.dead_time)
    longest = max(channel.dead_time, channel.longest) if channel.dead_time_input >= 0 else channel.dead_time
    return Tap(channel.source, longest, channel.spread / channel.gain if channel.spread else 0.0, channel.spread_input)
