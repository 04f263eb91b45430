"""Whose a simulation is, and what others may do with it."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import Field

from connections.simulations import told_by
from engine_api import shown
from engine_api.access_schemas import UserName
from engine_api.asked import RecordHere, VersionHere, tagged
from engine_api.engine import EngineHere
from engine_api.problems import documented
from engine_api.schemas import Asked, SharingName, SimulationAnswer
from engine_api.security import DOOR, AuthenticationHere, CallerHere
from engine_api.strict_route import StrictRoute
from plant.access import Right, require
from plant.ownership import require_sharer

router = APIRouter(prefix="/api/sims", tags=["simulations"], route_class=StrictRoute)


class SharingBody(Asked):
    """What is to be different; what is left out stays."""

    sharing: SharingName | None = None
    owner: UserName | None = Field(default=None, description="Another user; engineers only")


@router.post("/{sim_id}/sharing", responses=documented(400, 404, 408, 409, 412, 413, 422))
async def share(
    engine: EngineHere,
    caller: CallerHere,
    here: AuthenticationHere,
    response: Response,
    record: RecordHere,
    version: VersionHere,
    body: SharingBody,
) -> SimulationAnswer:
    """Change what others may do (owner and engineers), or whose it is (engineers)."""
    changes = body.model_dump(exclude_none=True)
    old = {"owner": record.owner, "sharing": str(record.sharing)}
    told = told_by("share", caller, DOOR, sim_id=record.sim_id, old=old, new=changes)
    with engine.simulations.trail.attempt(told):
        require_sharer(caller, record)
        if body.owner is not None:
            require(caller, Right.ENGINEER, f"giving {record.sim_id} to somebody else")
            await asyncio.to_thread(here.users.get, body.owner)
        changed = await asyncio.to_thread(engine.records.change, record.sim_id, version, **changes)
    await engine.simulations.announce(changed)
    tagged(response, changed)
    return await shown.simulation(engine, changed)
