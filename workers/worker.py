"""The RQ worker that adopts jobs instead of blocking on them: each becomes a simulation of its steward."""

# mypy: allow-untyped-calls

from contextlib import suppress
from threading import Event, Thread
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.command import parse_payload
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.suspension import is_suspended
from rq.timeouts import TimerDeathPenalty
from rq.utils import now
from rq.worker import BaseWorker

from connections.log import logger
from connections.queue import queue_name
from connections.settings import Settings
from plant.errors import Unavailable
from workers.clerk import Clerk, Posting
from workers.insisting import AWAY, insist
from workers.keeper import Identity
from workers.steward import Steward
from workers.usage import Meter, Usage
from workers.watch import Watch

WAIT = 1
"""Seconds of one blocking wait for a job: how long a stop may have to wait."""
SOCKET_TIMEOUT = 2
LAST = 0.5
"""Seconds for the clerk's last words, and as many for RQ's own."""
FULL = 0.1
"""Seconds until a full or suspended worker looks again whether it may take a job."""
EXECUTION_LIFE = 21_600
"""Seconds without a heartbeat until RQ calls a job abandoned. RQ compares wall clocks of different machines, so this
is far beyond any skew; who lives and who is lost is told by the lease."""
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
        self._settings = settings.worker
        self._watch = watch
        self._stopping = Event()
        self._clerk = Clerk(self)
        self._steward = Steward(connection, settings, identity, watch, self._clerk, self._stopping, self._facts)
        self._meter = Meter()
        self._usage = Usage(self._meter.read().memory)

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
        self._steward.host.leave()

    def run(self) -> None:
        """Work until `request_stop`. Raises Unavailable when the host broke down."""
        host = self._steward.host
        host.start()
        self._clerk.start()
        try:
            insist(lambda: self.bootstrap("WARNING"), self._stopping)
            self._install_signal_handlers()
            while not self._stopping.is_set() and host.alive:
                insist(self._work_once, self._stopping)
        finally:
            self._leave()
        if not self._stopping.is_set():
            raise Unavailable("the scheduler of this worker broke down; its log tells why")

    def _leave(self) -> None:
        """Say good-bye in less than five seconds, whether Redis answers or not."""
        self._steward.leave()
        self._clerk.join(LAST)
        last = Thread(target=self._farewell, daemon=True)
        last.start()
        last.join(LAST)

    def _farewell(self) -> None:
        try:
            self.teardown()
        except RedisError as error:
            _LOG.warning("left without Redis", cause=str(error))

    def _work_once(self) -> None:
        self._steward.try_again()
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
        wards = self._steward.wards
        self._usage, count, apart = self._meter.read(), self._clerk.count, wards.usage
        return {
            "hosted": count, "slots": self._settings.slots if self._room else count, "isolated": len(wards),
            "memory": self._usage.memory + apart.memory, "cpu": f"{self._usage.cpu + apart.cpu:.3f}",
            "memory_limit": self._settings.memory or "", "cpu_limit": self._settings.cpu or "",
            "watched": int(self._watch.alive()),
        }  # fmt: skip

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Adopt a job: from here on it is hosted, and this worker free for the next one."""
        posting = insist(lambda: self._start(job, queue), self._stopping)
        if posting is not None:
            self._steward.take(posting)

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
        if posting is not None:
            self._steward.stop(posting, "stopped by RQ's stop command")

    def _pubsub_exception_handler(self, exc: Exception, pubsub: object, pubsub_thread: object) -> None:  # noqa: ARG002
        """The thread that listens for RQ's commands waits for Redis to come back."""
        if not isinstance(exc, RedisError):
            raise exc
        self._stopping.wait(AWAY)
