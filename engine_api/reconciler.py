"""The reconciler: makes what runs agree with what the records say, round by round."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rq.job import JobStatus

from connections.bus import WORKERS, Action, lease_key, speaking, worker_key
from connections.log import logger
from connections.queue import queue_name
from connections.record import Record, now
from connections.simulations import Simulations, assignment
from engine_api.metrics import Metrics
from plant.errors import PlantError, Unavailable
from plant.lifecycle import ALIVE, HOSTED, Command, State

HEALTHY_AFTER = 60.0
LONGEST_BACK_OFF = 60.0
LATE = 3.0
_WAITING = frozenset({JobStatus.QUEUED, JobStatus.CREATED, JobStatus.DEFERRED, JobStatus.SCHEDULED})
_log = logger("reconciler")


@dataclass(slots=True)
class _Seen:
    """Since when (monotonic) the attempt has been as it is: held by a worker, or lost."""

    epoch: int
    held: bool
    since: float


class Reconciler:
    """Rounds over all living records of one engine."""

    def __init__(self, simulations: Simulations, metrics: Metrics, clock: Callable[[], float] = time.monotonic) -> None:
        self._simulations, self._metrics, self._clock = simulations, metrics, clock
        self._settings = simulations.settings
        self._seen: dict[str, _Seen] = {}
        self._machines: dict[str, str] = {}

    async def run(self) -> None:
        """A round every `settings.reconcile` seconds, for ever; a round that a missing part breaks is counted."""
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
        workers = await self._simulations.bus.workers()
        await self._register(workers)
        records = await asyncio.to_thread(self._simulations.records.all, states=ALIVE)
        held = await self._held(records)
        for record in records:
            try:
                await self._settle(record, held[record.sim_id])
            except Unavailable:
                raise
            except PlantError as error:
                _log.warning("record not settled", sim_id=record.sim_id, error=str(error))
        self._seen = {record.sim_id: self._seen[record.sim_id] for record in records if record.sim_id in self._seen}

    async def _register(self, workers: list[dict[str, str]]) -> None:
        self._metrics.workers.set(len(workers))
        self._metrics.slots.set(sum(int(worker["slots"]) for worker in workers))
        for worker in workers:
            machine, name = worker["machine"], worker["machine_name"]
            if self._machines.get(machine) != name:
                await asyncio.to_thread(self._simulations.records.register_machine, machine, name)
                self._machines[machine] = name
        await _prune(self._simulations.bus.redis, {worker["name"] for worker in workers})

    async def _held(self, records: list[Record]) -> dict[str, bool]:
        """Whether a worker holds the lease of the record's epoch (or of a later one)."""
        with speaking():
            async with self._simulations.bus.redis.pipeline(transaction=False) as pipeline:
                for record in records:
                    pipeline.hget(lease_key(record.sim_id), "epoch")
                epochs = await pipeline.execute()
        return {r.sim_id: epoch is not None and int(epoch) >= r.epoch for r, epoch in zip(records, epochs, strict=True)}

    async def _settle(self, record: Record, held: bool) -> None:
        since = self._since(record, held)
        if record.ends_at is not None and (now() - record.ends_at).total_seconds() > LATE:
            await self._time_out(record)
        elif held:
            await self._forgive(record, since)
        elif record.status is State.PENDING:
            await self._dispatch_if(record, since >= self._settings.worker.renewal)
        elif record.status is State.QUEUED:
            await self._settle_queued(record, since)
        elif record.status in HOSTED:
            await self._take_over_after(record, since)

    def _since(self, record: Record, held: bool) -> float:
        """For how many seconds it has been held, or not."""
        seen = self._seen.get(record.sim_id)
        if seen is None or (seen.epoch, seen.held) != (record.epoch, held):
            seen = self._seen[record.sim_id] = _Seen(record.epoch, held, self._clock())
        return self._clock() - seen.since

    async def _dispatch_if(self, record: Record, due: bool) -> None:
        if due:
            await self._simulations.dispatch(record)

    async def _settle_queued(self, record: Record, since: float) -> None:
        """A job that waits where a worker will find it is left alone; any other is queued again."""
        found = await asyncio.to_thread(self._simulations.queue.find, assignment(record).job_id)
        if found is not None and found[1] in _WAITING:
            served = queue_name(await self._simulations.served(record.machine))
            if found[0] in (served, queue_name(None)):
                self._seen.pop(record.sim_id)
                return
        await self._take_over_after(record, since)

    async def _take_over_after(self, record: Record, since: float) -> None:
        """Start the next attempt of a lost one, later each time; give up when the attempts are used up."""
        wait = min(2.0 ** (record.attempts - 2), LONGEST_BACK_OFF) if record.attempts > 1 else 0.0
        if since < self._settings.worker.renewal + wait:
            return
        await asyncio.to_thread(self._simulations.queue.withdraw, assignment(record).job_id)
        if record.attempts >= self._settings.life.attempts:
            await self._end(record, Command.FAIL, f"{record.attempts} workers were lost while they ran it")
            return
        _log.warning("taking over", sim_id=record.sim_id, epoch=record.epoch, worker=record.worker)
        await self._simulations.dispatch(record)
        self._metrics.take_overs.inc()

    async def _forgive(self, record: Record, since: float) -> None:
        if record.attempts > 1 and since >= HEALTHY_AFTER:
            changed = await asyncio.to_thread(
                self._simulations.records.change, record.sim_id, record.version, attempts=1
            )
            await self._simulations.announce(changed)

    async def _time_out(self, record: Record) -> None:
        """End what outlived its time; its worker, if any, ends it too and was late."""
        stop = Action("admin", "reconciler", time.time_ns(), command=str(Command.STOP))
        await self._simulations.bus.append_action(record.sim_id, stop)
        command = Command.FAIL if record.status is State.PENDING else Command.TIME_OUT
        await self._end(record, command, "its time on the wall clock was over")
        await asyncio.to_thread(self._simulations.queue.withdraw_waiting, assignment(record).job_id)

    async def _end(self, record: Record, command: Command, cause: str) -> None:
        ended = await asyncio.to_thread(
            self._simulations.records.report, record.sim_id, record.epoch, command, cause=cause
        )
        if ended is not None:
            await self._simulations.announce(ended)


async def _prune(redis: Any, living: set[str]) -> None:
    """Forget the names of workers whose heartbeat has expired."""
    with speaking():
        names = {name.decode() for name in await redis.smembers(WORKERS)}
        for name in names - living:
            if not await redis.exists(worker_key(name)):
                await redis.srem(WORKERS, name)
