"""Checkpoints: what is needed to go on from where a lost worker stood, bit for bit.

Kept in Redis (`pde:checkpoint:<sim>`): the newest and the one before it. Beside it `pde:applied:<sim>` tells after
which tick each later action was applied, and `pde:published` up to which tick samples are out, so that the next
attempt repeats in silence what the world has seen already and loses nothing that it has not.
"""

from collections import deque
from dataclasses import replace
from typing import Any

from redis import Redis

from connections.action import Action
from connections.checkpoint import Checkpoint
from connections.log import logger
from connections.redis_keys import actions_key, checkpoint_key
from plant.errors import DamagedSnapshot
from plant.lifecycle import State
from plant.pace import HOLD, UNLIMITED, Pace
from workers.hosted import Hosted
from workers.moment import Moment, Note
from workers.past import Past

PUBLISHED = "pde:published"
_LOG = logger(__name__)


def applied_key(sim_id: str) -> str:
    """Hash: action number -> "tick wall_time" of the actions applied since the older checkpoint."""
    return f"pde:applied:{sim_id}"


KEEP = """
local function keep(checkpoint, content)
  local current = redis.call('HGET', checkpoint, 'current')
  if current then redis.call('HSET', checkpoint, 'previous', current) end
  redis.call('HSET', checkpoint, 'current', content)
end
"""


def take(hosted: Hosted, now: Moment) -> Checkpoint:
    """The checkpoint of a simulation as it is."""
    pace, unlimited = hosted.pace, hosted.pace.speed == UNLIMITED
    behind = 0.0 if unlimited else now.mono - pace.due_at(hosted.tick)
    return Checkpoint(
        hosted.assignment.epoch, hosted.tick, hosted.action, hosted.sequence, hosted.wall_time,
        now.wall - int(behind * 1e9), None if unlimited else pace.speed, hosted.state is State.PAUSED,
        hosted.pending, hosted.overruns, hosted.simulation.time,
        now.wall - int((now.mono - hosted.touched) * 1e9), snapshot=hosted.simulation.snapshot(),
    )  # fmt: skip


def restore(hosted: Hosted, checkpoint: Checkpoint, now: Moment) -> None:
    """Put a fresh simulation where the checkpoint was; simulated time goes on from there without a gap.

    Raises DamagedSnapshot, then nothing is changed.
    """
    hosted.simulation.restore(checkpoint.snapshot)
    speed = UNLIMITED if checkpoint.speed is None else checkpoint.speed
    origin = now.at_wall(min(checkpoint.due, now.wall)).mono  # a clock that was set back stops no simulation
    hosted.pace = Pace(hosted.assignment.sample_time, speed, origin, checkpoint.tick)
    hosted.state = State.PAUSED if checkpoint.paused else State.RUNNING
    hosted.tick, hosted.action, hosted.pending = checkpoint.tick, checkpoint.action, checkpoint.pending
    hosted.overruns, hosted.wall_time = checkpoint.overruns, checkpoint.wall_time
    hosted.saved_action = hosted.position = checkpoint.action
    hosted.held, hosted.catching = hosted.assignment.resume == HOLD and checkpoint.epoch > 0, True
    if checkpoint.touched:
        hosted.touched = now.at_wall(min(checkpoint.touched, now.wall)).mono
    hosted.told = None


def load(redis: Any, hosted: Hosted, now: Moment) -> Checkpoint | None:
    """Restore from the newest whole checkpoint in Redis and remember what came after it; None if there is none."""
    found: dict[bytes, bytes] = redis.hgetall(checkpoint_key(hosted.sim_id))
    for name in (b"current", b"previous"):
        if name not in found:
            continue
        try:
            checkpoint = Checkpoint.decode(found[name])
            restore(hosted, checkpoint, now)
        except DamagedSnapshot as error:
            _LOG.warning("checkpoint refused", sim_id=hosted.sim_id, which=name.decode(), cause=str(error))
            continue
        hosted.past = _past(redis, hosted, checkpoint)
        hosted.wall_time = max(hosted.wall_time, hosted.past.wall)
        return checkpoint
    return None


def _past(redis: "Redis", hosted: Hosted, checkpoint: Checkpoint) -> Past:
    connection: Any = redis
    notes = {int(k): Note(*map(int, v.split())) for k, v in connection.hgetall(applied_key(hosted.sim_id)).items()}
    first = f"{checkpoint.action + 1}-0"
    actions: deque[tuple[Action, Note]] = deque()
    for entry, fields in connection.xrange(actions_key(hosted.sim_id), min=first) if notes else ():
        number = int(entry.split(b"-")[0])
        if number not in notes:
            break  # from here on nothing was applied
        actions.append((Action.decode(number, fields[b"a"]), notes[number]))
        hosted.position = number
    hosted.notes = notes
    published = connection.hget(PUBLISHED, hosted.sim_id)
    epoch, tick, wall = map(int, published.split()) if published else (0, -1, 0)
    past = Past(actions, tick, wall)
    return past if epoch >= checkpoint.epoch else replace(past, tick=-1)
