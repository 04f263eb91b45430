"""The job queue: one RQ job for each attempt of a simulation, JSON serializer, enqueued by dotted name.

Synchronous (RQ is): call from a thread.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus

from connections.arguments import finite
from connections.correlation import CORRELATION
from connections.record import Record
from plant.errors import Unavailable
from plant.lifecycle import State
from plant.pace import CATCH_UP

SIMULATIONS_QUEUE = "simulations"
JOB = "workers.job.simulate"
RESULT_LIFE = 3600
FAILURE_LIFE = 86_400
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that a worker needs to know to run one attempt; times in seconds, `ends_at` ISO 8601, speed None is `max`.

    `start` is the name of the start state, `faults` the words of those planned from the start; `stall` is one of
    AFTER_STALL, `resume` one of AFTER_LOSS; after `idle` seconds of wall time without an action its life is over;
    `isolated` asks for a process of its own; `trace` is the id of the request that wanted it.
    """

    sim_id: str
    model_id: str
    epoch: int
    speed: float | None
    sample_time: float
    duration: float
    seed: int
    paused: bool
    ends_at: str
    inputs: dict[str, float] = field(default_factory=dict)
    start: str = ""
    faults: list[dict[str, Any]] = field(default_factory=list)
    stall: str = CATCH_UP
    resume: str = CATCH_UP
    idle: float | None = None
    isolated: bool = False
    trace: str = field(default_factory=CORRELATION.get)

    @property
    def job_id(self) -> str:
        """The RQ job of this attempt."""
        return f"{self.sim_id}-{self.epoch}"


def assignment(record: Record) -> Assignment:
    """What the worker of a record's present epoch gets to know."""
    assert record.ends_at is not None  # noqa: S101 - set by _new_record
    return Assignment(
        record.sim_id, record.model_id, record.epoch, finite(record.speed), record.sample_time, record.duration,
        record.seed, record.status is State.PAUSED, record.ends_at.isoformat(), record.inputs, record.start,
        record.planned, record.stall, record.resume, record.idle, record.isolated,
    )  # fmt: skip


def queue_name(machine: str | None) -> str:
    """The queue of a machine, or of whoever is free."""
    return f"machine:{machine}" if machine else SIMULATIONS_QUEUE


@dataclass(frozen=True, slots=True)
class Found:
    """A job: the queue that it was put in, whether that has it, how it stands, and the worker that took it."""

    queue: str
    queued: bool
    status: JobStatus
    worker: str


class JobQueue:
    """Enqueues attempts and tells how many wait."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=2.0)

    def close(self) -> None:
        """Give back the connections."""
        self._redis.close()

    def enqueue(self, assignment: Assignment, machine: str | None) -> None:
        """Queue one attempt; doing it twice is doing it once."""
        self.do(lambda _: self._enqueue(assignment, machine))

    def _enqueue(self, assignment: Assignment, machine: str | None) -> None:
        if Job.exists(assignment.job_id, connection=self._redis):
            return
        self._queue(machine).enqueue_call(
            JOB, args=(asdict(assignment),), job_id=assignment.job_id, timeout=-1,
            result_ttl=RESULT_LIFE, failure_ttl=FAILURE_LIFE,
        )  # fmt: skip

    def withdraw(self, job_id: str) -> None:
        """Take a job back that no worker has, or that a lost worker left behind."""
        self.do(lambda _: self._withdraw(job_id))

    def _withdraw(self, job_id: str, only_waiting: bool = False) -> None:
        try:
            job = Job.fetch(job_id, connection=self._redis, serializer="json")
        except NoSuchJobError:
            return
        if not only_waiting or job.get_status() is JobStatus.QUEUED:
            job.delete()

    def withdraw_waiting(self, job_id: str) -> None:
        """Take a job back if no worker has it yet; a hosted one ends by its action stream."""
        self.do(lambda _: self._withdraw(job_id, only_waiting=True))

    def found(self, job_ids: Sequence[str]) -> dict[str, Found]:
        """How each job stands; one that is not there is left out."""
        rows = self.do(lambda redis: _read(redis, job_ids))
        there = {job_id: row for job_id, row in zip(job_ids, rows, strict=True) if row[0] and row[1]}
        names = {queue for queue, _, _ in there.values() if queue}
        waiting = self.do(lambda redis: {name: _waiting(redis, name) for name in names})
        return {
            job_id: Found(queue.decode(), job_id in waiting[queue], JobStatus(status.decode()),
                          (worker or b"").decode())
            for job_id, (queue, status, worker) in there.items() if queue and status
        }  # fmt: skip

    def positions(self, machine: str | None = None) -> dict[str, int]:
        """Place in the queue (1 is next) by job id."""
        ids: list[str] = self.do(lambda _: self._queue(machine).get_job_ids())
        return {job_id: place for place, job_id in enumerate(ids, 1)}

    def _queue(self, machine: str | None) -> Queue:
        return Queue(queue_name(machine), connection=self._redis, serializer="json")

    def do(self, work: Callable[[Redis], T]) -> T:
        """Do it with a connection. Raises Unavailable."""
        try:
            return work(self._redis)
        except RedisError as error:
            raise Unavailable(f"Redis does not answer: {error}") from error


def _waiting(redis: Redis, name: bytes) -> set[str]:
    return set(Queue(name.decode(), connection=redis, serializer="json").get_job_ids())


def _read(redis: Any, job_ids: Sequence[str]) -> list[tuple[bytes | None, bytes | None, bytes | None]]:
    with redis.pipeline(transaction=False) as pipeline:
        for job_id in job_ids:
            pipeline.hmget(Job.key_for(job_id), "origin", "status", "worker_name")
        rows: list[tuple[bytes | None, bytes | None, bytes | None]] = pipeline.execute()
        return rows
