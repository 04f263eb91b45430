"""Problems (RFC 9457): one table from the plant's errors to HTTP, one shape for everything that goes wrong."""

import math
import os
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from connections.correlation import CORRELATION
from connections.log import logger
from engine_api.addresses import allowed
from engine_api.strict_json import Refused
from engine_api.validation import sentence
from plant.errors import PlantError, TooMany

PROBLEM_TYPE = "urn:process-dynamics-engine:problem:"
MEDIA_TYPE = "application/problem+json"
TRACE = CORRELATION
_log = logger("problems")

STATUS: Mapping[str, tuple[int, str]] = {
    "unknown-name": (404, "Unknown name"),
    "invalid-value": (422, "Invalid value"),
    "wrong-type": (422, "Wrong type"),
    "not-finite": (422, "Not a finite number"),
    "out-of-range": (422, "Out of range"),
    "invalid-request": (422, "Invalid request"),
    "solver-failed": (422, "The equations gave no answer"),
    "not-writable": (403, "Not writable"),
    "not-allowed": (403, "Not allowed"),
    "not-signed-in": (401, "Not signed in"),
    "too-many": (429, "Too many"),
    "wrong-state": (409, "Wrong state"),
    "duplicate": (409, "Duplicate"),
    "stale-version": (412, "Stale version"),
    "no-capacity": (503, "No capacity"),
    "unavailable": (503, "Unavailable"),
    "damaged-snapshot": (422, "Damaged snapshot"),
    "not-supported": (422, "Not supported"),
    "damaged-frame": (500, "Internal error"),
    "error": (500, "Internal error"),
}
_HTTP_WIRES: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "Malformed request"),
    403: ("not-allowed", "Not allowed"),
    404: ("unknown-name", "Unknown name"),
    405: ("method-not-allowed", "Method not allowed"),
    408: ("too-slow", "Too slow"),
    413: ("too-large", "Too large"),
    415: ("unsupported-media-type", "Unsupported media type"),
    421: ("wrong-host", "Wrong host"),
    422: ("invalid-request", "Invalid request"),
    431: ("too-large-head", "Headers too large"),
    500: ("internal", "Internal error"),
}


