"""Gives a simulation back on behalf of a process that can't do so itself: no attempt of it is counted."""

import json
from typing import Any

from connections.bus import MESSAGES_KEPT
from connections.checkpoint import Checkpoint
from connections.log import logger
from connections.redis_keys import REPORTS, checkpoint_key
from plant.errors import DamagedSnapshot
from workers import lease
from workers.keeper import Identity

STOPS = "its worker stops"
"""The cause of who is given back so."""
_LOG = logger(__name__)


def give_back(redis: Any, identity: Identity, sim_id: str, epoch: int, cause: str, isolate: bool = False) -> None:
    """Give back the lease and tell the engine, which starts the next attempt at once. Raises RedisError."""
    message = {
        "kind": "released", "sim_id": sim_id, "epoch": epoch, "worker": identity.name, "machine": identity.machine,
        "command": None, "cause": cause, "isolate": isolate, **_reached(redis, sim_id),
    }  # fmt: skip
    lease.release(redis, sim_id, epoch, identity.name)
    redis.xadd(REPORTS, {"m": json.dumps(message)}, maxlen=MESSAGES_KEPT, approximate=True)


def _reached(redis: Any, sim_id: str) -> dict[str, float]:
    """How far it was at its last checkpoint."""
    content = redis.hget(checkpoint_key(sim_id), "current")
    if content is not None:
        try:
            kept = Checkpoint.decode(content)
        except DamagedSnapshot as error:
            _LOG.warning("checkpoint not read", sim_id=sim_id, cause=str(error))
        else:
            return {"simulation_time": kept.simulation_time, "tick": kept.tick, "overruns": kept.overruns}
    return {"simulation_time": 0.0, "tick": 0, "overruns": 0}
