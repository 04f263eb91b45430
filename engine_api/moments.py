"""Times as the API shows them: moments in ISO 8601, what is left of a life."""

import math
from datetime import UTC, datetime
from functools import lru_cache

from connections.record import Record, now
from plant.lifecycle import State


def moment(time: datetime | None) -> str | None:
    """ISO 8601 in UTC with milliseconds and `Z`."""
    if time is None:
        return None
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(256)  # all tags of a sample have one time
def moment_of(nanoseconds: int | None) -> str | None:
    """The same from nanoseconds since 1970."""
    if nanoseconds is None:
        return None
    return moment(datetime.fromtimestamp(nanoseconds // 1_000_000 / 1000, UTC))


def remaining(record: Record, simulation_time: float) -> float | None:
    """Seconds of wall time until the life ends at the present speed; None when ended or not foreseeable."""
    if not record.alive or record.ends_at is None or math.isinf(record.speed):
        return None
    left = max(0.0, (record.ends_at - now()).total_seconds())
    if record.status is State.PAUSED:
        return round(left, 3)
    return round(min(left, max(0.0, record.duration - simulation_time) / record.speed), 3)
