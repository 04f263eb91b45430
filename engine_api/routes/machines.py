"""Machines: one of them, taken out of service, put back, forgotten; the list of all is in the run API."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from connections.machines import Draining, Machine
from engine_api import machines, shown
from engine_api.asked import VersionHere
from engine_api.catalogue_schemas import MachineAnswer
from engine_api.engine import Engine, EngineHere
from engine_api.problems import documented
from engine_api.schemas import Asked, NoBody
from engine_api.security import CallerHere
from engine_api.strict_route import StrictRoute
from plant.errors import UnknownName

router = APIRouter(prefix="/api/machines", tags=["machines"], route_class=StrictRoute)
MachineId = Annotated[str, Path(min_length=1, max_length=100, examples=["101"])]
_ORDER = documented(400, 404, 408, 409, 412, 413, 422)


class DrainBody(Asked):
    """How a machine is emptied."""

    how: Draining = Field(default=Draining.MOVE, strict=False, description="`move`: simulations go on elsewhere as "
                          "soon as there is room; `finish`: they stay until they end", examples=["move"])  # fmt: skip


@router.get("/{machine_id}", responses=documented(404, 422))
async def get_machine(engine: EngineHere, response: Response, machine_id: MachineId) -> MachineAnswer:
    """One machine; its version is in the ETag."""
    known = (await asyncio.to_thread(engine.simulations.machines.all)).get(machine_id)
    if known is None:
        raise UnknownName(f"there is no machine '{machine_id[:80]}'")
    return await _answered(engine, response, known)


@router.post("/{machine_id}/drain", responses=_ORDER)
async def drain_machine(
    engine: EngineHere, caller: CallerHere, response: Response, machine_id: MachineId, version: VersionHere,
    body: DrainBody | None = None,
) -> MachineAnswer:  # fmt: skip
    """Let it take no new simulations, and empty it."""
    how = (body or DrainBody()).how
    return await _answered(engine, response, await machines.drain(engine.simulations, machine_id, how, caller, version))


@router.post("/{machine_id}/undrain", responses=_ORDER)
async def undrain_machine(
    engine: EngineHere, caller: CallerHere, response: Response, machine_id: MachineId, version: VersionHere,
    _: NoBody | None = None,
) -> MachineAnswer:  # fmt: skip
    """Put it back into service."""
    known = await machines.drain(engine.simulations, machine_id, None, caller, version)
    return await _answered(engine, response, known)


@router.delete("/{machine_id}", responses=documented(404, 409, 412, 422))
async def remove_machine(
    engine: EngineHere, caller: CallerHere, response: Response, machine_id: MachineId, version: VersionHere
) -> MachineAnswer:
    """Forget it; refused while it has workers or living simulations."""
    known = await machines.remove(engine.simulations, machine_id, caller, version)
    return await _answered(engine, response, known)


async def _answered(engine: Engine, response: Response, known: Machine) -> MachineAnswer:
    response.headers["ETag"] = f'"{known.version}"'
    beats = [beat for beat in await engine.simulations.bus.workers() if beat["machine"] == known.machine_id]
    return shown.machine(known, beats)
