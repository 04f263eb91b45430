"""`Prefer: wait=N` (RFC 7240): a caller who wants the finished simulation in one request gets it."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from engine_api.engine import Engine
from plant.errors import InvalidValue
from plant.lifecycle import ENDED

LONGEST_WAIT = 300.0
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*([^,;\s]+)", re.IGNORECASE)


async def _wait(
    prefer: Annotated[
        str | None,
        Header(max_length=200, description="`wait=N`: answer when it has ended, or in N s", examples=["wait=1"]),
    ] = None,
) -> float | None:
    """Seconds that the caller waits, at most LONGEST_WAIT; None for one who does not. Raises InvalidValue."""
    found = _WAIT.search(prefer or "")
    if found is None:
        return None
    if not re.fullmatch(r"\d{1,6}", found[1], re.ASCII):
        raise InvalidValue(f"Prefer: wait takes a whole number of seconds, not '{found[1][:40]}'")
    return min(float(found[1]), LONGEST_WAIT)


WaitHere = Annotated[float | None, Depends(_wait)]
"""A route's parameter: how long its caller waits for the end."""


async def ended(engine: Engine, response: Response, sim_id: str, seconds: float) -> None:
    """Wait until the simulation has ended or the time is over, and say that it was waited for."""
    response.headers["Preference-Applied"] = f"wait={seconds:g}"
    await engine.live.until(lambda: _over(engine, sim_id), seconds)


def _over(engine: Engine, sim_id: str) -> bool:
    record = engine.live.records.get(sim_id)
    return record is not None and record.status in ENDED
