"""A plain RQ worker must not run a simulation's job silently."""

from dataclasses import asdict

import pytest
from rq import Queue, SimpleWorker

from connections.queue import JobQueue
from plant.errors import PlantError
from tests.hosting import assignment, open_bench
from workers.job import simulate


def test_a_direct_call_says_what_to_start() -> None:
    with pytest.raises(PlantError, match=r"wood-berry-1 can't run in a plain RQ worker.*pde worker"):
        simulate(asdict(assignment()))


def test_a_plain_rq_worker_fails_the_job_with_that_sentence(redis_url: str) -> None:
    with open_bench(redis_url) as bench:
        bench.start(assignment())
        queue = Queue("simulations", connection=bench.redis, serializer="json")
        SimpleWorker([queue], connection=bench.redis, serializer="json").work(burst=True, logging_level="CRITICAL")
        assert bench.status("wood-berry-1-1") == "failed"


def test_queueing_twice_is_queueing_once(redis_url: str) -> None:
    queue = JobQueue(redis_url)
    for _ in range(2):
        queue.enqueue(assignment(), None)
    queue.enqueue(assignment("other-1"), None)
    assert queue.positions() == {"wood-berry-1-1": 1, "other-1-1": 2}
    queue.withdraw_waiting("wood-berry-1-1")
    queue.withdraw("nobody-1")
    assert queue.positions() == {"other-1-1": 1}
    queue.close()
