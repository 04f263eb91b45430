"""Finds a place for every assignment of a worker, its host or a process of its own, and tells how each ended."""

# mypy: allow-untyped-calls

import json
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Any

from redis.exceptions import RedisError
from rq.job import Job, JobStatus

from connections.log import logger
from connections.queue import Assignment
from connections.redis_keys import REPORTS
from connections.settings import Settings
from plant.errors import PlantError, SolverFailed
from plant.lifecycle import Command, State
from workers import adoption, lease
from workers.adoption import EpochOver, GivesWay
from workers.clerk import STATUSES, Clerk, Ending, Posting
from workers.giving_back import STOPS, give_back
from workers.host import Host
from workers.hosted import Hosted
from workers.inbox import nudge
from workers.insisting import insist
from workers.keeper import Identity
from workers.wards import Wards
from workers.watch import Watch

LEAVING = 2.0
"""Seconds for the last words of all simulations; a quarter of it to give back what had none."""

_LOG = logger(__name__)


class Steward:
    """`stopping` is set when the worker is asked to end; `facts` as in Host. `redis` is synchronous."""

    def __init__(
        self, redis: Any, settings: Settings, identity: Identity, watch: Watch, clerk: Clerk, stopping: Event,
        facts: Callable[[], dict[str, Any]],
    ) -> None:  # fmt: skip
        assert settings.redis_url is not None  # noqa: S101 - checked by serve
        self._redis, self._settings, self._identity = redis, settings.worker, identity
        self._watch, self._clerk, self._stopping = watch, clerk, stopping
        self._later: list[tuple[Assignment, Posting]] = []
        self.host = Host(settings.redis_url, identity, settings.worker, self._ended, facts=facts, watch=watch)
        self.wards = Wards(
            identity, settings.redis_url, self._settings.isolated, self._settings.lease, watch,
            self._ward_told, self._keep_lease,
        )  # fmt: skip

    def take(self, posting: Posting) -> None:
        """Give the simulation of this job its place; or keep it until an earlier attempt has given way."""
        self._try(assignment_of(posting.job), posting)

    def try_again(self) -> None:
        """Those whose earlier attempt had still to give way."""
        later, self._later = self._later, []
        for assignment, posting in later:
            self._try(assignment, posting)

    def stop(self, posting: Posting, cause: str) -> None:
        """End one simulation with its last frame."""
        if not self.wards.stop(posting.job.id, cause):
            self.host.stop(posting.job.args[0]["sim_id"], cause)

    def leave(self) -> None:
        """Save and give back everything, in less than LEAVING and its half."""
        self.host.leave()
        self.wards.leave()
        end = monotonic() + LEAVING
        self.host.join(LEAVING)
        self.wards.join(max(0.0, end - monotonic()))
        if self._stopping.is_set():  # else it broke down, which may be the work of one of them
            rest = Thread(target=self._give_back_the_rest, daemon=True)
            rest.start()
            rest.join(LEAVING / 4)

    def _try(self, assignment: Assignment, posting: Posting) -> None:
        try:
            insist(lambda: self._adopt(assignment, posting), self._stopping)
        except GivesWay:
            self._later.append((assignment, posting))
        except Exception as error:  # whatever a model's building raises ends this job alone
            self._give_up(assignment, posting, error)

    def _adopt(self, assignment: Assignment, posting: Posting) -> None:
        try:
            if adoption.alone(self._redis, assignment) and self._apart(assignment):
                return
            hosted, restored = adoption.adopt(self._redis, assignment, self._identity.name, self._settings.lease)
        except EpochOver as over:
            self._book(posting, JobStatus.FAILED, str(over))
            return
        self.host.adopt(hosted, restored)
        with suppress(RedisError):  # without the nudge its actions are read a second later
            nudge(self._redis, self._identity.name)
        _LOG.info(
            "hosting", sim_id=assignment.sim_id, epoch=assignment.epoch, tick=hosted.tick, trace_id=assignment.trace
        )

    def _apart(self, assignment: Assignment) -> bool:
        """Begin a process for it; False when there are too many. Raises EpochOver, GivesWay."""
        if self.wards.room:
            adoption.hold(self._redis, assignment, self._identity.name, self._settings.lease)
            self.wards.begin(assignment)
            return True
        _LOG.warning("no process of its own is left", sim_id=assignment.sim_id, most=self._settings.isolated)
        return False

    def _keep_lease(self, assignment: Assignment) -> None:
        """Keep the lease until the process that is being started does; when it is lost, that process says so."""
        with suppress(RedisError, EpochOver, GivesWay):
            adoption.hold(self._redis, assignment, self._identity.name, self._settings.lease)

    def _ended(self, hosted: Hosted, lost: bool) -> None:
        """The host let a simulation go: book it."""
        posting = self._clerk.posting(hosted.assignment.job_id)
        if posting is None:
            return
        status = JobStatus.FAILED if lost else STATUSES.get(hosted.state, JobStatus.FAILED)
        cause = "another attempt has the lease" if lost else hosted.cause or str(hosted.state)
        result = {"state": str(hosted.state), "tick": hosted.tick, "simulation_time": hosted.simulation.time}
        self._clerk.close(Ending(posting, status, result, cause))

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
            self._release(assignment)
            self._book(posting, JobStatus.FAILED, cause)

    def _give_up(self, assignment: Assignment, posting: Posting, error: Exception) -> None:
        """Tell why a simulation could not begin."""
        _LOG.error("can't host", sim_id=assignment.sim_id, epoch=assignment.epoch, exc_info=error)
        cause = str(error) if isinstance(error, PlantError) else f"{type(error).__name__}: {error}"
        message = {
            "kind": "ended", "sim_id": assignment.sim_id, "epoch": assignment.epoch, "worker": self._identity.name,
            "machine": self._identity.machine, "command": Command.FAIL, "cause": cause,
            "simulation_time": 0.0, "tick": 0, "overruns": 0,
        }  # fmt: skip
        insist(lambda: self._redis.xadd(REPORTS, {"m": json.dumps(message)}), self._stopping)
        self._release(assignment)
        self._book(posting, JobStatus.FAILED, cause)

    def _release(self, assignment: Assignment) -> None:
        name = self._identity.name
        insist(lambda: lease.release(self._redis, assignment.sim_id, assignment.epoch, name), self._stopping)

    def _give_back_the_rest(self) -> None:
        """What has not begun yet, or could not end in time, is given back as if it had."""
        for posting in self._clerk.unclosed:
            assignment = assignment_of(posting.job)
            try:
                give_back(self._redis, self._identity, assignment.sim_id, assignment.epoch, STOPS)
            except RedisError as error:
                _LOG.warning("not given back", sim_id=assignment.sim_id, cause=str(error))
                return
            self._book(posting, JobStatus.FAILED, STOPS)
        self._watch.end_all()

    def _book(self, posting: Posting, status: JobStatus, cause: str) -> None:
        self._clerk.close(Ending(posting, status, {}, cause))


def assignment_of(job: Job) -> Assignment:
    """What a job asks for; a later version may ask for more."""
    return Assignment(**{name: value for name, value in job.args[0].items() if name in Assignment.__slots__})
