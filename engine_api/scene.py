"""What the engine sees of everything that runs, in one look: living records, their leases, the workers, the queues."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from connections.bus import Bus, speaking
from connections.machines import Draining, Machines
from connections.placement import Seat
from connections.queue import SIMULATIONS_QUEUE
from connections.record import Record
from connections.records import Records
from connections.redis_keys import WORKERS, lease_key, worker_key
from connections.settings import WorkerSettings

AT_ONCE = 500
# KEYS: leases. Answers the epoch (or false) and the life left in ms of each, one behind the other.
_LEASES = """
local answers = {}
for i = 1, #KEYS do
  answers[2 * i - 1] = redis.call('HGET', KEYS[i], 'epoch')
  answers[2 * i] = redis.call('PTTL', KEYS[i])
end
return answers
"""


@dataclass(frozen=True, slots=True)
class Worker:
    """A living worker: its seat, the age of its heartbeat and how far its clock is ahead of Redis's, in seconds."""

    name: str
    seat: Seat
    machine_name: str
    age: float
    skew: float


@dataclass(frozen=True, slots=True)
class Scene:
    """One look; `leases` has the epoch and the age in seconds of the lease of each living simulation that has one."""

    records: Sequence[Record] = ()
    leases: dict[str, tuple[int, float]] = field(default_factory=dict)
    workers: Sequence[Worker] = ()
    draining: dict[str, Draining] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)

    @property
    def seats(self) -> list[Seat]:
        """What the workers report."""
        return [worker.seat for worker in self.workers]

    def held(self, record: Record) -> bool:
        """Whether a worker has the lease of the record's epoch, or of a later one."""
        return self.leases.get(record.sim_id, (-1, 0.0))[0] >= record.epoch


async def look(
    bus: Bus, records: Records, machines: Machines, settings: WorkerSettings, known: Sequence[Record] = ()
) -> Scene:
    """Look at everything; `known` are the records of an earlier look. Raises Unavailable."""
    workers = await _workers(bus, settings.lease)
    alive = await asyncio.to_thread(records.alive_now, known)
    draining = await asyncio.to_thread(machines.draining)
    return Scene(alive, await leases(bus, [r.sim_id for r in alive], settings.lease), workers, draining,
                 await _depths(bus, {worker.seat.machine for worker in workers}))  # fmt: skip


async def leases(bus: Bus, sim_ids: Sequence[str], life: float) -> dict[str, tuple[int, float]]:
    """Epoch and age in seconds of the leases that are held. Raises Unavailable."""
    found: dict[str, tuple[int, float]] = {}
    for first in range(0, len(sim_ids), AT_ONCE):
        some = sim_ids[first : first + AT_ONCE]
        with speaking():
            answer = await bus.redis.eval(_LEASES, len(some), *map(lease_key, some))
        for sim_id, epoch, left in zip(some, answer[::2], answer[1::2], strict=True):
            if epoch is not None:
                found[sim_id] = int(epoch), max(0.0, life - left / 1000)
    return found


async def _workers(bus: Bus, life: float) -> list[Worker]:
    redis = bus.redis
    with speaking():
        names = [name.decode() for name in sorted(await redis.smembers(WORKERS))]
        async with redis.pipeline(transaction=True) as pipeline:
            pipeline.time()
            for name in names:
                pipeline.hgetall(worker_key(name))
                pipeline.pttl(worker_key(name))
            (seconds, micros), *answers = await pipeline.execute()
        gone = [name for name, beat in zip(names, answers[::2], strict=True) if not beat]
        if gone:
            await redis.srem(WORKERS, *gone)
    beats = zip(names, answers[::2], answers[1::2], strict=True)
    present = seconds + micros / 1e6
    return [_worker({k.decode(): v.decode() for k, v in beat.items()}, left, life, present) for _, beat, left in beats
            if beat]  # fmt: skip


def _worker(beat: dict[str, str], left: int, life: float, present: float) -> Worker:
    age = max(0.0, life - left / 1000)
    skew = int(beat["heartbeat"]) / 1000 + age - present
    return Worker(beat["name"], Seat.of(beat), beat["machine_name"], age, skew)


async def _depths(bus: Bus, machines: set[str]) -> dict[str, int]:
    names = [SIMULATIONS_QUEUE, *(f"machine:{machine}" for machine in sorted(machines))]
    with speaking():
        async with bus.redis.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.llen(f"rq:queue:{name}")
            return dict(zip(names, await pipeline.execute(), strict=True))
