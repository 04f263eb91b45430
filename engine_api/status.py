"""What runs at present, in one look: parts, workers, simulations, alerts. For `pde status`."""

import asyncio
import math
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from connections import alert_bus
from connections.bus import speaking
from connections.record import Record
from connections.simulations import Simulations
from connections.tails import PUBLISHED
from engine_api.endpoint import announced
from engine_api.scene import Scene, look


@dataclass(frozen=True, slots=True)
class Status:
    """One look; `waiting` is the number of attempts in the queues, alerts are sentences."""

    version: str
    opcua: str | None
    machines: list[dict[str, Any]]
    waiting: int
    counts: dict[str, int]
    simulations: list[dict[str, Any]]
    alerts: list[str]


async def status(simulations: Simulations) -> Status:
    """Look now. Raises Unavailable."""
    scene = await look(simulations.bus, simulations.records, simulations.machines, simulations.settings.worker)
    counts = await asyncio.to_thread(simulations.records.counts)
    alerts = sorted(await alert_bus.raised(simulations.bus), key=lambda alert: -int(alert["severity"]))
    reached = await _reached(simulations, scene)
    return Status(
        version("process-dynamics-engine"), await announced(simulations.bus), _machines(scene),
        sum(scene.depths.values()), {str(state): count for state, count in counts.items() if count},
        [_simulation(record, scene, reached) for record in sorted(scene.records, key=lambda one: one.number)],
        [str(alert["message"]) for alert in alerts],
    )  # fmt: skip


async def _reached(simulations: Simulations, scene: Scene) -> dict[str, float]:
    """Simulated seconds of the newest frame of each, where a worker has published one."""
    sim_ids = [record.sim_id for record in scene.records]
    with speaking():
        found = await simulations.bus.redis.hmget(PUBLISHED, sim_ids) if sim_ids else []
    ticks = {sim_id: int(text.split()[1]) for sim_id, text in zip(sim_ids, found, strict=True) if text}
    return {record.sim_id: ticks.get(record.sim_id, 0) * record.sample_time for record in scene.records}


def _machines(scene: Scene) -> list[dict[str, Any]]:
    workers = Counter(seat.machine for seat in scene.seats)
    return [
        {
            "machine": name, "workers": count, "draining": name in scene.draining,
            "hosted": sum(seat.hosted for seat in scene.seats if seat.machine == name),
            "slots": sum(seat.slots for seat in scene.seats if seat.machine == name),
        }
        for name, count in sorted(workers.items())
    ]  # fmt: skip


def _simulation(record: Record, scene: Scene, reached: dict[str, float]) -> dict[str, Any]:
    _, age = scene.leases.get(record.sim_id, (0, None))
    return {
        "sim_id": record.sim_id, "model_id": record.model_id, "status": str(record.status), "owner": record.owner,
        "simulation_time": max(record.simulation_time, reached[record.sim_id]),
        "speed": "max" if math.isinf(record.speed) else record.speed,
        "overruns": record.overruns, "machine": record.machine, "worker": record.worker, "attempts": record.attempts,
        "lease_age": None if age is None else round(age, 1), "cause": record.cause,
    }  # fmt: skip
