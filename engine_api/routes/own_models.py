"""Own models: taken in as a document or an FMU, removed, documented."""

import asyncio
import json
from email.message import Message
from typing import Any

from fastapi import APIRouter, Request, Response

from engine_api.asked import ModelId
from engine_api.catalogue_schemas import ModelAnswer
from engine_api.engine import EngineHere
from engine_api.problems import documented
from engine_api.routes.models import model_answer
from engine_api.security import CallerHere
from engine_api.strict_json import Refused
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.errors import InvalidValue
from plant.export.markdown import page

router = APIRouter(prefix="/api/models", tags=["models"], route_class=StrictRoute)
MARKDOWN = "text/markdown"
_TYPES = (
    "application/yaml", "application/x-yaml", "text/yaml", "application/json", "application/octet-stream",
    "application/zip", "application/x-fmu-sharing",
)  # fmt: skip
_FILE = "multipart/form-data"
_SMALL: dict[str, Any] = {
    "id": "one-lag", "name": "One lag", "description": "A valve moves a flow",
    "tags": [
        {"name": "valve", "role": "input", "unit": "%", "low": 0, "high": 100, "nominal": 50},
        {"name": "flow", "role": "output", "unit": "kg/s", "low": 0, "high": 10, "nominal": 5},
    ],
    "transfer_functions": [{"from": "valve", "to": "flow", "gain": 0.1, "time_constants": 5}],
}  # fmt: skip
_AS_TEXT = json.dumps(_SMALL, indent=2)
_FORM = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
_BINARY = {"type": "string", "format": "binary"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself: YAML, JSON or an FMU; or a form with it as its only file",
        "content": {
            **{kind: {"schema": _BINARY, "example": _AS_TEXT} for kind in _TYPES},
            "application/json": {"schema": {"type": "object"}, "example": _SMALL},
            _FILE: {"schema": _FORM, "example": {"file": _AS_TEXT}},
        },
    }
}


_REFUSALS = documented(400, 408, 409, 413, 415, 422)
_MARKDOWN = {"schema": {"type": "string"}, "example": "# Wood-Berry distillation column"}


@router.post("/", status_code=201, responses=_REFUSALS, openapi_extra=_BODY, operation_id="add_model_too")
@router.post("", status_code=201, responses=_REFUSALS, openapi_extra=_BODY)
async def add_model(engine: EngineHere, caller: CallerHere, request: Request, response: Response) -> ModelAnswer:
    """Offer an own model, or a new version of one that no simulation runs. All problems of a file are told at once."""
    content = _file(request.headers.get("content-type", ""), await request.body())
    model = await engine.own_models.add(content, caller)
    response.headers["Location"] = f"/api/models/{model.id}"
    return await model_answer(engine, model)


@router.delete("/{model_id}", responses=documented(404, 409, 422))
async def remove_model(engine: EngineHere, caller: CallerHere, model_id: ModelId) -> ModelAnswer:
    """Offer an own model no longer; not while simulations of it live. Answers what it was."""
    answer = await model_answer(engine, catalog.offered(model_id))
    await engine.own_models.remove(model_id, caller)
    return answer


@router.get(
    "/{model_id}/documentation",
    response_class=Response,
    responses={**documented(404, 422), 200: {"content": {MARKDOWN: _MARKDOWN}, "description": "Markdown"}},
)
async def get_documentation(model_id: ModelId) -> Response:
    """The model's page: equations, start states, tags, loops, interlocks, exercises, sources."""
    text = await asyncio.to_thread(page, catalog.find(model_id))
    return Response(text, media_type=MARKDOWN)


def _file(content_type: str, body: bytes) -> bytes:
    """The file in a request. Raises Refused for another type (415), InvalidValue where there is not exactly one."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _FILE:
        return _of_form(content_type, body)
    if kind not in _TYPES:
        wanted = "application/yaml, application/json, application/octet-stream (an FMU) or multipart/form-data"
        raise Refused(415, InvalidValue(f"a model comes as {wanted}, not as '{kind[:80]}'"))
    if not body:
        raise InvalidValue("the body is empty: send the file")
    return body


def _of_form(content_type: str, body: bytes) -> bytes:
    message = Message()
    message["content-type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not boundary.isascii():
        raise Refused(400, InvalidValue("the form names no boundary"))
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]
    files = [part.partition(b"\r\n\r\n")[2] for part in parts]
    if len(files) != 1 or not files[0]:
        raise InvalidValue("the form must hold exactly one file")
    return files[0]
