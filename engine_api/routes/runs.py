"""The run API: batch simulations with integer ids, on named machines."""

import asyncio
import re
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Response

from connections.historian.store import Series
from connections.record import Record
from connections.simulations import HIGHEST_NUMBER, Start
from engine_api import convergence, shown
from engine_api.catalogue_schemas import MachineAnswer
from engine_api.engine import Engine, EngineHere
from engine_api.moments import moment
from engine_api.problems import documented
from engine_api.run_schemas import ConvergenceAnswer, LossAnswer, RunAnswer, RunBody, RunStarted
from engine_api.security import DOOR, CallerHere
from engine_api.settling import Question, outputs
from engine_api.strict_json import StrictRoute
from plant import catalog
from plant.access import Caller, Right, require
from plant.errors import Duplicate, InvalidValue, UnknownName
from plant.lifecycle import ENDED
from plant.ownership import may_see

router = APIRouter(tags=["runs"], route_class=StrictRoute)
LONGEST_WAIT = 300.0
MOST_SAMPLES = 2_000_000
POINTS = 60
RunId = Annotated[int, Path(ge=0, le=HIGHEST_NUMBER, examples=[1])]


@router.get("/simulations", responses=documented(422))
async def list_runs(
    engine: EngineHere,
    caller: CallerHere,
    order_by: Literal["name", "creation_date", "update_date"] = "creation_date",
) -> list[RunAnswer]:
    """All runs in this order."""
    records = await asyncio.to_thread(engine.records.all, order_by)
    return [_run(record) for record in records if may_see(caller, record)]


@router.get("/simulation/{simulation_id}", responses=documented(404, 422))
async def get_run(engine: EngineHere, caller: CallerHere, simulation_id: RunId) -> RunAnswer:
    """One run."""
    return _run(await _found(engine, caller, simulation_id))


@router.post("/simulation", status_code=201, responses=documented(400, 404, 408, 409, 413, 422))
async def create_run(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    body: RunBody,
    prefer: Annotated[str | None, Header(max_length=200, description="`wait=N`: answer when ended, or in N s")] = None,
) -> RunStarted:
    """Store a run as pending and queue it on its machine; registers the machine if it is new."""
    seconds = _wait(prefer)
    require(caller, Right.OPERATE, "starting a simulation")
    await _require_new(engine, body.simulation_id)
    await _register(engine, body)
    started = await engine.simulations.start(_start(body), caller, DOOR)
    response.headers["Location"] = f"/simulation/{started.number}"
    if seconds is None:
        return RunStarted(id=started.number, status="pending")
    response.headers["Preference-Applied"] = f"wait={seconds:g}"
    await engine.live.until(lambda: _ended(engine, started.sim_id), seconds)
    record = await asyncio.to_thread(engine.records.get, started.sim_id)
    return RunStarted(id=record.number, status=str(record.status))


@router.get("/machines", responses=documented())
async def list_machines(engine: EngineHere) -> list[MachineAnswer]:
    """All machines with what their workers report."""
    return await shown.machines(engine)


@router.get("/converge/{simulation_id}", responses=documented(404, 409, 422))
async def converge(engine: EngineHere, caller: CallerHere, simulation_id: RunId) -> ConvergenceAnswer:
    """The distance of the outputs from the steady state that the inputs lead to, over simulated time."""
    record = await _found(engine, caller, simulation_id)
    model = catalog.find(record.model_id)
    last = await engine.history.last(record.sim_id, convergence.settings(model))
    inputs = {series.tag: float(series.value[0]) for series in last if len(series.value)} or record.inputs
    in_effect = convergence.inputs_in_effect(model, inputs)
    steady = await engine.settler.settled(Question(model.id, record.sample_time, record.start, in_effect))
    series = await _outputs(engine, record)
    points = await asyncio.to_thread(convergence.losses, model, series, steady, POINTS)
    return ConvergenceAnswer(data=[LossAnswer(seconds=point.seconds, loss=point.loss) for point in points])


async def _found(engine: Engine, caller: Caller, number: int) -> Record:
    record = await asyncio.to_thread(engine.records.by_number, number)
    if not may_see(caller, record):
        raise UnknownName(f"there is no simulation with the id {number}")
    return record


def _run(record: Record) -> RunAnswer:
    return RunAnswer(
        simulation_id=record.number, name=record.name, status=str(record.status),
        machine_id=None if record.machine is None else shown.machine_id(record.machine),
        creation_date=moment(record.created_at) or "", update_date=moment(record.updated_at) or "",
    )  # fmt: skip


def _wait(prefer: str | None) -> float | None:
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*([^,;\s]+)", prefer or "")
    if found is None:
        return None
    if not re.fullmatch(r"\d{1,6}", found[1], re.ASCII):
        raise InvalidValue(f"Prefer: wait takes a whole number of seconds, not '{found[1][:40]}'")
    return min(float(found[1]), LONGEST_WAIT)


async def _require_new(engine: Engine, number: int) -> None:
    """Before anything is written; two at once are told apart by the store."""
    try:
        await asyncio.to_thread(engine.records.by_number, number)
    except UnknownName:
        return
    raise Duplicate(f"there is already a simulation with the id {number}")


async def _register(engine: Engine, body: RunBody) -> None:
    known = await asyncio.to_thread(engine.simulations.machines.all)
    machine = str(body.machine_id)
    if body.machine is not None and machine not in known:
        catalog.find(body.model_id)
        await asyncio.to_thread(engine.simulations.machines.register, machine, body.machine.name)
    elif machine not in known:
        raise UnknownName(f"there is no machine {machine[:80]}: name it in 'machine' to register it")


def _start(body: RunBody) -> Start:
    return Start(
        body.model_id, name=body.name, duration=body.duration, speed=body.speed, machine=str(body.machine_id),
        inputs=body.inputs, wait=True, number=body.simulation_id, start=body.start, seed=body.seed,
        faults=[fault.words() for fault in body.faults],
    )  # fmt: skip


def _ended(engine: Engine, sim_id: str) -> bool:
    record = engine.live.records.get(sim_id)
    return record is not None and record.status in ENDED


async def _outputs(engine: Engine, record: Record) -> list[Series]:
    """The recorded outputs, cut to the samples that all of them have (more may be written between two reads)."""
    names = outputs(catalog.find(record.model_id))
    series = [await engine.history.whole(record.sim_id, name, MOST_SAMPLES) for name in names]
    return convergence.aligned(series)
