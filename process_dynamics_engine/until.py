"""What `wait` waits for: a condition on values, a simulated time, or a state."""

import math
from collections.abc import Callable

from process_dynamics_engine.answers import STATUSES
from process_dynamics_engine.snapshot import Snapshot

Until = Callable[[Snapshot], object] | float | str | None
"""A function of a snapshot, simulated seconds, a status (`paused`, ...), `begun` (it has values), or None: its end."""
TINY = 1e-6


class Standstill:
    """True when a later frame shows the same simulated time: a pause is in effect, and not only accepted."""

    def __init__(self) -> None:
        self._before: Snapshot | None = None

    def __call__(self, now: Snapshot) -> bool:
        """Whether it stands still since the snapshot before."""
        before, self._before = self._before, now
        if before is None or before.source_time is None or now.source_time is None:
            return False
        return now.simulation_time == before.simulation_time and now.source_time > before.source_time


def condition(until: Until) -> Callable[[Snapshot], bool]:
    """The test for it. Raises TypeError or ValueError for anything else."""
    if until is None or until == "ended":
        return lambda now: now.ended
    if until == "begun":
        return lambda now: now.begun
    if callable(until):
        return lambda now: now.begun and bool(until(now))
    if isinstance(until, str):
        return _status(until)
    if isinstance(until, bool) or not isinstance(until, int | float):
        raise TypeError(f"until takes a function, simulated seconds or a status, not {type(until).__name__}")
    if not math.isfinite(until):
        raise ValueError(f"until = {until} is no simulated time")
    return lambda now: now.begun and now.simulation_time >= until - TINY


def _status(wanted: str) -> Callable[[Snapshot], bool]:
    if wanted not in STATUSES:
        raise ValueError(f"until = '{wanted}' is none of begun, ended, {', '.join(STATUSES)}")
    return lambda now: now.status == wanted


def in_words(until: Until) -> str:
    """The condition, for messages."""
    if until is None or isinstance(until, str):
        return "has begun" if until == "begun" else f"is {until or 'ended'}"
    if callable(until):
        return "is as wanted"
    return f"reaches {until:g} s"
