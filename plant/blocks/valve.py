"""Control valves: stiction, lag, rate limit, inherent characteristic and the position that they fail to.

Functions of numbers that run compiled or plain. Positions and commands are in per cent, openings are parts of one. A
model keeps the position as a state (its rate by `travel`), and the command that a sticking valve follows in its memory.
"""

from math import sqrt

LINEAR, EQUAL_PERCENTAGE, QUICK_OPENING = range(3)
"""Inherent characteristics (IEC 60534-2-4)."""
FAIL_CLOSED, FAIL_OPEN, FAIL_IN_PLACE = range(3)
"""What a valve does when its air or current is lost."""


def sticking(held: float, command: float, band: float) -> float:
    """The command that the stem follows: `held` until the new one differs by more than `band`; no stiction: 0."""
    return command if abs(command - held) > band else held


def travel(position: float, command: float, lag: float, fastest: float) -> float:
    """The rate of the position: a first-order lag, never faster than `fastest` (0: no limit) either way."""
    rate = (command - position) / lag
    return rate if fastest <= 0 else min(max(rate, -fastest), fastest)


def characteristic(kind: int, opening: float, rangeability: float) -> float:
    """The part of the full flow at this opening 0..1, both held inside 0..1; shut is shut.

    An equal percentage valve passes 1/rangeability just off its seat; the quick opening one follows the root.
    """
    x = min(max(opening, 0.0), 1.0)
    if x <= 0:
        return 0.0
    if kind == EQUAL_PERCENTAGE:
        return float(rangeability ** (x - 1.0))
    return sqrt(x) if kind == QUICK_OPENING else x


def failing(command: float, position: float, failed: bool, fails: int) -> float:
    """The command in effect: the one given, or where the valve goes without air."""
    if not failed:
        return command
    if fails == FAIL_IN_PLACE:
        return position
    return 100.0 if fails == FAIL_OPEN else 0.0
