"""Snapshots: take, list, restore, branch; going back in time; the end of a life."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response

from connections.record import Record
from connections.snapshots import Snapshot
from connections.start import Start
from engine_api import life, shown, snapshots
from engine_api.asked import RecordHere, VersionHere, tagged
from engine_api.engine import Engine, EngineHere
from engine_api.moments import moment
from engine_api.problems import documented
from engine_api.schemas import SimulationAnswer
from engine_api.security import DOOR, CallerHere
from engine_api.snapshot_schemas import (
    AdvanceBody,
    BacktrackBody,
    BranchBody,
    ExtendBody,
    SnapshotAnswer,
    SnapshotBody,
    SnapshotsAnswer,
)
from engine_api.strict_route import StrictRoute
from plant.access import Right
from plant.errors import InvalidValue
from plant.faults_check import WORDS
from plant.ownership import require_on

router = APIRouter(prefix="/api/sims", tags=["snapshots"], route_class=StrictRoute)
SnapshotName = Annotated[str, Path(max_length=100, examples=["before-the-step"])]
_COMMAND = documented(400, 404, 408, 409, 412, 413, 422, 503)


@router.get("/{sim_id}/snapshots", responses=documented(404, 422))
async def list_snapshots(engine: EngineHere, record: RecordHere) -> SnapshotsAnswer:
    """The named snapshots and the backtracks, oldest first."""
    found = await asyncio.to_thread(engine.snapshots.of, record.sim_id)
    return SnapshotsAnswer(sim_id=record.sim_id, snapshots=[_shown(each) for each in found])


@router.post("/{sim_id}/snapshots", status_code=201, responses=_COMMAND)
async def take_snapshot(
    engine: EngineHere, caller: CallerHere, response: Response, record: RecordHere, body: SnapshotBody
) -> SnapshotAnswer:
    """Keep the state as it is now under a name."""
    taken = await snapshots.take(engine, record, body.name, caller, DOOR)
    response.headers["Location"] = f"/api/sims/{record.sim_id}/snapshots/{taken.name}"
    return _shown(taken)


@router.get("/{sim_id}/snapshots/{name}", responses=documented(404, 422))
async def get_snapshot(engine: EngineHere, record: RecordHere, name: SnapshotName) -> SnapshotAnswer:
    """One snapshot."""
    return _shown((await asyncio.to_thread(engine.snapshots.get, record.sim_id, name))[0])


@router.delete("/{sim_id}/snapshots/{name}", status_code=204, responses=documented(404, 422))
async def delete_snapshot(engine: EngineHere, caller: CallerHere, record: RecordHere, name: SnapshotName) -> None:
    """Forget one."""
    require_on(caller, Right.OPERATE, record, f"deleting a snapshot of {record.sim_id}")
    await asyncio.to_thread(engine.snapshots.remove, record.sim_id, name)


@router.post("/{sim_id}/snapshots/{name}/restore", responses=_COMMAND)
async def restore_snapshot(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    record: RecordHere,
    version: VersionHere,
    name: SnapshotName,
) -> SimulationAnswer:
    """Go back to a snapshot; running goes on running, paused stays paused."""
    changed = await snapshots.restore(engine, record, name, caller, DOOR, version)
    return await _answered(engine, response, changed)


@router.post("/{sim_id}/backtrack", responses=_COMMAND)
async def backtrack(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    record: RecordHere,
    version: VersionHere,
    body: BacktrackBody,
) -> SimulationAnswer:
    """Go back to the newest snapshot that is not later than the time asked for."""
    if (body.simulation_time is None) == (body.seconds is None):
        raise InvalidValue("backtrack takes either 'simulation_time' or 'seconds'")
    require_on(caller, Right.OPERATE, record, f"restoring {record.sim_id}")
    found = await snapshots.before(engine.snapshots, record, body.simulation_time, body.seconds)
    changed = await snapshots.restore(engine, record, found.name, caller, DOOR, version)
    return await _answered(engine, response, changed)


@router.post("/{sim_id}/branch", status_code=201, responses=_COMMAND)
async def branch(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    record: RecordHere,
    body: BranchBody | None = None,
) -> SimulationAnswer:
    """Start another simulation from a snapshot, or from the state as it is now."""
    asked = body or BranchBody()
    started = await snapshots.branch(engine, record, asked.snapshot, _start(record, asked), caller, DOOR)
    response.headers["Location"] = f"/api/sims/{started.sim_id}"
    return await _answered(engine, response, started)


@router.post("/{sim_id}/advance", responses=_COMMAND)
async def advance(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    record: RecordHere,
    version: VersionHere,
    body: AdvanceBody,
) -> SimulationAnswer:
    """Move a paused simulation on by some simulated time, as fast as it can compute."""
    return await _answered(engine, response, await life.advance(engine, record, body.seconds, caller, DOOR, version))


@router.post("/{sim_id}/extend", responses=_COMMAND)
async def extend(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    record: RecordHere,
    version: VersionHere,
    body: ExtendBody,
) -> SimulationAnswer:
    """Let a simulation live longer."""
    changed = await life.extend(engine, record, body.seconds, body.duration, caller, DOOR, version)
    return await _answered(engine, response, changed)


def _start(record: Record, asked: BranchBody) -> Start:
    planned = [{word: each[word] for word in WORDS if each.get(word) is not None} for each in record.planned]
    return Start(
        record.model_id, name=asked.name or record.name, duration=asked.duration or record.duration,
        speed=record.speed if asked.speed is None else asked.speed, sample_time=record.sample_time,
        machine=asked.machine, inputs=record.inputs, wait=asked.wait, start=record.start, faults=planned,
        stall=record.stall, resume=record.resume, idle=record.idle,
    )  # fmt: skip


def _shown(snapshot: Snapshot) -> SnapshotAnswer:
    return SnapshotAnswer(
        sim_id=snapshot.sim_id, name=snapshot.name, kind=str(snapshot.kind), user=snapshot.user,
        time=moment(snapshot.created_at) or "", simulation_time=snapshot.simulation_time, tick=snapshot.tick,
    )  # fmt: skip


async def _answered(engine: Engine, response: Response, record: Record) -> SimulationAnswer:
    tagged(response, record)
    return await shown.simulation(engine, record)
