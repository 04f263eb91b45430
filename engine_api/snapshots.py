"""Snapshots of simulations: taken on request and by themselves, restored, and branched from."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connections import snapshotting
from connections.bus import speaking
from connections.checkpoint import Checkpoint
from connections.checkpoints import Copy
from connections.log import logger
from connections.record import Record, now
from connections.settings import LifeSettings
from connections.shot import SHOTS, Shot
from connections.simulations import Simulations
from connections.snapshots import Snapshot, SnapshotKind, Snapshots
from connections.snapshotting import PATIENCE, ask, keep, require_saving
from connections.start import Start
from plant import catalog
from plant.access import Right, Who
from plant.errors import PlantError, Unavailable, UnknownName
from plant.ownership import require_on
from plant.simulation import fitting

if TYPE_CHECKING:
    from engine_api.engine import Engine

POSITION = "pde:snapshots:position"
AWAY = 0.2
_log = logger("snapshots")


async def take(engine: "Engine", record: Record, name: str, user: Who, door: str) -> Snapshot:
    """Keep the state as it is now under this name. Raises as `snapshotting.take`."""
    return await snapshotting.take(engine.simulations, engine.snapshots, record, name, user, door)


async def restore(engine: "Engine", record: Record, name: str, user: Who, door: str, version: int | None) -> Record:
    """Go back to a snapshot; simulated time goes on from there, ticks go on as they were.

    Raises as `snapshotting.restore`.
    """
    asked = engine.simulations, engine.snapshots, record, name, user, door, version
    changed, number = await snapshotting.restore(*asked)
    if not await engine.live.until(lambda: _applied(engine, record.sim_id, number), PATIENCE):
        _log.warning("restoring waits for the worker", sim_id=record.sim_id, action=number)
    return changed


async def branch(engine: "Engine", record: Record, snapshot: str | None, start: Start, user: Who, door: str) -> Record:
    """Start another simulation from a snapshot of this one, or from its present state.

    Raises as `Simulations.start`, `take` and `restore`.
    """
    require_on(user, Right.OPERATE, record, f"a branch of {record.sim_id}")
    require_saving(record)
    if snapshot is None:
        shot = await ask(engine.simulations, record, "", user, door)
        checkpoint = Checkpoint.decode(shot.content)
    else:
        checkpoint = (await asyncio.to_thread(engine.snapshots.get, record.sim_id, snapshot))[1]
    fitting(catalog.find(record.model_id), record.sample_time, checkpoint.snapshot)
    of = f" (snapshot {snapshot})" if snapshot else ""
    origin = f"{record.sim_id} at {checkpoint.simulation_time:g} s{of}"
    return await engine.simulations.branch(start, origin, checkpoint, user)


async def before(store: Snapshots, record: Record, simulation_time: float | None, ago: float | None) -> Snapshot:
    """The newest snapshot that is not later than asked. Raises UnknownName when there is none."""
    instant = None if ago is None else now() - timedelta(seconds=ago)
    found = [
        each for each in await asyncio.to_thread(store.of, record.sim_id)
        if (simulation_time is None or each.simulation_time <= simulation_time)
        and (instant is None or each.created_at <= instant)
    ]  # fmt: skip
    if not found:
        raise UnknownName(f"{record.sim_id} has no snapshot that is so early")
    return found[-1]


def _applied(engine: "Engine", sim_id: str, number: int) -> bool:
    frame = engine.live.frame(sim_id)
    return frame is not None and frame.action >= number


async def follow_shots(simulations: Simulations, store: Snapshots) -> None:
    """Keep what workers took, for ever, also when nobody waits for it any more."""
    redis = simulations.bus.redis
    with speaking():
        position = (await redis.get(POSITION) or b"0-0").decode()
    async for reached, entry in simulations.bus.follow(SHOTS, position):
        while not await _kept(store, entry):  # noqa: ASYNC110
            await asyncio.sleep(AWAY)  # the database is away: its return can't be awaited
        with speaking():
            await redis.set(POSITION, reached)


async def _kept(store: Snapshots, entry: bytes) -> bool:
    try:
        shot = Shot.decode(entry)
        if shot.name:
            await asyncio.to_thread(keep, store, shot)
    except Unavailable as error:
        _log.warning("snapshot waits", error=str(error))
        return False
    except PlantError as error:
        _log.warning("snapshot refused", error=str(error))
    return True


class Backtracks:
    """Keeps one checkpoint of each simulation now and then."""

    def __init__(self, store: Snapshots, life: LifeSettings) -> None:
        self._store, self._life = store, life
        self._last: dict[str, tuple[datetime, int]] | None = None

    async def keep(self, copies: Sequence[Copy]) -> int:
        """Of these checkpoints keep those that are due; how many. Raises Unavailable."""
        if not self._life.backtracks:
            return 0
        if self._last is None:
            known = await asyncio.to_thread(self._store.last_backtracks)
            self._last = {sim_id: (taken_at, -1) for sim_id, taken_at in known.items()}
        present = now()
        due = [each for each in copies if self._due(self._last.get(each.sim_id), each, present)]
        if due:
            rows = [(_backtrack(each, present), each.content) for each in due]
            await asyncio.to_thread(self._store.add_backtracks, rows, self._life.backtracks)
        self._last.update({each.sim_id: (present, each.checkpoint.tick) for each in due})
        return len(due)

    def _due(self, last: tuple[datetime, int] | None, copy: Copy, present: datetime) -> bool:
        if last is None:
            return True
        when, tick = last
        return tick != copy.checkpoint.tick and (present - when).total_seconds() >= self._life.backtrack


def _backtrack(copy: Copy, present: datetime) -> Snapshot:
    facts: dict[str, Any] = {"kind": SnapshotKind.BACKTRACK, "user": "engine", "created_at": present}
    return Snapshot(
        copy.sim_id, f"auto-{present:%Y%m%dT%H%M%S}Z", simulation_time=copy.checkpoint.simulation_time,
        tick=copy.checkpoint.tick, **facts,
    )  # fmt: skip
