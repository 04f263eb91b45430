"""Rounds of the reconciler on a real Redis and database, with leases as workers hold them and a clock of the test."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connections.machines import Draining
from connections.migrations import migrate
from connections.queue import SIMULATIONS_QUEUE, assignment
from connections.record import Record
from connections.redis_keys import WORKERS, lease_key, worker_key
from connections.settings import LifeSettings, Settings
from connections.simulations import Simulations, open_simulations
from connections.start import Start
from engine_api.metrics import Metrics
from engine_api.reconciler import Reconciler
from engine_api.reports import carry_out
from plant.access import User
from plant.lifecycle import Command, State


@dataclass
class Rig:
    """A reconciler whose time the test moves."""

    simulations: Simulations
    now: float = 1000.0

    def __post_init__(self) -> None:
        self.metrics = Metrics()
        self.reconciler = Reconciler(self.simulations, self.metrics, lambda: self.now)

    async def after(self, seconds: float) -> None:
        self.now += seconds
        await self.reconciler.round()

    async def worker(self, name: str = "w", machine: str = "m", hosted: int = 0) -> None:
        beat = {"name": name, "machine": machine, "machine_name": machine, "slots": 2, "hosted": hosted, "cores": 1,
                "load": 0, "heartbeat": time.time_ns() // 1_000_000}  # fmt: skip
        await self.simulations.bus.redis.sadd(WORKERS, name)
        await self.simulations.bus.redis.hset(worker_key(name), mapping=beat)
        await self.simulations.bus.redis.pexpire(worker_key(name), 10_000)

    async def took(self, record: Record) -> None:
        """A worker has the lease and reports."""
        self.simulations.queue.withdraw(assignment(record).job_id)
        await self.simulations.bus.redis.hset(lease_key(record.sim_id), "epoch", record.epoch)
        report = {"kind": "began", "sim_id": record.sim_id, "epoch": record.epoch, "worker": "w", "command": "begin",
                  "cause": None, "simulation_time": 0.0, "tick": 0, "overruns": 0}  # fmt: skip
        await carry_out(self.simulations, self.metrics, report)

    async def taken(self, record: Record, worker: str) -> None:
        """A worker has taken the job out of its queue and told RQ so; it has no lease yet."""
        redis, job_id = self.simulations.bus.redis, assignment(record).job_id
        await redis.lrem(f"rq:queue:{SIMULATIONS_QUEUE}", 1, job_id)
        await redis.hset(f"rq:job:{job_id}", mapping={"status": "started", "worker_name": worker})

    async def lost(self, record: Record) -> None:
        await self.simulations.bus.redis.delete(lease_key(record.sim_id))

    def record(self, sim_id: str) -> Record:
        return self.simulations.records.get(sim_id)

    async def start(self) -> Record:
        return await self.simulations.start(Start("wood-berry", wait=True), User.ENGINEER)


@pytest.fixture
async def rig(tmp_path: Path, redis_url: str) -> AsyncIterator[Rig]:
    life = LifeSettings(attempts=3, back_off=4.0)
    settings = Settings(data=tmp_path, redis_url=redis_url, life=life)
    migrate(settings.sql_url)
    async with open_simulations(settings) as simulations:
        yield Rig(simulations)


async def test_lost_again_and_again_it_comes_later_alone_and_fails_at_last(rig: Rig) -> None:
    sim_id = (await rig.start()).sim_id
    await rig.took(rig.record(sim_id))
    await rig.after(0)
    await rig.lost(rig.record(sim_id))
    await rig.after(0)
    await rig.after(2)
    second = rig.record(sim_id)
    assert (second.epoch, second.attempts, second.isolated) == (2, 2, False)
    assert second.cause == "attempt 2 of 3: worker w was lost"
    await rig.took(second)
    assert rig.record(sim_id).cause == second.cause
    await rig.after(0)
    await rig.lost(second)
    await rig.after(0)
    await rig.after(2)
    assert rig.record(sim_id).cause == "worker w was lost; attempt 3 of 3 starts in 4 s"
    await rig.after(3)
    assert rig.record(sim_id).epoch == 2
    await rig.after(1)
    third = rig.record(sim_id)
    assert (third.epoch, third.attempts, third.isolated) == (3, 3, True)
    await rig.took(third)
    await rig.after(0)
    await rig.lost(third)
    await rig.after(0)
    await rig.after(2)
    ended = rig.record(sim_id)
    assert (ended.status, ended.cause) == (State.FAILED, "3 workers were lost while they ran it")
    assert rig.metrics.take_overs._value.get() == 2


async def test_handed_on_it_may_wait_and_be_taken_at_leisure(rig: Rig) -> None:
    """The next attempt waits longer than a lease may be missing, and is looked at between its taking and its lease."""
    sim_id = (await rig.start()).sim_id
    await rig.took(rig.record(sim_id))
    released = {"kind": "released", "sim_id": sim_id, "epoch": 1, "worker": "w", "cause": "its worker stops",
                "simulation_time": 3.0, "tick": 3, "overruns": 0}  # fmt: skip
    await rig.lost(rig.record(sim_id))
    await carry_out(rig.simulations, rig.metrics, released)
    await rig.after(0)
    await rig.after(30)
    second = rig.record(sim_id)
    assert (second.status, second.epoch, second.attempts) == (State.RUNNING, 2, 1)
    await rig.worker("other")
    await rig.simulations.bus.redis.lrem(f"rq:queue:{SIMULATIONS_QUEUE}", 1, assignment(second).job_id)
    await rig.after(0.2)
    assert rig.record(sim_id).epoch == 2, "a worker has it in its hands"
    await rig.taken(second, "other")
    await rig.after(0.2)
    await rig.after(59)
    assert rig.record(sim_id).epoch == 2, "a busy worker begins late"
    await rig.took(second)
    await rig.after(0)
    assert (rig.record(sim_id).epoch, rig.record(sim_id).attempts) == (2, 1)
    assert rig.metrics.take_overs._value.get() == 0


async def test_a_minute_in_good_health_forgives(rig: Rig) -> None:
    sim_id = (await rig.start()).sim_id
    await rig.took(rig.record(sim_id))
    await rig.after(0)
    await rig.lost(rig.record(sim_id))
    await rig.after(0)
    await rig.after(2)
    await rig.took(rig.record(sim_id))
    await rig.after(0)
    await rig.after(59)
    assert rig.record(sim_id).attempts == 2
    await rig.after(1)
    assert (rig.record(sim_id).attempts, rig.record(sim_id).cause) == (1, None)


async def test_health_counts_from_when_it_runs(rig: Rig) -> None:
    sim_id = (await rig.start()).sim_id
    await rig.took(rig.record(sim_id))
    await rig.after(0)
    await rig.lost(rig.record(sim_id))
    await rig.after(0)
    await rig.after(2)
    await rig.simulations.bus.redis.hset(lease_key(sim_id), "epoch", 2)  # its process is still being started
    await rig.after(0)
    await rig.after(60)
    assert rig.record(sim_id).attempts == 2
    await rig.took(rig.record(sim_id))
    await rig.after(0)
    await rig.after(59)
    assert rig.record(sim_id).attempts == 2
    await rig.after(1)
    assert rig.record(sim_id).attempts == 1


async def test_a_slow_start_is_not_a_lost_one(rig: Rig) -> None:
    await rig.worker("w")
    sim_id = (await rig.start()).sim_id
    await rig.after(0)
    await rig.after(30)  # it waits, as long as it takes
    await rig.taken(rig.record(sim_id), "w")
    for _ in range(5):
        await rig.after(10)
    assert (rig.record(sim_id).epoch, rig.record(sim_id).attempts) == (1, 1)
    await rig.simulations.bus.redis.delete(worker_key("w"))
    await rig.after(0)
    assert rig.record(sim_id).epoch == 1
    await rig.after(2)
    assert (rig.record(sim_id).epoch, rig.record(sim_id).attempts) == (2, 2)


async def test_a_job_that_was_lost_on_its_way_is_queued_again(rig: Rig) -> None:
    await rig.worker("w")
    sim_id = (await rig.start()).sim_id
    assert await rig.simulations.bus.redis.lpop(f"rq:queue:{SIMULATIONS_QUEUE}") == f"{sim_id}-1".encode()
    await rig.after(0)
    assert rig.simulations.queue.positions() == {}
    await rig.after(2)
    assert rig.simulations.queue.positions() == {f"{sim_id}-1": 1}
    assert (rig.record(sim_id).epoch, rig.record(sim_id).attempts) == (1, 1)


async def test_jobs_that_redis_forgot_are_queued_again_and_not_counted(rig: Rig) -> None:
    sim_id = (await rig.start()).sim_id
    for _ in range(5):
        await rig.simulations.bus.redis.flushall()
        await rig.after(0)
        await rig.after(2)
        assert rig.simulations.queue.positions() == {f"{sim_id}-1": 1}
    assert (rig.record(sim_id).attempts, rig.record(sim_id).epoch) == (1, 1)


async def test_who_waits_is_told_why(rig: Rig) -> None:
    sim_id = (await rig.start()).sim_id
    await rig.after(0)
    await rig.after(2)
    assert rig.record(sim_id).cause == "waits: no worker is running"
    await rig.worker(hosted=2)
    await rig.after(0)
    assert rig.record(sim_id).cause == "waits: every slot is in use"
    await rig.took(rig.record(sim_id))
    assert rig.record(sim_id).cause is None


async def test_jobs_leave_the_queues_that_a_draining_machine_serves(rig: Rig) -> None:
    await rig.worker("w1", "m1")
    await rig.after(0)
    sim_id = (await rig.start()).sim_id
    machines = rig.simulations.machines
    machines.drain("m1", Draining.FINISH)
    await rig.after(0)
    await rig.after(2)
    assert rig.record(sim_id).cause == "waits: every machine that has a worker is draining"
    await rig.worker("w2", "m2")
    await rig.after(0)
    assert rig.simulations.queue.positions("m2") == {f"{sim_id}-1": 1}
    assert rig.simulations.queue.positions() == {}
    machines.drain("m1", None)
    await rig.after(0)
    assert rig.simulations.queue.positions() == {f"{sim_id}-1": 1}
    assert rig.reconciler.scene.depths[SIMULATIONS_QUEUE] == 0
    assert rig.record(sim_id).epoch == 1


async def test_what_ended_goes_from_redis_after_a_day(rig: Rig) -> None:
    record = await rig.start()
    await rig.simulations.command(record.sim_id, Command.STOP, User.ENGINEER, "rest")
    keys = [key for key in await rig.simulations.bus.redis.keys("pde:*") if record.sim_id.encode() in key]
    assert keys
    for key in keys:
        assert 0 < await rig.simulations.bus.redis.ttl(key) <= 86_400, key
