"""Simulations: list, record, lifecycle."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from connections.record import Record
from engine_api import csv_answers, shown
from engine_api.asked import RecordHere, SimId, VersionHere, tagged
from engine_api.engine import Engine, EngineHere
from engine_api.list_queries import SimulationsQuery, records_page
from engine_api.paging import linked
from engine_api.problems import documented
from engine_api.schemas import NoBody, SimulationAnswer, SimulationsAnswer, SpeedBody, StepBody
from engine_api.security import DOOR, CallerHere
from engine_api.strict_route import StrictRoute
from plant.access import Caller, Right
from plant.errors import StaleVersion
from plant.lifecycle import Command
from plant.ownership import require_on

router = APIRouter(prefix="/api/sims", tags=["simulations"], route_class=StrictRoute)
_COMMAND = documented(400, 404, 408, 409, 412, 413, 422)


@router.get(
    "/all",
    responses={**documented(), 200: csv_answers.documented(csv_answers.columns(SimulationAnswer))},
    response_model=SimulationsAnswer,
)
async def list_simulations(
    engine: EngineHere, caller: CallerHere, request: Request, response: Response,
    query: Annotated[SimulationsQuery, Query()],
) -> SimulationsAnswer | Response:  # fmt: skip
    """All simulations and their status; as a table with `Accept: text/csv`."""
    found = linked(request, response, records_page(await asyncio.to_thread(engine.records.all), caller, query))
    simulations = await shown.simulations(engine, found.entries)
    if csv_answers.wanted(request):
        return csv_answers.table("simulations", simulations, SimulationAnswer, response.headers)
    return SimulationsAnswer(simulations=simulations, total=found.total, next=found.next)


@router.get("/{sim_id}", responses=documented(404, 422))
async def get_simulation(engine: EngineHere, response: Response, record: RecordHere) -> SimulationAnswer:
    """One simulation; its version is in the ETag."""
    return await _answered(engine, response, record)


@router.delete("/{sim_id}", responses=documented(404, 409, 412, 422))
async def delete_simulation(
    engine: EngineHere, caller: CallerHere, response: Response, record: RecordHere, version: VersionHere
) -> SimulationAnswer:
    """Stop a simulation; its record and history stay. One that has ended is left as it is."""
    require_on(caller, Right.OPERATE, record, f"stopping {record.sim_id}")
    if record.alive:
        return await _command(engine, caller, response, record.sim_id, Command.STOP, version)
    if version is not None and version != record.version:
        raise StaleVersion(f"{record.sim_id} is at version {record.version}, not {version}: read it again")
    return await _answered(engine, response, record)


@router.post("/{sim_id}/pause", responses=_COMMAND)
async def pause(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    sim_id: SimId,
    version: VersionHere,
    _: NoBody | None = None,
) -> SimulationAnswer:
    """Hold the simulation; its values stay."""
    return await _command(engine, caller, response, sim_id, Command.PAUSE, version)


@router.post("/{sim_id}/resume", responses=_COMMAND)
async def resume(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    sim_id: SimId,
    version: VersionHere,
    _: NoBody | None = None,
) -> SimulationAnswer:
    """Go on after a pause."""
    return await _command(engine, caller, response, sim_id, Command.RESUME, version)


@router.post("/{sim_id}/step", responses=_COMMAND)
async def step(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    sim_id: SimId,
    version: VersionHere,
    body: StepBody | None = None,
) -> SimulationAnswer:
    """Let a paused simulation take some steps."""
    return await _command(engine, caller, response, sim_id, Command.STEP, version, float((body or StepBody()).steps))


@router.post("/{sim_id}/speed", responses=_COMMAND)
async def speed(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    sim_id: SimId,
    version: VersionHere,
    body: SpeedBody,
) -> SimulationAnswer:
    """Change the speed."""
    return await _command(engine, caller, response, sim_id, Command.SPEED, version, body.speed)


@router.post("/{sim_id}/reset", responses=_COMMAND)
async def reset(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    sim_id: SimId,
    version: VersionHere,
    _: NoBody | None = None,
) -> SimulationAnswer:
    """Go back to the start: time zero, the inputs of the start."""
    return await _command(engine, caller, response, sim_id, Command.RESET, version)


@router.post("/{sim_id}/stop", responses=_COMMAND)
async def stop(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    sim_id: SimId,
    version: VersionHere,
    _: NoBody | None = None,
) -> SimulationAnswer:
    """End the simulation; its record and history stay."""
    return await _command(engine, caller, response, sim_id, Command.STOP, version)


async def _command(
    engine: Engine, caller: Caller, response: Response, sim_id: str, command: Command, version: int | None,
    argument: float | None = None,
) -> SimulationAnswer:  # fmt: skip
    record = await engine.simulations.command(sim_id, command, caller, DOOR, argument, version)
    return await _answered(engine, response, record)


async def _answered(engine: Engine, response: Response, record: Record) -> SimulationAnswer:
    tagged(response, record)
    return await shown.simulation(engine, record)
