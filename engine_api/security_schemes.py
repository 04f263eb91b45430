"""How the OpenAPI document tells of credentials, so that its pages can sign in."""

from typing import Any

from engine_api.admission import OPEN_PATHS
from engine_api.authentication import COOKIE, KEY_HEADER

_SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "oauth2",
        "description": "A short-lived access token for a name and password",
        "flows": {"password": {"tokenUrl": "/api/token", "refreshUrl": "/api/token", "scopes": {}}},
    },
    "api_key": {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "An API key (`pde tokens add`)"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "The HMI's session"},
}


def tell(document: dict[str, Any]) -> None:
    """Put the schemes into a document: any of them, or none where the engine is open; the ways in need none."""
    document["components"]["securitySchemes"] = _SCHEMES
    document["security"] = [{}, *({name: []} for name in _SCHEMES)]
    for path, operations in document["paths"].items():
        for operation in operations.values() if path in OPEN_PATHS else ():
            operation["security"] = []
