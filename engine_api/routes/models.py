"""The catalogue, and the door through which simulations start."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from connections.record import Record
from connections.simulations import Start
from engine_api import shown
from engine_api.asked import ModelId, tagged
from engine_api.catalogue_schemas import ModelAnswer, ModelLinks, ModelsAnswer
from engine_api.engine import Engine, EngineHere
from engine_api.origin import foreign
from engine_api.problems import documented
from engine_api.schemas import SimulationAnswer, StartBody, StartQuery
from engine_api.security import DOOR, CallerHere
from engine_api.strict_json import StrictRoute
from plant import catalog
from plant.access import Caller
from plant.describe import describe
from plant.errors import NotAllowed
from plant.export.nodeset import nodeset_files
from plant.export.nodeset_types import type_name
from plant.lifecycle import ALIVE
from plant.model import Model

router = APIRouter(prefix="/api/models", tags=["models"], route_class=StrictRoute)
XML = "application/xml"


@router.get("", include_in_schema=False)
@router.get("/", responses=documented())
async def list_models(engine: EngineHere) -> ModelsAnswer:
    """All models with their tags."""
    return ModelsAnswer(models=await _models(engine, list(catalog.MODELS.values())))


@router.get("/{model_id}", responses=documented(404, 422))
async def get_model(engine: EngineHere, model_id: ModelId) -> ModelAnswer:
    """One model."""
    return (await _models(engine, [catalog.offered(model_id)]))[0]


@router.get(
    "/{model_id}/nodeset",
    response_class=Response,
    responses={**documented(404, 422), 200: {"content": {XML: {}}, "description": "NodeSet2 XML"}},
)
async def get_nodeset(model_id: ModelId) -> Response:
    """The model as an OPC UA NodeSet2 file."""
    name, text = await asyncio.to_thread(_nodeset, catalog.find(model_id))
    return Response(text, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=XML)


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
    return await _started(engine, caller, response, Start(model_id, **dict(query)))


@router.post("/{model_id}/start", status_code=201, responses=documented(400, 404, 408, 409, 413, 422))
async def start(
    engine: EngineHere,
    caller: CallerHere,
    response: Response,
    model_id: ModelId,
    body: StartBody | None = None,
) -> SimulationAnswer:
    """Start a simulation. With an Idempotency-Key the same request repeated answers the same simulation."""
    asked = Start(model_id, **_facts(body or StartBody()))
    return await _started(engine, caller, response, asked)


def _facts(body: StartBody) -> dict[str, Any]:
    return {**dict(body), "faults": [fault.words() for fault in body.faults]}


async def _started(engine: Engine, caller: Caller, response: Response, asked: Start) -> SimulationAnswer:
    return await _answered(engine, response, await engine.simulations.start(asked, caller, DOOR))


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
