"""The AsyncAPI document of the live protocol: the contract from which docs/asyncapi.json is made."""

import json
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engine_api.feed import VERSION
from engine_api.live_client import PATH
from engine_api.live_messages import FROM_CLIENT, FROM_SERVER
from engine_api.standing import Auth

_REF = "#/components/schemas/{model}"


def document() -> dict[str, Any]:
    """AsyncAPI 3.0: one channel, what the server receives and what it sends."""
    received = (*FROM_CLIENT, Auth)
    every = (*received, *FROM_SERVER)
    _, schemas = models_json_schema([(model, "validation") for model in every], ref_template=_REF)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Process Dynamics Engine, live",
            "version": version("process-dynamics-engine"),
            "description": f"Live values and events as JSON texts, protocol version {VERSION}.",
        },
        "servers": {"local": {"host": "127.0.0.1:8000", "protocol": "ws"}},
        "channels": {"live": {"address": PATH, "messages": {model.__name__: _message_ref(model) for model in every}}},
        "operations": {
            "receive": {"action": "receive", "channel": {"$ref": "#/channels/live"}, "messages": _of(received)},
            "send": {"action": "send", "channel": {"$ref": "#/channels/live"}, "messages": _of(FROM_SERVER)},
        },
        "components": {"messages": {model.__name__: _message(model) for model in every}, "schemas": schemas["$defs"]},
    }


def _message_ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/messages/{model.__name__}"}


def _of(models: tuple[type[BaseModel], ...]) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/live/messages/{model.__name__}"} for model in models]


def _message(model: type[BaseModel]) -> dict[str, Any]:
    return {
        "name": model.model_fields["op"].annotation.__args__[0],  # type: ignore[union-attr]
        "summary": (model.__doc__ or "").strip(),
        "contentType": "application/json",
        "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
    }


def asyncapi_json() -> str:
    """The text of docs/asyncapi.json."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
