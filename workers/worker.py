"""The RQ worker that adopts jobs instead of blocking on them: each becomes a simulation of its host."""

# mypy: allow-untyped-calls

import json
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Any, TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.command import parse_payload
from rq.exceptions import DequeueTimeout
from rq.job import Job, JobStatus
from rq.suspension import is_suspended
from rq.timeouts import TimerDeathPenalty
from rq.utils import now
from rq.worker import BaseWorker

from connections.log import logger
from connections.queue import Assignment, queue_name
from connections.redis_keys import REPORTS
from connections.settings import Settings
from plant.errors import PlantError, SolverFailed, Unavailable
from plant.lifecycle import Command, State
from workers import adoption, lease
from workers.adoption import EpochOver, GivesWay
from workers.clerk import STATUSES, Clerk, Ending, Posting
from workers.giving_back import give_back
from workers.host import Host
from workers.hosted import Hosted
from workers.inbox import nudge
from workers.keeper import Identity
from workers.usage import Meter, Usage
from workers.wards import Wards
from workers.watch import Watch

WAIT = 1
"""Seconds of one blocking wait for a job: how long a stop may have to wait."""
SOCKET_TIMEOUT = 2
AWAY = 0.5
"""Seconds until the next try while Redis is away."""
LEAVING = 2.0
"""Seconds for the host's last words; a quarter each for the clerk's and RQ's own."""
FULL = 0.1
"""Seconds until a full or suspended worker looks again whether it may take a job."""
STOPS = "its worker stops"
EXECUTION_LIFE = 21_600
"""Seconds without a heartbeat until RQ calls a job abandoned. RQ compares wall clocks of different machines, so this
is far beyond any skew; who lives and who is lost is told by the lease."""
T = TypeVar("T")
_LOG = logger(__name__)


