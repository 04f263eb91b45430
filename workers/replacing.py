"""What is told for a worker that one simulation ended: the others are given back, which is no attempt of theirs.

One that blocked it gets a process of its own. For one of which it died, the engine counts the attempt, and decides.
"""

import json
from collections.abc import Mapping
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from connections.bus import MESSAGES_KEPT
from connections.checkpoint import Checkpoint
from connections.log import logger, set_up_log
from connections.queue import JobQueue
from connections.redis_keys import REPORTS, WORKERS, checkpoint_key, worker_key
from plant.errors import DamagedSnapshot
from workers import lease

_LOG = logger("workers.watchdog")


def replace(facts: Mapping[str, Any], hosted: Mapping[int, tuple[str, int]], culprit: int, stuck: bool) -> None:
    """Give back the leases, ask for the next attempts, take the heartbeat away."""
    set_up_log("watchdog", "info")
    sim_id = hosted[culprit][0]
    told = "a step did not end" if stuck else "it died of a step"
    _LOG.error(f"worker ended: {told}", worker=facts["name"], sim_id=sim_id, limit=facts["limit"])
    retry = Retry(ExponentialBackoff(cap=1.0, base=0.05), 10)
    queue = JobQueue(facts["url"])
    with Redis.from_url(facts["url"], retry=retry, retry_on_error=[RedisConnectionError, RedisTimeoutError]) as redis:
        for number, (each, epoch) in sorted(hosted.items(), key=lambda item: item[0] == culprit):
            queue.withdraw(f"{each}-{epoch}")
            lease.release(redis, each, epoch, facts["name"])
            if number == culprit and not stuck:
                continue
            isolate = number == culprit
            innocent = f"{sim_id} {'blocked' if stuck else 'ended'} its worker"
            cause = f"a step did not end within {facts['limit']:g} s" if isolate else innocent
            message = _message(redis, facts, each, epoch) | {"cause": cause, "isolate": isolate}
            redis.xadd(REPORTS, {"m": json.dumps(message)}, maxlen=MESSAGES_KEPT, approximate=True)
        redis.srem(WORKERS, facts["name"])
        redis.delete(worker_key(facts["name"]))
    queue.close()


def _message(redis: Any, facts: Mapping[str, Any], sim_id: str, epoch: int) -> dict[str, Any]:
    reached = {"simulation_time": 0.0, "tick": 0, "overruns": 0}
    content = redis.hget(checkpoint_key(sim_id), "current")
    if content is not None:
        try:
            kept = Checkpoint.decode(content)
            reached = {"simulation_time": kept.simulation_time, "tick": kept.tick, "overruns": kept.overruns}
        except DamagedSnapshot as error:
            _LOG.warning("checkpoint not read", sim_id=sim_id, cause=str(error))
    return {
        "kind": "released", "sim_id": sim_id, "epoch": epoch, "worker": facts["name"], "machine": facts["machine"],
        "command": None, **reached,
    }  # fmt: skip
