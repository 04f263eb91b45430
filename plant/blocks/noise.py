"""Reproducible noise without memory: every number follows from the seed, the place and the count of the draw.

So a restored or branched run draws the same numbers, whatever was drawn before it.
The integer hash is `lowbias32` (C. Wellons, Prospecting for Hash Functions, 2018); normal numbers by Box and Muller.
"""

from math import cos, log, pi, sqrt

_MASK = 0xFFFFFFFF


def scrambled(number: int) -> int:
    """A whole number of 32 bits, thoroughly mixed."""
    number = number & _MASK
    number = ((number ^ (number >> 16)) * 0x7FEB352D) & _MASK
    number = ((number ^ (number >> 15)) * 0x846CA68B) & _MASK
    return number ^ (number >> 16)


def uniform(seed: int, place: int, count: int) -> float:
    """A number between 0 and 1 (never these themselves), the same for the same seed, place and count."""
    mixed = scrambled(seed ^ scrambled(place + 0x9E3779B9))
    mixed = scrambled(mixed ^ scrambled(count >> 32))
    return (scrambled(mixed ^ (count & _MASK)) + 0.5) / 4294967296.0


def normal(seed: int, place: int, count: int) -> float:
    """A number of the normal distribution with mean 0 and deviation 1."""
    radius = sqrt(-2.0 * log(uniform(seed, 2 * place, count)))
    return radius * cos(2.0 * pi * uniform(seed, 2 * place + 1, count))
