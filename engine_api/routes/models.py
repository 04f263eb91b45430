"""The catalogue, and the door through which simulations start."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from connections.record import Record
from connections.start import Start
from engine_api import conditional, shown
from engine_api.asked import ModelId, tagged
from engine_api.catalogue_schemas import ModelAnswer, ModelLinks, ModelsAnswer
from engine_api.engine import Engine, EngineHere
from engine_api.list_queries import ModelsQuery
from engine_api.origin import foreign
from engine_api.paging import Key, linked, page
from engine_api.preference import WaitHere, ended
from engine_api.problems import documented
from engine_api.schemas import SimulationAnswer, StartBody, StartQuery
from engine_api.security import DOOR, CallerHere
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.describe import describe
from plant.errors import NotAllowed
from plant.export.nodeset import nodeset_files
from plant.export.nodeset_types import type_name
from plant.lifecycle import ALIVE
from plant.model import Model

router = APIRouter(prefix="/api/models", tags=["models"], route_class=StrictRoute)
XML = "application/xml"
JSON = "application/json"
_XML = {"schema": {"type": "string"}, "example": "<UANodeSet>...</UANodeSet>"}
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The caller has it already"}}


@router.get("", responses={**documented(), **_UNCHANGED}, response_model=ModelsAnswer, operation_id="list_models_too")
@router.get("/", responses={**documented(), **_UNCHANGED}, response_model=ModelsAnswer)
async def list_models(engine: EngineHere, request: Request, query: Annotated[ModelsQuery, Query()]) -> Response:
    """All models with their tags; not again for a caller who has them (`If-None-Match`)."""
    places = {id: place for place, id in enumerate(catalog.MODELS)}
    found = page(catalog.MODELS.values(), lambda model: _key(model, query.order_by, places), query)
    answer = ModelsAnswer(models=await _models(engine, found.entries), total=found.total, next=found.next)
    response = conditional.answer(request, answer.model_dump_json().encode(), JSON)
    linked(request, response, found)
    return response


@router.get("/{model_id}", responses={**documented(404), **_UNCHANGED}, response_model=ModelAnswer)
async def get_model(engine: EngineHere, request: Request, model_id: ModelId) -> Response:
    """One model; not again for a caller who has it (`If-None-Match`)."""
    model = await model_answer(engine, catalog.offered(model_id))
    return conditional.answer(request, model.model_dump_json().encode(), JSON)


async def model_answer(engine: Engine, model: Model) -> ModelAnswer:
    """A model with its running simulations."""
    return (await _models(engine, [model]))[0]


def _key(model: Model, by: str, places: Mapping[str, int]) -> Key:
    if by == "catalogue":
        return (places[model.id],)
    return (model.name, model.id) if by == "name" else (model.id,)


@router.get(
    "/{model_id}/nodeset",
    response_class=Response,
    responses={**documented(404), **_UNCHANGED, 200: {"content": {XML: _XML}, "description": "NodeSet2 XML"}},
)
async def get_nodeset(request: Request, model_id: ModelId) -> Response:
    """The model as an OPC UA NodeSet2 file; not again for a caller who has it (`If-None-Match`)."""
    name, text = await asyncio.to_thread(_nodeset, catalog.find(model_id))
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return conditional.answer(request, text.encode(), XML, disposition)


def _nodeset(model: Model) -> tuple[str, str]:
    name = f"{type_name(model).removesuffix('Type')}.NodeSet2.xml"
    return name, nodeset_files([model])[name]


@router.get("/{model_id}/start", status_code=201, responses=documented(404, 409, 422))
async def start_by_get(
    engine: EngineHere,
    caller: CallerHere,
    request: Request,
    response: Response,
    model_id: ModelId,
    query: Annotated[StartQuery, Query()],
) -> SimulationAnswer:
    """Start a simulation; refused when a page of another site makes the request."""
    if foreign(request.headers):
        raise NotAllowed("a page of another site may not start a simulation")
    return await _answered(
        engine, response, await engine.simulations.start(Start(model_id, **dict(query)), caller, DOOR)
    )


@router.post("/{model_id}/start", status_code=201, responses=documented(400, 404, 408, 409, 413, 422))
async def start(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    model_id: ModelId,
    seconds: WaitHere,
    body: StartBody | None = None,
) -> SimulationAnswer:
    """Start a simulation. With an Idempotency-Key the same request repeated answers the same simulation.

    With `Prefer: wait=N` the answer is the finished simulation, or how it stands in N seconds.
    """
    record = await engine.simulations.start(Start(model_id, **_facts(body or StartBody())), caller, DOOR)
    if seconds is not None:
        await ended(engine, response, record.sim_id, seconds)
        record = await asyncio.to_thread(engine.records.get, record.sim_id)
    return await _answered(engine, response, record)


def _facts(body: StartBody) -> dict[str, Any]:
    return {**dict(body), "faults": [fault.words() for fault in body.faults]}


async def _answered(engine: Engine, response: Response, record: Record) -> SimulationAnswer:
    response.headers["Location"] = f"/api/sims/{record.sim_id}"
    tagged(response, record)
    return await shown.simulation(engine, record)


async def _models(engine: Engine, models: list[Model]) -> list[ModelAnswer]:
    alive = await asyncio.to_thread(engine.records.all, states=ALIVE)
    return [_model(model, sum(record.model_id == model.id for record in alive)) for model in models]


def _model(model: Model, running: int) -> ModelAnswer:
    base = f"/api/models/{model.id}"
    links = ModelLinks(
        self=base, start=f"{base}/start", nodeset=f"{base}/nodeset", documentation=f"{base}/documentation"
    )  # fmt: skip
    return ModelAnswer(**describe(model), links=links, running=running)
