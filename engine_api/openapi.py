"""The OpenAPI document: the contract from which docs/openapi.json and the HMI's types are made."""

import json
from typing import Any

from fastapi import FastAPI

from engine_api import problems


def contract(app: FastAPI) -> dict[str, Any]:
    """The document of an app, with the problem's schema and without FastAPI's own error shapes."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas |= problems.schemas()
        app.openapi_schema = document
    return app.openapi_schema


def openapi_json() -> str:
    """The text of docs/openapi.json."""
    from engine_api.app import build_app  # noqa: PLC0415 - the app itself serves `contract`

    return json.dumps(build_app().openapi(), indent=1, ensure_ascii=False) + "\n"
