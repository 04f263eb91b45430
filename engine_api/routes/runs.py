"""The run API: batch simulations with integer ids, on named machines."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from connections.historian.store import Series
from connections.record import Record
from connections.start import HIGHEST_NUMBER, Start
from engine_api import convergence, csv_answers, shown
from engine_api.catalogue_schemas import MachineAnswer
from engine_api.engine import Engine, EngineHere
from engine_api.list_queries import MachinesQuery, RunsQuery, records_page
from engine_api.moments import moment
from engine_api.paging import Key, linked, page
from engine_api.preference import WaitHere, ended
from engine_api.problems import documented
from engine_api.run_schemas import ConvergenceAnswer, LossAnswer, RunAnswer, RunBody, RunStarted
from engine_api.security import DOOR, CallerHere
from engine_api.settling import Question, outputs
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.access import Caller, Right, require
from plant.errors import Duplicate, UnknownName
from plant.ownership import may_see

router = APIRouter(tags=["runs"], route_class=StrictRoute)
MOST_SAMPLES = 2_000_000
POINTS = 60
RunId = Annotated[int, Path(ge=0, le=HIGHEST_NUMBER, examples=[1])]


@router.get(
    "/simulations",
    responses={**documented(), 200: csv_answers.documented(csv_answers.columns(RunAnswer))},
    response_model=list[RunAnswer],
)
async def list_runs(
    engine: EngineHere, caller: CallerHere, request: Request, response: Response, query: Annotated[RunsQuery, Query()]
) -> list[RunAnswer] | Response:
    """All runs in this order; as a table with `Accept: text/csv`."""
    found = linked(request, response, records_page(await asyncio.to_thread(engine.records.all), caller, query))
    runs = [_run(record) for record in found.entries]
    if csv_answers.wanted(request):
        return csv_answers.table("simulations", runs, RunAnswer, response.headers)
    return runs


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
    seconds: WaitHere,
) -> RunStarted:
    """Store a run as pending and queue it on its machine; registers the machine if it is new."""
    require(caller, Right.OPERATE, "starting a simulation")
    await _require_new(engine, body.simulation_id)
    await _register(engine, body)
    started = await engine.simulations.start(_start(body), caller, DOOR)
    response.headers["Location"] = f"/simulation/{started.number}"
    if seconds is None:
        return RunStarted(id=started.number, status="pending")
    await ended(engine, response, started.sim_id, seconds)
    record = await asyncio.to_thread(engine.records.get, started.sim_id)
    return RunStarted(id=record.number, status=str(record.status))


@router.get(
    "/machines",
    responses={**documented(), 200: csv_answers.documented(csv_answers.columns(MachineAnswer))},
    response_model=list[MachineAnswer],
)
async def list_machines(
    engine: EngineHere, request: Request, response: Response, query: Annotated[MachinesQuery, Query()]
) -> list[MachineAnswer] | Response:
    """All machines with what their workers report; as a table with `Accept: text/csv`."""
    machines = (machine for machine in await shown.machines(engine) if query.state in (None, machine.state))
    found = linked(request, response, page(machines, lambda machine: _machine_key(machine, query), query))
    if csv_answers.wanted(request):
        return csv_answers.table("machines", found.entries, MachineAnswer, response.headers)
    return found.entries


def _machine_key(machine: MachineAnswer, query: MachinesQuery) -> Key:
    name = str(machine.machine_id)
    return (machine.name, name) if query.order_by == "name" else (name,)


@router.get(
    "/converge/{simulation_id}",
    responses={**documented(404, 409), 200: csv_answers.documented(csv_answers.columns(LossAnswer))},
    response_model=ConvergenceAnswer,
)
async def converge(
    engine: EngineHere, caller: CallerHere, request: Request, simulation_id: RunId
) -> ConvergenceAnswer | Response:
    """The distance of the outputs from the steady state that the inputs lead to, over simulated time.

    As a table with `Accept: text/csv`.
    """
    record = await _found(engine, caller, simulation_id)
    model = catalog.find(record.model_id)
    last = await engine.history.last(record.sim_id, convergence.settings(model))
    inputs = {series.tag: float(series.value[0]) for series in last if len(series.value)} or record.inputs
    in_effect = convergence.inputs_in_effect(model, inputs)
    steady = await engine.settler.settled(Question(model.id, record.sample_time, record.start, in_effect))
    series = await _outputs(engine, record)
    points = await asyncio.to_thread(convergence.losses, model, series, steady, POINTS)
    data = [LossAnswer(seconds=point.seconds, loss=point.loss) for point in points]
    if csv_answers.wanted(request):
        return csv_answers.table(f"converge-{simulation_id}", data, LossAnswer)
    return ConvergenceAnswer(data=data)


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


async def _outputs(engine: Engine, record: Record) -> list[Series]:
    """The recorded outputs, cut to the samples that all of them have (more may be written between two reads)."""
    names = outputs(catalog.find(record.model_id))
    series = [await engine.history.whole(record.sim_id, name, MOST_SAMPLES) for name in names]
    return convergence.aligned(series)