class SimulationWorker(BaseWorker):
    """Takes jobs from its machine's queue and from the common one while it has slots; full, it leaves them there."""

    death_penalty_class = TimerDeathPenalty

    def __init__(self, settings: Settings, identity: Identity, watch: Watch) -> None:
        assert settings.redis_url is not None  # noqa: S101 - checked by serve
        connection = Redis.from_url(
            settings.redis_url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=SOCKET_TIMEOUT
        )
        queues = [Queue(queue_name(m), connection=connection, serializer="json") for m in (identity.machine, None)]
        super().__init__(queues, name=identity.name, connection=connection, serializer="json")
        self._identity, self._settings = identity, settings.worker
        self._watch = watch
        self._stopping = Event()
        self._clerk = Clerk(self)
        self._later: list[tuple[Assignment, Posting]] = []
        self._host = Host(settings.redis_url, identity, settings.worker, self._ended, facts=self._facts, watch=watch)
        self._meter = Meter()
        self._usage = Usage(self._meter.read().memory)
        self._wards = Wards(
            identity, settings.redis_url, settings.worker.isolated, settings.worker.lease, watch,
            self._ward_told, self._keep_lease,
        )  # fmt: skip

    def _set_ip_address(self, connection: Redis) -> None:
        """Begin even while Redis is away."""
        self.ip_address = "unknown"
        with suppress(RedisError):
            super()._set_ip_address(connection)

    @property
    def dequeue_timeout(self) -> int:
        """RQ's word for WAIT."""
        return WAIT

    @property
    def connection_timeout(self) -> int:
        """No answer of Redis is waited for longer."""
        return SOCKET_TIMEOUT

    def get_heartbeat_ttl(self, job: Job) -> int:  # noqa: ARG002
        """See EXECUTION_LIFE."""
        return EXECUTION_LIFE

    def request_stop(self, signum: object = None, frame: object = None) -> None:  # noqa: ARG002
        """SIGTERM, SIGINT, RQ's shutdown command: checkpoint and release everything, take nothing new, end."""
        self._stopping.set()
        self._host.leave()

    def run(self) -> None:
        """Work until `request_stop`. Raises Unavailable when the host broke down."""
        self._host.start()
        self._clerk.start()
        try:
            self._insist(lambda: self.bootstrap("WARNING"))
            self._install_signal_handlers()
            while not self._stopping.is_set() and self._host.alive:
                self._insist(self._work_once)
        finally:
            self._leave()
        if not self._stopping.is_set():
            raise Unavailable("the scheduler of this worker broke down; its log tells why")

    def _leave(self) -> None:
        """Say good-bye in less than five seconds, whether Redis answers or not."""
        self._host.leave()
        self._wards.leave()
        end = monotonic() + LEAVING
        self._host.join(LEAVING)
        self._wards.join(max(0.0, end - monotonic()))
        if self._stopping.is_set():  # else it broke down, which may be the work of one of them
            _within(LEAVING / 4, self._give_back_the_rest)
        self._clerk.join(LEAVING / 4)
        _within(LEAVING / 4, self._farewell)

    def _give_back_the_rest(self) -> None:
        """What has not begun yet, or could not end in time, is given back as if it had."""
        for posting in self._clerk.unclosed:
            assignment = _assignment(posting.job)
            try:
                give_back(self.connection, self._identity, assignment.sim_id, assignment.epoch, STOPS)
            except RedisError as error:
                _LOG.warning("not given back", sim_id=assignment.sim_id, cause=str(error))
                return
            self._book(posting, JobStatus.FAILED, STOPS)
        self._watch.end_all()

    def _farewell(self) -> None:
        try:
            self.teardown()
        except RedisError as error:
            _LOG.warning("left without Redis", cause=str(error))

    def _insist(self, work: Callable[[], T]) -> T | None:
        """Do it, whatever Redis answers, as soon as it answers well."""
        while not self._stopping.is_set():
            try:
                return work()
            except RedisError as error:
                _LOG.warning("Redis is away", cause=str(error))
                self._stopping.wait(AWAY)
        return None

    def _work_once(self) -> None:
        self._try_again()
        if not self._room or is_suspended(self.connection, self):
            self._stopping.wait(FULL)
            return
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()
        try:
            found = self.queue_class.dequeue_any(
                self._ordered_queues, WAIT, connection=self.connection, job_class=self.job_class,
                serializer=self.serializer, death_penalty_class=self.death_penalty_class,
            )  # fmt: skip
        except DequeueTimeout:
            return
        if found is None:
            return
        job, queue = found
        if self._stopping.is_set():
            queue.push_job_id(job.id, at_front=True)
        else:
            self.execute_job(job, queue)

    @property
    def _room(self) -> bool:
        """Whether one more simulation fits: a slot, and what this process may use of its machine."""
        settings, usage = self._settings, self._usage
        return (
            self._clerk.count < settings.slots
            and (settings.memory is None or usage.memory < settings.memory)
            and (settings.cpu is None or usage.cpu < settings.cpu)
        )

    def _facts(self) -> dict[str, Any]:
        """For the heartbeat; called in the host's thread. A full worker has as many slots as simulations."""
        self._usage, count, apart = self._meter.read(), self._clerk.count, self._wards.usage
        return {
            "hosted": count, "slots": self._settings.slots if self._room else count, "isolated": len(self._wards),
            "memory": self._usage.memory + apart.memory, "cpu": f"{self._usage.cpu + apart.cpu:.3f}",
            "memory_limit": self._settings.memory or "", "cpu_limit": self._settings.cpu or "",
            "watched": int(self._watch.alive()),
        }  # fmt: skip

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Adopt a job: from here on it is hosted, and this worker free for the next one."""
        posting = self._insist(lambda: self._start(job, queue))
        if posting is None:
            return
        self._try(_assignment(job), posting)

    def _try(self, assignment: Assignment, posting: Posting) -> None:
        try:
            self._insist(lambda: self._adopt(assignment, posting))
        except GivesWay:
            self._later.append((assignment, posting))
        except Exception as error:  # whatever a model's building raises ends this job alone
            self._give_up(assignment, posting, error)

    def _try_again(self) -> None:
        """Those whose earlier attempt had still to give way."""
        later, self._later = self._later, []
        for assignment, posting in later:
            self._try(assignment, posting)

    def _start(self, job: Job, queue: Queue) -> Posting:
        with self._clerk.lock:
            execution = self.prepare_execution(job)
            self.execution = None
            self.prepare_job_execution(job)
            self.set_current_job_id(None)
            job.started_at = now()
            posting = Posting(job, queue, execution)
            self._clerk.post(posting)
        return posting

    def _adopt(self, assignment: Assignment, posting: Posting) -> None:
        life = self._settings.lease
        try:
            if adoption.alone(self.connection, assignment) and self._apart(assignment):
                return
            hosted, restored = adoption.adopt(self.connection, assignment, self.name, life)
        except EpochOver as over:
            self._book(posting, JobStatus.FAILED, str(over))
            return
        self._host.adopt(hosted, restored)
        with suppress(RedisError):  # without the nudge its actions are read a second later
            nudge(self.connection, self.name)
        _LOG.info(
            "hosting", sim_id=assignment.sim_id, epoch=assignment.epoch, tick=hosted.tick, trace_id=assignment.trace
        )

    def _apart(self, assignment: Assignment) -> bool:
        """Begin a process for it; False when there are too many. Raises EpochOver, GivesWay."""
        if self._wards.room:
            adoption.hold(self.connection, assignment, self.name, self._settings.lease)
            self._wards.begin(assignment)
            return True
        _LOG.warning("no process of its own is left", sim_id=assignment.sim_id, most=self._settings.isolated)
        return False

    def _keep_lease(self, assignment: Assignment) -> None:
        """Keep the lease until the process that is being started does; when it is lost, that process says so."""
        with suppress(RedisError, EpochOver, GivesWay):
            adoption.hold(self.connection, assignment, self.name, self._settings.lease)

    def _ward_told(self, assignment: Assignment, message: dict[str, Any]) -> None:
        """A process for one simulation has ended; called in a thread of its own."""
        posting, kind = self._clerk.posting(assignment.job_id), message["kind"]
        if posting is None or (kind == "died" and self._stopping.is_set()):  # given back with the rest
            return
        cause = message["cause"] or message.get("state", "")
        if kind == "ended":
            status = STATUSES.get(State(message["state"]), JobStatus.FAILED)
            result = {name: message[name] for name in ("state", "tick", "simulation_time")}
            self._clerk.close(Ending(posting, JobStatus.FAILED if message["lost"] else status, result, cause))
        elif kind in ("stuck", "failed"):
            self._give_up(assignment, posting, SolverFailed(cause))
        else:  # it died, or its epoch was over: the engine starts the next attempt
            _LOG.error("its process is gone", sim_id=assignment.sim_id, epoch=assignment.epoch, cause=cause)
            self._insist(lambda: lease.release(self.connection, assignment.sim_id, assignment.epoch, self.name))
            self._book(posting, JobStatus.FAILED, cause)

    def _give_up(self, assignment: Assignment, posting: Posting, error: Exception) -> None:
        """Tell why a simulation could not begin."""
        _LOG.error("can't host", sim_id=assignment.sim_id, epoch=assignment.epoch, exc_info=error)
        cause = str(error) if isinstance(error, PlantError) else f"{type(error).__name__}: {error}"
        message = {
            "kind": "ended", "sim_id": assignment.sim_id, "epoch": assignment.epoch, "worker": self.name,
            "machine": self._identity.machine, "command": Command.FAIL, "cause": cause,
            "simulation_time": 0.0, "tick": 0, "overruns": 0,
        }  # fmt: skip
        self._insist(lambda: self.connection.xadd(REPORTS, {"m": json.dumps(message)}))
        self._insist(lambda: lease.release(self.connection, assignment.sim_id, assignment.epoch, self.name))
        self._book(posting, JobStatus.FAILED, cause)

    def _book(self, posting: Posting, status: JobStatus, cause: str) -> None:
        self._clerk.close(Ending(posting, status, {}, cause))

    def _ended(self, hosted: Hosted, lost: bool) -> None:
        """The host let a simulation go: book it."""
        posting = self._clerk.posting(hosted.assignment.job_id)
        if posting is None:
            return
        status = JobStatus.FAILED if lost else STATUSES.get(hosted.state, JobStatus.FAILED)
        cause = "another attempt has the lease" if lost else hosted.cause or str(hosted.state)
        result = {"state": str(hosted.state), "tick": hosted.tick, "simulation_time": hosted.simulation.time}
        self._clerk.close(Ending(posting, status, result, cause))

    def register_birth(self) -> None:
        """Register once, however often Redis fails in the middle."""
        if not self.connection.exists(self.key):
            super().register_birth()

    def handle_payload(self, message: Any) -> None:
        """RQ's commands; `stop-job` may mean any of the hosted jobs."""
        order = parse_payload(message)
        if order.get("command") != "stop-job":
            super().handle_payload(message)
            return
        posting = self._clerk.posting(order.get("job_id", ""))
        cause = "stopped by RQ's stop command"
        if posting is not None and not self._wards.stop(posting.job.id, cause):
            self._host.stop(posting.job.args[0]["sim_id"], cause)

    def _pubsub_exception_handler(self, exc: Exception, pubsub: object, pubsub_thread: object) -> None:  # noqa: ARG002
        """The thread that listens for RQ's commands waits for Redis to come back."""
        if not isinstance(exc, RedisError):
            raise exc
        self._stopping.wait(AWAY)


def _assignment(job: Job) -> Assignment:
    """What a job asks for; a later version may ask for more."""
    return Assignment(**{name: value for name, value in job.args[0].items() if name in Assignment.__slots__})


def _within(seconds: float, work: Callable[[], None]) -> None:
    """Do it, or leave it undone when it takes longer."""
    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
