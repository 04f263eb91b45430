"""Whether a request is sent again, and when: only where it can't be done twice."""

from typing import Any

from process_dynamics_engine.call import Call
from process_dynamics_engine.errors import EngineError, NoCapacity, TooManyRequests, Unavailable, Unreachable

ATTEMPTS = 4
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0


class NotSent(Unreachable):
    """No connection came about: the engine knows nothing of the request."""


def pause_before(call: Call[Any], error: EngineError, attempt: int) -> float | None:
    """Seconds until the next attempt after this one (the first is 1); None: it is the last."""
    if attempt >= ATTEMPTS or not _may(call, error):
        return None
    wanted = FIRST_PAUSE * 2 ** (attempt - 1) if error.retry_after is None else error.retry_after
    return None if wanted > LONGEST_PAUSE else wanted


def _may(call: Call[Any], error: EngineError) -> bool:
    if isinstance(error, NotSent | TooManyRequests):
        return True
    return call.safe and isinstance(error, Unavailable) and not isinstance(error, NoCapacity)
