"""How long things took, counted for Prometheus where they happen and told to the engine, which shows them."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

BOUNDS = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip
"""Upper ends of the classes, in seconds; one more takes all that is longer."""
LAG_BOUNDS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Those of the lateness of an event loop, which is to be 20 ms at most."""


class Durations:
    """A histogram of seconds since this process began."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = BOUNDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float, times: int = 1) -> None:
        """Count one, or several that took as long."""
        self.counts[bisect_left(self.bounds, seconds)] += times
        self.total += seconds * times

    def content(self) -> dict[str, Any]:
        """For a message."""
        return {"counts": list(self.counts), "total": round(self.total, 6)}


def cumulative(content: Mapping[str, Any], bounds: Sequence[float] = BOUNDS) -> list[tuple[str, float]]:
    """The classes of a told histogram as Prometheus wants them: how many took at most so long."""
    found, below = [], 0
    for bound, count in zip((*map(str, bounds), "+Inf"), content["counts"], strict=True):
        below += count
        found.append((bound, float(below)))
    return found
