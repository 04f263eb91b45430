"""The route of all that is asked: its body read strictly, done once for a key, told to the audit."""

from collections.abc import Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from engine_api.once import once
from engine_api.strict_json import read
from engine_api.witness import witnessed


class _StrictRequest(Request):
    async def json(self) -> Any:
        return read(await self.body())


class StrictRoute(APIRoute):
    """A route whose body is read by `read`, done once for all requests with one Idempotency-Key, told to the audit."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's handler on a strict request."""
        handle = witnessed(super().get_route_handler())

        async def strictly(request: Request) -> Response:
            return await once(_StrictRequest(request.scope, request.receive), handle)

        return strictly
