"""The numbers that commands take: checks, and how they are told to others."""

import math

from plant.errors import OutOfRange, WrongType
from plant.pace import FASTEST, SLOWEST, UNLIMITED

MOST_STEPS = 1_000_000


def check_speed(speed: float | None) -> float:
    """The factor, or UNLIMITED. Raises OutOfRange or WrongType."""
    if speed is None:
        raise WrongType(f"speed takes a factor {SLOWEST:g}..{FASTEST:g} or max")
    if speed != UNLIMITED and not SLOWEST <= speed <= FASTEST:
        raise OutOfRange(f"speed = {speed:g} is outside {SLOWEST:g}..{FASTEST:g} (or max)")
    return speed


def check_steps(steps: float | None) -> float:
    """The number of steps, 1 by default. Raises OutOfRange."""
    steps = 1.0 if steps is None else steps
    if not 1 <= steps <= MOST_STEPS or not float(steps).is_integer():
        raise OutOfRange(f"steps = {steps:g} is not a whole number in 1..{MOST_STEPS}")
    return steps


def finite(number: float | None) -> float | None:
    """A number as messages hold it: None where it is infinite, which a speed of `max` is."""
    return None if number is None or math.isinf(number) else number
