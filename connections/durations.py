"""How long things took, counted for Prometheus where they happen and told to the engine, which shows them."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

BOUNDS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip
"""Upper ends of the classes, in seconds; one more takes all that is longer."""


class Durations:
    """A histogram of seconds since this process began."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    def content(self) -> dict[str, Any]:
        """For a message."""
        return {"counts": list(self.counts), "total": round(self.total, 6)}


def cumulative(content: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The classes of a told histogram as Prometheus wants them: how many took at most so long."""
    found, below = [], 0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), content["counts"], strict=True):
        below += count
        found.append((bound, float(below)))
    return found
