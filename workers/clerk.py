"""Keeps RQ's books true for the jobs of a worker that hosts many at once: heartbeats, and how each job ended."""

from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, RLock, Thread
from time import monotonic
from typing import Any

from rq import Queue
from rq.executions import Execution
from rq.job import Job, JobStatus
from rq.worker import WorkerStatus

from plant.lifecycle import State
from workers.heartbeats import Heartbeats
from workers.insisting import insist

CLOSING = 60


@dataclass(frozen=True, slots=True, eq=False)
class Posting:
    """An RQ job that a simulation of this worker stands for."""

    job: Job
    queue: Queue
    execution: Execution


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """How a job ended: FINISHED with a result, STOPPED or FAILED with a cause."""

    posting: Posting
    status: JobStatus
    result: dict[str, Any]
    cause: str = ""


STATUSES = {State.FINISHED: JobStatus.FINISHED, State.STOPPED: JobStatus.STOPPED}


class Clerk:
    """A thread of its own, since RQ blocks. `worker` is the BaseWorker whose books these are."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._endings: SimpleQueue[Ending | None] = SimpleQueue()
        self._postings: dict[str, Posting] = {}
        self._closed: set[str] = set()
        self._beats = Heartbeats(worker, lambda: self._postings)
        self.lock = RLock()
        self._hurry = Event()
        self._thread = Thread(target=self._run, name="clerk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def post(self, posting: Posting) -> None:
        """Keep this job alive in RQ's books from now on."""
        self._postings[posting.job.id] = posting

    def posting(self, job_id: str) -> Posting | None:
        """The job if it is in the books."""
        return self._postings.get(job_id)

    @property
    def count(self) -> int:
        """How many jobs are in the books."""
        return len(self._postings)

    @property
    def unclosed(self) -> list[Posting]:
        """The jobs of which nobody has told how they ended."""
        return [posting for job_id, posting in list(self._postings.items()) if job_id not in self._closed]

    def close(self, ending: Ending) -> None:
        """Book how a job ended, as soon as Redis answers."""
        self._closed.add(ending.posting.job.id)
        self._endings.put(ending)

    def join(self, timeout: float) -> None:
        """End after everything handed in so far is booked, or give up after `timeout` seconds without Redis."""
        self._endings.put(None)
        self._thread.join(timeout)
        self._hurry.set()

    def _run(self) -> None:
        while True:
            try:
                ending = self._endings.get(timeout=max(0.0, self._beats.next_at - monotonic()))
            except Empty:
                insist(self._heartbeats, self._hurry)
                continue
            if ending is None:
                return
            insist(partial(self._book, ending), self._hurry)

    def _heartbeats(self) -> None:
        with self.lock:
            self._beats.beat()

    def _book(self, ending: Ending) -> None:
        posting, worker = ending.posting, self._worker
        with self.lock:
            saved, worker.execution = worker.execution, posting.execution
            try:
                if Job.exists(posting.job.id, connection=worker.connection):
                    self._book_end(ending)
                else:  # the reconciler has withdrawn it: nothing may come back to life
                    with worker.connection.pipeline() as pipeline:
                        worker.cleanup_execution(posting.job, pipeline=pipeline)
                        pipeline.execute()
            finally:
                worker.execution = saved
            self._postings.pop(posting.job.id, None)
            self._closed.discard(posting.job.id)
            if not self._postings:
                worker.set_state(WorkerStatus.IDLE)

    def _book_end(self, ending: Ending) -> None:
        job, queue, worker = ending.posting.job, ending.posting.queue, self._worker
        worker.handle_execution_ended(job, queue, CLOSING)
        if ending.status is JobStatus.FINISHED:
            job._result, job._status = ending.result, JobStatus.FINISHED
            worker.handle_job_success(job, queue, queue.started_job_registry)
            return
        if ending.status is JobStatus.STOPPED:
            worker._stopped_job_id = job.id  # what RQ's own stop command sets
        worker.handle_job_failure(job, queue, queue.started_job_registry, ending.cause)
