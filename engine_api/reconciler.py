"""The reconciler: makes what runs agree with what the records say, round by round."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from rq.job import JobStatus

from connections.action import Action
from connections.log import logger
from connections.placement import free, place
from connections.queue import Found, assignment, queue_name
from connections.record import Record, now
from connections.simulations import WAITS, Simulations
from engine_api.drains import empty
from engine_api.metrics import Metrics
from engine_api.scene import Scene, look
from engine_api.settlement import Job, Rules, Situation, Step, back_off, next_step
from plant.errors import PlantError, StaleVersion, Unavailable
from plant.lifecycle import HOSTED, Command, State

LATE = 3.0
AT_ONCE = 50
"""Records that are looked at without a pause."""
SUSPECT = 3
"""From this attempt on a simulation runs in a process of its own: it may be what ends its workers, with all others."""
_WAITING = frozenset({JobStatus.QUEUED, JobStatus.CREATED, JobStatus.DEFERRED, JobStatus.SCHEDULED})
_LOST = "was lost"
BEGINNING = 60.0
"""Seconds that a living worker may take from a job to its lease: a slow start on a busy machine is not a lost one."""
_log = logger("reconciler")


@dataclass(slots=True)
class _Seen:
    """Since when (monotonic) the attempt has been as it is."""

    how: tuple[object, ...]
    since: float


class Reconciler:
    """Rounds over all living records of one engine; `scene` is what the last round saw."""

    def __init__(self, simulations: Simulations, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._simulations, self._metrics, self._clock = simulations, metrics, clock
        self._settings = simulations.settings
        life = self._settings.life
        self._rules = Rules(
            self._settings.worker.renewal, BEGINNING, life.attempts, life.back_off, life.longest_back_off, life.healthy
        )
        self._steps: Mapping[Step, Callable[[Record, Scene], Awaitable[None]]] = {
            Step.TIME_OUT: self._time_out, Step.FORGIVE: self._forgive, Step.DISPATCH: self._dispatch,
            Step.QUEUE: self._queue, Step.WAIT: self._wait, Step.ANNOUNCE: self._announce_loss,
            Step.TAKE_OVER: self._take_over, Step.GIVE_UP: self._give_up,
        }  # fmt: skip
        self._seen: dict[str, _Seen] = {}
        self._named: dict[str, str] = {}
        self.scene = Scene()

    async def run(self) -> None:
        """A round every `settings.reconcile` seconds, for ever; a round that a missing part breaks is counted."""
        self._seen.clear()
        while True:
            try:
                await self.round()
            except Unavailable as error:
                self._seen.clear()
                self._metrics.rounds_failed.inc()
                _log.warning("round given up", error=str(error))
            await asyncio.sleep(self._settings.reconcile)

    async def round(self) -> None:
        """Look at every worker and every living record once. Raises Unavailable."""
        simulations = self._simulations
        scene = self.scene = await look(
            simulations.bus, simulations.records, simulations.machines, self._settings.worker, self.scene.records
        )
        self._metrics.show(scene)
        await self._register(scene)
        jobs = await self._jobs(scene)
        for number, record in enumerate(scene.records):
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)  # requests that came meanwhile have their turn
            try:
                await self._settle(record, scene, jobs)
            except Unavailable:
                raise
            except StaleVersion:
                continue  # somebody changed it meanwhile: the next round sees how it is then
            except PlantError as error:
                _log.warning("record not settled", sim_id=record.sim_id, error=str(error))
        self._seen = {r.sim_id: self._seen[r.sim_id] for r in scene.records if r.sim_id in self._seen}
        await empty(simulations, scene)

    async def _register(self, scene: Scene) -> None:
        for worker in scene.workers:
            machine = worker.seat.machine
            if self._named.get(machine) != worker.machine_name:
                await asyncio.to_thread(self._simulations.machines.register, machine, worker.machine_name)
                self._named[machine] = worker.machine_name

    async def _jobs(self, scene: Scene) -> dict[str, Found]:
        """The job of every attempt that no worker holds."""
        begun = HOSTED | {State.QUEUED}
        ids = [assignment(r).job_id for r in scene.records if r.status in begun and not scene.held(r)]
        return await asyncio.to_thread(self._simulations.queue.found, ids) if ids else {}

    async def _settle(self, record: Record, scene: Scene, jobs: Mapping[str, Found]) -> None:
        where = place(scene.seats, scene.draining, record.machine)
        job = _job(jobs.get(assignment(record).job_id), where.machine, scene)
        told = f"attempt {record.attempts + 1} of" in (record.cause or "")
        began = record.worker is not None
        step = next_step(
            Situation(
                record.status, scene.held(record), self._since(record, scene.held(record), began, job), record.attempts,
                record.ends_at is not None and (now() - record.ends_at).total_seconds() > LATE,
                job, where.waits is not None, told, began,
            ),
            self._rules,
        )  # fmt: skip
        if step is not Step.LEAVE:
            await self._steps[step](record, scene)

    def _since(self, record: Record, held: bool, began: bool, job: Job) -> float:
        """For how many seconds it has run, or been without a worker, or its job has stood as it does."""
        how = record.epoch, held, began, None if began else job
        seen = self._seen.get(record.sim_id)
        if seen is None or seen.how != how:
            seen = self._seen[record.sim_id] = _Seen(how, self._clock())
        return self._clock() - seen.since

    async def _dispatch(self, record: Record, _: Scene) -> None:
        await self._simulations.dispatch(record)
        self._metrics.dispatches.labels("start").inc()

    async def _queue(self, record: Record, _: Scene) -> None:
        """Its job is gone, or waits where no worker will find it: the same attempt is queued again."""
        await asyncio.to_thread(self._simulations.queue.withdraw, assignment(record).job_id)
        await self._simulations.enqueue(record)
        self._metrics.dispatches.labels("requeued").inc()

    async def _wait(self, record: Record, scene: Scene) -> None:
        """Say in the record why it waits."""
        reason = waiting_reason(record, scene)
        if reason != record.cause and (record.cause is None or record.cause.startswith(WAITS)):
            await self._change(record, cause=reason)

    async def _announce_loss(self, record: Record, _: Scene) -> None:
        """Say at once that its worker was lost, and when the next attempt comes."""
        seconds = back_off(record.attempts, self._rules)
        following = f"attempt {record.attempts + 1} of {self._rules.attempts} starts in {seconds:g} s"
        await self._change(record, cause=f"worker {record.worker or '?'} {_LOST}; {following}")

    async def _take_over(self, record: Record, _: Scene) -> None:
        """Start the next attempt of a lost one."""
        await asyncio.to_thread(self._simulations.queue.withdraw, assignment(record).job_id)
        cause = f"attempt {record.attempts + 1} of {self._rules.attempts}: worker {record.worker or '?'} {_LOST}"
        _log.warning("taking over", sim_id=record.sim_id, epoch=record.epoch, worker=record.worker)
        await self._simulations.dispatch(record, cause, isolated=record.attempts + 1 >= SUSPECT)
        self._metrics.take_overs.inc()
        self._metrics.dispatches.labels("lost").inc()

    async def _give_up(self, record: Record, _: Scene) -> None:
        await asyncio.to_thread(self._simulations.queue.withdraw, assignment(record).job_id)
        await self._end(record, Command.FAIL, f"{record.attempts} workers were lost while they ran it")

    async def _forgive(self, record: Record, _: Scene) -> None:
        await self._change(record, attempts=1, cause=None)

    async def _time_out(self, record: Record, _: Scene) -> None:
        """End what outlived its time; its worker, if any, ends it too and was late."""
        stop = Action("admin", "reconciler", time.time_ns(), command=str(Command.STOP))
        await self._simulations.bus.append_action(record.sim_id, stop)
        command = Command.FAIL if record.status is State.PENDING else Command.TIME_OUT
        await self._end(record, command, "its time on the wall clock was over")
        await asyncio.to_thread(self._simulations.queue.withdraw_waiting, assignment(record).job_id)

    async def _change(self, record: Record, **changes: object) -> None:
        changed = await asyncio.to_thread(self._simulations.records.change, record.sim_id, record.version, **changes)
        await self._simulations.announce(changed)

    async def _end(self, record: Record, command: Command, cause: str) -> None:
        ended = await asyncio.to_thread(
            self._simulations.records.report, record.sim_id, record.epoch, command, cause=cause
        )
        if ended is not None:
            await self._simulations.announce(ended)


def waiting_reason(record: Record, scene: Scene) -> str:
    """Why a queued simulation has no worker yet."""
    if not scene.workers:
        return f"{WAITS}: no worker is running"
    where = place(scene.seats, scene.draining, record.machine)
    if where.waits:
        return f"{WAITS}: {where.waits}"
    there = f" of machine {where.machine}" if where.machine else ""
    full = free(scene.seats, where.machine) == 0
    return f"{WAITS}: every slot{there} is in use" if full else f"{WAITS}: no worker{there} has taken it yet"


def _job(found: Found | None, machine: str | None, scene: Scene) -> Job:
    if found is None:
        return Job.NONE
    if found.status not in _WAITING:
        living = found.status is JobStatus.STARTED and any(worker.name == found.worker for worker in scene.workers)
        return Job.BEGINNING if living else Job.TAKEN
    if not found.queued:  # a worker took it out and has not said so yet, or died before it could
        return Job.NONE
    fitting = {queue_name(machine)} | (set() if scene.draining else {queue_name(None)})
    return Job.WAITING if found.queue in fitting else Job.ELSEWHERE
