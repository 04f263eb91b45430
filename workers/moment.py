"""Instants: one reading of both clocks, and the note of when an action was applied."""

import time
from typing import NamedTuple


class Moment(NamedTuple):
    """One instant on both clocks: `mono` in seconds, `wall` in nanoseconds since 1970 UTC."""

    mono: float
    wall: int

    @classmethod
    def now(cls) -> "Moment":
        """The present."""
        return cls(time.monotonic(), time.time_ns())

    def at_wall(self, wall: int) -> "Moment":
        """The instant of another wall time, seen from this one."""
        return Moment(self.mono + (wall - self.wall) * 1e-9, wall)


class Note(NamedTuple):
    """When an action was applied: after which step, and at which wall time."""

    tick: int
    wall: int
