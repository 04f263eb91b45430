"""The heartbeats of a worker and its jobs in RQ's books: each once in a period, a few at a time."""

from collections.abc import Callable, Mapping
from math import ceil
from time import monotonic
from typing import Any

from rq.utils import now
from rq.worker_registration import register

PERIOD = 10.0
"""Seconds between two heartbeats of the same job."""
PORTIONS = 40
"""Parts of one round over all jobs: many at once would hold up the scheduler, which shares the interpreter."""


class Heartbeats:
    """`next_at` (monotonic) is when `beat` wants to be called; `postings()` are the jobs in the books, by their ids."""

    def __init__(self, worker: Any, postings: Callable[[], Mapping[str, Any]]) -> None:
        self._worker, self._postings = worker, postings
        self._waiting: list[str] = []
        self._portion = 0
        self.next_at = self._round_at = monotonic() + PERIOD

    def beat(self) -> None:
        """Write one portion; a round begins with the worker's own. Raises RedisError; then it is asked for again."""
        with self._worker.connection.pipeline() as pipeline:
            if not self._waiting:
                self._begin(pipeline)
            postings = self._postings()
            for job_id in self._waiting[: self._portion]:
                if job_id in postings:  # what has ended must not come back to life
                    self._beat(postings[job_id], pipeline)
            pipeline.execute()
        del self._waiting[: self._portion]
        self.next_at = monotonic() + PERIOD / PORTIONS if self._waiting else self._round_at

    def _begin(self, pipeline: Any) -> None:
        worker = self._worker
        worker.heartbeat(pipeline=pipeline)
        pipeline.hset(worker.key, mapping=worker.serialize())  # a Redis that lost its memory learns it again
        register(worker, pipeline)
        self._waiting = list(self._postings())
        self._portion = ceil(len(self._waiting) / PORTIONS)
        self._round_at = monotonic() + PERIOD

    def _beat(self, posting: Any, pipeline: Any) -> None:
        ttl = self._worker.get_heartbeat_ttl(posting.job)
        posting.execution.heartbeat(posting.job.started_job_registry, ttl, pipeline=pipeline)
        posting.job.heartbeat(now(), ttl, pipeline=pipeline, xx=True)
