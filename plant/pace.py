"""Pace: pure arithmetic that says which steps are due; whoever holds the clock asks."""

import math
from dataclasses import dataclass, replace

SLOWEST, FASTEST = 0.1, 1000.0
UNLIMITED = math.inf
CATCH_UP, SKIP, HOLD = "catch_up", "skip", "hold"
AFTER_STALL = (CATCH_UP, SKIP)
"""What to do with steps that a stalled worker missed: make them up at once, or leave them out."""
AFTER_LOSS = (CATCH_UP, HOLD)
"""What the next attempt does with the time since its worker was lost: make it up, or go on from where it stood."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The agreement between steps and a monotonic clock.

    Tick `tick` was due at `origin` (seconds of the clock); one step is `step` simulated seconds and takes
    `step / speed` seconds of the clock. `speed` is a factor, `UNLIMITED` means as fast as possible.
    """

    step: float
    speed: float
    origin: float
    tick: int = 0

    @property
    def period(self) -> float:
        """Clock seconds between two steps; 0 when unlimited."""
        return self.step / self.speed

    def due_at(self, tick: int) -> float:
        """When that tick is due on the clock."""
        return self.origin + (tick - self.tick) * self.period

    def due(self, tick: int, now: float) -> int:
        """How many steps after `tick` are due at `now`; at least one for ever when unlimited."""
        if self.speed == UNLIMITED:
            return 1
        last = self.tick + math.floor((now - self.origin) / self.period)
        if self.due_at(last + 1) <= now:  # the division rounds; `due_at` decides, so that both always agree
            last += 1
        elif self.due_at(last) > now:
            last -= 1
        return max(0, last - tick)

    def with_speed(self, speed: float, tick: int, now: float) -> "Pace":
        """The pace from now on at another speed, with the next step one new period away."""
        return replace(self, speed=speed, origin=now, tick=tick)

    def restarted(self, tick: int, now: float) -> "Pace":
        """The pace that forgets all lateness: `tick` counts as due right now (after a pause, or to skip)."""
        return replace(self, origin=now, tick=tick)
