"""Faults of a simulation: list, inject, clear."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Path

from connections import faults
from connections.record import Record
from connections.start import HIGHEST_NUMBER
from engine_api.asked import RecordHere
from engine_api.engine import Engine, EngineHere
from engine_api.fault_schemas import FaultAnswer, FaultsAnswer
from engine_api.problems import documented
from engine_api.schemas import FaultBody
from engine_api.security import DOOR, CallerHere
from engine_api.strict_route import StrictRoute
from plant.access import Caller
from plant.faults import Fault
from plant.quality import quality_name

router = APIRouter(prefix="/api/sims", tags=["faults"], route_class=StrictRoute)
PATIENCE = 2.0
"""Seconds that an answer waits for the worker to have taken the request."""
FaultNumber = Annotated[int, Path(ge=1, le=HIGHEST_NUMBER, examples=[4])]


@router.get("/{sim_id}/faults", responses=documented(404, 422))
async def list_faults(engine: EngineHere, record: RecordHere) -> FaultsAnswer:
    """Faults that are scheduled, that act, and that have ended since another one came."""
    return _answer(engine, record)


@router.post("/{sim_id}/faults", status_code=201, responses=documented(400, 404, 408, 409, 413, 422))
async def inject_fault(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    body: FaultBody,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> FaultAnswer:
    """Inject a fault, now or for later. With an Idempotency-Key a repeated request is done once."""
    simulated = _simulated(engine, record)
    fault = await faults.inject(engine.simulations, record, body.words(), simulated, caller, DOOR, idempotency_key)
    present = await _until(engine, record, faults.action_of(record, fault), lambda numbers: fault.number in numbers)
    taken = next((one for one in present if one.number == fault.number), fault)
    return _fault(taken, _simulated(engine, record))


@router.delete("/{sim_id}/faults", responses=documented(404, 409, 422))
async def clear_faults(engine: EngineHere, caller: CallerHere, record: RecordHere) -> FaultsAnswer:
    """End all faults; answers those that are left, normally none."""
    return await _cleared(engine, caller, record, None)


@router.delete("/{sim_id}/faults/{number}", responses=documented(404, 409, 422))
async def clear_fault(engine: EngineHere, caller: CallerHere, record: RecordHere, number: FaultNumber) -> FaultsAnswer:
    """End one fault; answers those that are left."""
    return await _cleared(engine, caller, record, number)


async def _cleared(engine: Engine, caller: Caller, record: Record, number: int | None) -> FaultsAnswer:
    cleared = await faults.clear(engine.simulations, record, number, caller, DOOR)
    await _until(engine, record, cleared.action, lambda numbers: not set(cleared.numbers) & set(numbers))
    return _answer(engine, await asyncio.to_thread(engine.records.get, record.sim_id))


async def _until(engine: Engine, record: Record, action: int, reached: Callable[[Sequence[int]], bool]) -> list[Fault]:
    """The faults as soon as their numbers are as wanted and what the action does is shown.

    As they stand when the worker takes too long.
    """

    def present() -> list[Fault]:
        return faults.present(engine.live.records.get(record.sim_id, record))

    def shown() -> bool:
        frame = engine.live.frame(record.sim_id)
        return frame is not None and frame.action >= action and reached([fault.number for fault in present()])

    await engine.live.until(shown, PATIENCE)
    return present()


def _simulated(engine: Engine, record: Record) -> float:
    frame = engine.live.frame(record.sim_id)
    return record.simulation_time if frame is None else frame.sim_time


def _answer(engine: Engine, record: Record) -> FaultsAnswer:
    simulated = _simulated(engine, record)
    shown = [_fault(fault, simulated) for fault in faults.present(record)]
    return FaultsAnswer(sim_id=record.sim_id, simulation_time=simulated, faults=shown)


def _fault(fault: Fault, simulated: float) -> FaultAnswer:
    stage = "accepted" if fault.start is None else fault.stage(simulated)
    return FaultAnswer(**fault.words(), stage=stage, quality=quality_name(fault.quality))
