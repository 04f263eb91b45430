"""Moving the end of a simulation's life, and moving a paused one on by some simulated time."""

import asyncio
import math
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connections.action import Action
from connections.record import Record, now
from connections.start import SHORTEST_DURATION
from plant.access import Right, Who
from plant.errors import InvalidValue, OutOfRange, WrongState
from plant.lifecycle import Command
from plant.ownership import require_on
from plant.pace import FASTEST

if TYPE_CHECKING:
    from engine_api.engine import Engine


async def advance(
    engine: "Engine", record: Record, seconds: float, user: Who, door: str, version: int | None
) -> Record:
    """Let a paused simulation make the steps of so many simulated seconds at once. Raises as `Simulations.command`."""
    steps = math.ceil(seconds / record.sample_time * (1 - 1e-12))
    return await engine.simulations.command(record.sim_id, Command.STEP, user, door, float(steps), version)


async def extend(
    engine: "Engine", record: Record, seconds: float | None, duration: float | None, user: Who, door: str,
    version: int | None,
) -> Record:  # fmt: skip
    """Let it live for `seconds` of wall time more, or for `duration` simulated seconds in all.

    Raises NotAllowed, InvalidValue without either, OutOfRange, WrongState when it has ended, StaleVersion.
    """
    require_on(user, Right.OPERATE, record, f"extending {record.sim_id}")
    if not record.alive:
        raise WrongState(f"{record.sim_id} is {record.status}: its life can't be extended")
    changes = _changes(engine, record, seconds, duration)
    await engine.simulations.bus.alive()
    changed = await asyncio.to_thread(engine.records.change, record.sim_id, version, **changes)
    assert changed.ends_at is not None  # noqa: S101 - every record has one
    orders = {"ends_at": changed.ends_at.timestamp(), "duration": changed.duration}
    for name in changes:
        action = Action(str(user), door, time.time_ns(), command=name, argument=orders[name])
        await engine.simulations.bus.append_action(record.sim_id, action)
    await engine.simulations.announce(changed)
    return changed


def _changes(engine: "Engine", record: Record, seconds: float | None, duration: float | None) -> dict[str, Any]:
    if seconds is None and duration is None:
        raise InvalidValue("extend takes 'seconds' (wall time more), 'duration' (simulated seconds in all), or both")
    changes: dict[str, Any] = {}
    longest = engine.settings.life.longest
    if seconds is not None:
        assert record.ends_at is not None  # noqa: S101 - every record has one
        left = (record.ends_at - now()).total_seconds() + seconds
        if left > longest:
            raise OutOfRange(f"seconds = {seconds:g} s would leave {left:.0f} s of life, the most is {longest:g} s")
        changes["ends_at"] = record.ends_at + timedelta(seconds=seconds)
    if duration is not None:
        frame = engine.live.frame(record.sim_id)
        reached = record.simulation_time if frame is None else frame.sim_time
        low, high = max(SHORTEST_DURATION, reached), longest * FASTEST
        if not low <= duration <= high:
            raise OutOfRange(f"duration = {duration:g} s is outside {low:g}..{high:g}")
        changes["duration"] = duration
    return changes
