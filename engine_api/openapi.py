"""The OpenAPI document: the contract from which docs/openapi.json and the HMI's types are made."""

import json
from typing import Any

from fastapi import FastAPI

from engine_api import examples, problems, security_schemes
from engine_api.once import KEY, LONGEST_KEY, counts

_CHANGING = {"post", "put", "patch", "delete"}
_KEY_TEXT = "The request is done once and answered the same each time that it comes with this key, for a day"


def contract(app: FastAPI) -> dict[str, Any]:
    """The document of an app, with the problem's schema and without FastAPI's own error shapes."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas |= problems.schemas()
        _tell_of_keys(document)
        security_schemes.tell(document)
        examples.tell(document)
        problems.gather(document)
        app.openapi_schema = document
    return app.openapi_schema


def _tell_of_keys(document: dict[str, Any]) -> None:
    """Where an Idempotency-Key counts, it is a header of the operation, which may then answer 409 and 422."""
    for path, operations in document["paths"].items():
        if counts(path):
            for method in operations.keys() & _CHANGING:
                _tell_of_key(operations[method])


def _tell_of_key(operation: dict[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    if all(parameter["name"] != KEY for parameter in parameters):
        schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
        parameters.append({"name": KEY, "in": "header", "required": False, "description": _KEY_TEXT, "schema": schema})
    for status, answer in problems.documented(409, 422).items():
        operation["responses"].setdefault(str(status), answer)


def openapi_json() -> str:
    """The text of docs/openapi.json."""
    from engine_api.app import build_app  # noqa: PLC0415 - the app itself serves `contract`

    return json.dumps(build_app().openapi(), indent=1, ensure_ascii=False) + "\n"
