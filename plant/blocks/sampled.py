"""Discrete linear systems: moved at their own sample time, whatever the step of the simulation.

Behind the states and the rings of `plant.blocks.linear` the memory holds three counts: steps taken, inputs sampled,
updates made. An input is sampled at the beginning of a sample interval, the update follows at its end.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from plant.blocks.linear import Linear
from plant.blocks.linear_steps import measure, multiply, sample
from plant.dynamics import Dynamics

_COUNTS = 3
_ROUNDING = 1e-6


def build(system: Linear, sample_time: float, step: float) -> Dynamics:
    """The dynamics of a system whose matrices are for one sample time. Raises OutOfRange for a dead time too long."""
    dynamics = system.build(sample_time)

    def start(x: Any, u: Any, states: tuple[float, ...] | None) -> None:
        dynamics.start(x[:-_COUNTS], u, states)
        x[-_COUNTS:] = 0.0

    numbers = np.append(dynamics.numbers, step / sample_time)
    return replace(
        dynamics, size=dynamics.size + _COUNTS, start=start, advance=advance, measure=measure, numbers=numbers
    )


def advance(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:  # noqa: ARG001 - one signature
    """One step: sample and update as often as instants lie within it."""
    taken, sampled, updated = len(x) - 3, len(x) - 2, len(x) - 1
    x[taken] += 1.0
    instants = x[taken] * numbers[len(numbers) - 1]
    while True:
        if x[sampled] <= x[updated]:
            if x[sampled] >= math.ceil(instants - _ROUNDING):
                return 0
            sample(x, u, whole, numbers)
            x[sampled] += 1.0
        else:
            if x[updated] >= math.floor(instants + _ROUNDING):
                return 0
            multiply(x, u, whole, numbers)
            x[updated] += 1.0