class Detail(BaseModel):
    """One of a request's problems."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})
    detail: str = Field(description="A sentence for the user")
    pointer: str | None = Field(default=None, description="JSON pointer into the request body")


class Problem(BaseModel):
    """What every error answers (RFC 9457)."""

    type: str = Field(examples=[PROBLEM_TYPE + "out-of-range"])
    title: str = Field(examples=["Out of range"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["wood-berry-7.reflux_flow = 9 lb/min is outside 0..4"])
    instance: str = Field(description="The path that was asked", examples=["/api/sims/wood-berry-7/reflux_flow"])
    errors: list[Detail]
    trace_id: str = Field(description="Finds this request in the log", examples=["5f1c0a9be3d24c77"])


def new_trace() -> str:
    """A fresh trace id."""
    return os.urandom(8).hex()


def body_of(error: PlantError, instance: str) -> dict[str, Any]:
    """The problem that a plant error is."""
    status, title = STATUS[error.wire]
    errors = [{"detail": sentence[:400]} for sentence in error.problems]
    return _body(error.wire, title, status, str(error), instance, errors)


def problem(
    status: int, detail: str, instance: str, errors: Iterable[dict[str, Any]] = (), headers: Mapping[str, str] = {}
) -> JSONResponse:
    """A problem that no plant error stands for."""
    return JSONResponse(refusal(status, detail, instance, errors), status, dict(headers), MEDIA_TYPE)


def refusal(
    status: int, detail: str, instance: str, errors: Iterable[dict[str, Any]] = (), trace: str | None = None
) -> dict[str, Any]:
    """The content of a problem that no plant error stands for."""
    wire, title = _HTTP_WIRES.get(status, ("http", "Request refused"))
    content = _body(wire, title, status, detail, instance, list(errors) or [{"detail": detail}])
    return content if trace is None else {**content, "trace_id": trace}


def answer(error: PlantError, instance: str, status: int | None = None) -> JSONResponse:
    """The response for a plant error."""
    content = body_of(error, instance)
    content["status"] = status or content["status"]
    seconds = error.seconds if isinstance(error, TooMany) else 1.0
    headers = {"Retry-After": str(math.ceil(seconds))} if content["status"] in (429, 503) else {}
    return JSONResponse(content, content["status"], headers, MEDIA_TYPE)


def _body(
    wire: str, title: str, status: int, detail: str, instance: str, errors: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "type": PROBLEM_TYPE + wire, "title": title, "status": status, "detail": detail[:2000],
        "instance": instance[:400], "errors": errors[:100], "trace_id": TRACE.get(""),
    }  # fmt: skip


def install(app: FastAPI) -> None:
    """Make the app answer every error as a problem; unexpected ones are answered by the guard."""

    @app.exception_handler(PlantError)
    async def plant_error(request: Request, error: PlantError) -> JSONResponse:
        return answer(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        details = [sentence(problem) for problem in error.errors()]
        text = "; ".join(detail["detail"] for detail in details)
        return problem(422, text, request.url.path, details)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error, Refused) and error.status_code != 400:
            return answer(error.error, request.url.path, error.status_code)
        detail = _DETAILS.get(error.status_code, error.detail) if error.detail in _PLAIN else error.detail
        headers = {**(error.headers or {}), **_allow(request, error.status_code)}
        return problem(error.status_code, detail, request.url.path, headers=headers)


def _allow(request: Request, status: int) -> dict[str, str]:
    methods = allowed(request.app, request.url.path) if status == 405 else None
    return {"Allow": methods} if methods else {}


_PLAIN = frozenset({"Not Found", "Method Not Allowed"})
_DETAILS = {404: "there is nothing at this address", 405: "this address does not take this method"}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these statuses, and for those that every route may answer."""
    return {
        status: {
            "description": _HTTP_WIRES.get(status, _BY_STATUS.get(status, ("", "Problem")))[1],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _example(status)}},
        }
        for status in sorted({*statuses, 401, 403, 415, 421, 422, 429, 431, 500, 503})
    }


def _example(status: int) -> dict[str, Any]:
    wire, title = _HTTP_WIRES.get(status) or _BY_STATUS[status]
    detail = _EXAMPLES[status]
    return {
        "type": PROBLEM_TYPE + wire, "title": title, "status": status, "detail": detail,
        "instance": "/api/sims/wood-berry-7/reflux_flow", "errors": [{"detail": detail}],
        "trace_id": "5f1c0a9be3d24c77",
    }  # fmt: skip


_EXAMPLES: Mapping[int, str] = {
    400: "the body is not valid JSON: Expecting value (line 1, column 11)",
    401: "sign in first: this engine knows nobody without a name",
    403: "an operator may not inject faults",
    404: "there is no simulation wood-berry-7",
    408: "the body did not arrive within 10 s",
    409: "wood-berry-7 is finished: it takes no more actions",
    412: "wood-berry-7 is at version 4, not 3: read it again",
    413: "the body is larger than 1000000 bytes",
    415: "send the body as it is, without a Content-Encoding",
    421: "this engine answers only to localhost and 127.0.0.1",
    422: "wood-berry-7.reflux_flow = 9 lb/min is outside 0..4",
    429: "more than 200 requests a second: wait a moment",
    431: "the address and the headers are larger than 65536 bytes",
    500: "the engine failed; the log tells more under 5f1c0a9be3d24c77",
    503: "all slots are in use: 250 of 250",
}
_BY_STATUS = {status: (wire, title) for wire, (status, title) in STATUS.items()}


def gather(document: dict[str, Any]) -> None:
    """Have each problem stand in the OpenAPI document once, and the operations point to it."""
    kept = document["components"].setdefault("responses", {})
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if MEDIA_TYPE in answer.get("content", {}):
                    kept[f"Problem{status}"] = answer
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}


def schemas() -> dict[str, Any]:
    """The problem's schemas for the OpenAPI document."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    return {**parts, "Problem": schema}
