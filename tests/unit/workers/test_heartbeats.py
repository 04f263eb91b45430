"""Heartbeats of many jobs in RQ's books: every one in each round, a few at a time, none of what has ended."""

from math import ceil
from time import monotonic

from redis import Redis
from rq import Queue, Worker

from workers.clerk import Posting
from workers.heartbeats import PERIOD, PORTIONS, Heartbeats

JOBS = 90


def test_a_round_reaches_every_job_in_portions(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        queue = Queue("simulations", connection=redis, serializer="json")
        worker = Worker([queue], connection=redis, serializer="json")
        worker.register_birth()
        jobs = [queue.enqueue_call("workers.job.simulate", job_id=f"sim-{n}") for n in range(JOBS)]
        postings = {job.id: Posting(job, queue, worker.prepare_execution(job)) for job in jobs}
        beats = Heartbeats(worker, lambda: postings)
        assert beats.next_at - monotonic() > PERIOD / 2
        for posting in postings.values():
            redis.delete(posting.execution.key)
        beats.beat()
        assert beats.next_at - monotonic() < PERIOD / 2
        assert sum(redis.exists(each.execution.key) for each in postings.values()) == ceil(JOBS / PORTIONS)
        ended = postings.pop(f"sim-{JOBS - 1}")
        while beats.next_at - monotonic() < PERIOD / 2:
            beats.beat()
        assert all(redis.exists(each.execution.key) for each in postings.values())
        assert not redis.exists(ended.execution.key)
        assert redis.hget(worker.key, "last_heartbeat")
