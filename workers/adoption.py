"""How a worker takes an attempt on: the lease first, then the model, then whatever an earlier attempt left behind."""

from datetime import datetime
from typing import Any

from connections.fmu.equations import FmuEquations
from connections.own import shelf
from connections.queue import Assignment
from plant import catalog
from workers import checkpoint, lease
from workers.hosted import Hosted, begin
from workers.moment import Moment


class EpochOver(Exception):  # noqa: N818 - a fact, not a mistake
    """Another attempt has begun, or this one was made before: nothing may be done."""


class GivesWay(Exception):  # noqa: N818 - a fact, not a mistake
    """An earlier attempt still has the lease: it gives it back at its next renewal, or it expires."""


def hold(redis: Any, assignment: Assignment, owner: str, life: float) -> None:
    """Take or renew the lease. Raises EpochOver or GivesWay."""
    claim = lease.Claim(assignment.sim_id, assignment.epoch)
    (answer,) = lease.hold(redis, [claim], owner, life)
    if answer == lease.GIVES_WAY:
        raise GivesWay
    if answer != lease.HELD:
        raise EpochOver(f"epoch {assignment.epoch} of {assignment.sim_id} is over")


def adopt(redis: Any, assignment: Assignment, owner: str, life: float) -> tuple[Hosted, bool]:
    """The simulation, its lease held, and whether it goes on where another attempt was.

    `redis` is synchronous. Raises EpochOver, GivesWay, RedisError, or whatever the model's building raises.
    """
    present = Moment.now()
    hold(redis, assignment, owner, life)
    shelf.fetch(redis, assignment.model_id)
    ends_at = present.at_wall(int(datetime.fromisoformat(assignment.ends_at).timestamp() * 1e9)).mono
    now = Moment.now()
    hosted = begin(assignment, ends_at, now)
    found = checkpoint.load(redis, hosted, now)
    if found is not None and found.epoch >= assignment.epoch:
        raise EpochOver(f"epoch {assignment.epoch} of {assignment.sim_id} was run before")
    hosted.renewed = present.mono
    return hosted, found is not None and found.epoch > 0


def alone(redis: Any, assignment: Assignment) -> bool:
    """Whether it gets a process of its own: it is asked for, or the model may crash or hang (an FMU)."""
    shelf.fetch(redis, assignment.model_id)
    model = catalog.MODELS.get(assignment.model_id)
    return assignment.isolated or (model is not None and isinstance(model.equations, FmuEquations))
