"""Pages of other origins: none may use the API unless the setting names them (CORS)."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

INVITED = "pde.invited"
"""Left in the ASGI scope of a request that a page of a named origin makes."""
_ASKED = [
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer", "X-API-Key",
    "X-Request-ID",
]  # fmt: skip
_SHOWN = [
    "Content-Disposition", "ETag", "Idempotency-Replayed", "Link", "Location", "Preference-Applied", "Retry-After",
    "X-Request-ID", "X-Total-Count",
]  # fmt: skip
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class CrossOrigin:
    """ASGI middleware, outermost. Sessions of browsers are not shared: other origins bring a token."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._origins = frozenset(origins)
        self._app = CORSMiddleware(
            app, allow_origins=list(origins), allow_methods=_METHODS, allow_headers=_ASKED, expose_headers=_SHOWN
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Mark requests of named origins, answer their preflights."""
        if scope["type"] == "http" and Headers(scope=scope).get("origin") in self._origins:
            scope[INVITED] = True
        await self._app(scope, receive, send)
