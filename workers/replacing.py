"""What is told for a worker that one simulation ended: the others are given back, which is no attempt of theirs.

One that blocked it gets a process of its own. For one of which it died, the engine counts the attempt, and decides.
"""

from collections.abc import Mapping
from typing import Any

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from connections.log import logger, set_up_log
from connections.queue import JobQueue
from connections.redis_keys import WORKERS, worker_key
from workers import lease
from workers.giving_back import give_back
from workers.keeper import Identity

_LOG = logger("workers.watchdog")


def replace(facts: Mapping[str, Any], hosted: Mapping[int, tuple[str, int]], culprit: int, stuck: bool) -> None:
    """Give back the leases, ask for the next attempts, take the heartbeat away."""
    set_up_log("watchdog", "info")
    sim_id = hosted[culprit][0]
    told = "a step did not end" if stuck else "it died of a step"
    _LOG.error(f"worker ended: {told}", worker=facts["name"], sim_id=sim_id, limit=facts["limit"])
    retry = Retry(ExponentialBackoff(cap=1.0, base=0.05), 10)
    queue, identity = JobQueue(facts["url"]), Identity(facts["name"], facts["machine"], facts["machine_name"])
    with Redis.from_url(facts["url"], retry=retry, retry_on_error=[RedisConnectionError, RedisTimeoutError]) as redis:
        for number, (each, epoch) in sorted(hosted.items(), key=lambda item: item[0] == culprit):
            queue.withdraw(f"{each}-{epoch}")
            if number == culprit and not stuck:
                lease.release(redis, each, epoch, identity.name)
                continue
            isolate = number == culprit
            innocent = f"{sim_id} {'blocked' if stuck else 'ended'} its worker"
            cause = f"a step did not end within {facts['limit']:g} s" if isolate else innocent
            give_back(redis, identity, each, epoch, cause, isolate)
        redis.srem(WORKERS, identity.name)
        redis.delete(worker_key(identity.name))
    queue.close()
