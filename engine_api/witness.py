"""Has the audit hear of every change and every refusal at the web door, also where nobody tells it more exactly."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from fastapi import Request, Response

from connections.audit import DONE, REFUSED, Entry
from connections.trail import Trail, hearing
from engine_api.admission import OPEN_PATHS
from engine_api.origin import SAFE_METHODS
from engine_api.security import CALLER, DOOR
from plant.access import Caller
from plant.errors import NotAllowed, PlantError

_LONGEST = 2000
_WITHOUT_SECRETS = ("/api/sims/", "/api/machines/")
"""Where the body of a request may be told."""
Handle = Callable[[Request], Awaitable[Response]]


def witnessed(handle: Handle) -> Handle:
    """The same, and the audit hears of it: of every request that changes something, and of whoever may not read."""

    async def telling(request: Request) -> Response:
        with hearing() as heard:
            try:
                answer = await handle(request)
            except PlantError as error:
                if not heard and (_changes(request) or isinstance(error, NotAllowed)):
                    await _tell(request, REFUSED, str(error))
                raise
            if not heard and _changes(request) and answer.status_code < 400:
                await _tell(request, DONE)
            return answer

    return telling


def _changes(request: Request) -> bool:
    return request.method not in SAFE_METHODS and request.url.path not in OPEN_PATHS


async def _tell(request: Request, outcome: str, detail: str = "") -> None:
    authentication = getattr(request.app.state, "authentication", None)
    trail: Trail | None = getattr(authentication and authentication.passwords, "trail", None)
    if trail is None:
        return
    who: Caller = request.scope[CALLER]
    names = dict(request.path_params)
    trail.tell(
        Entry(
            request.scope["route"].name, str(who), DOOR, address=who.address, sim_id=names.pop("sim_id", None),
            new={**names, **await _asked(request)} or None, outcome=outcome, detail=detail,
        )
    )  # fmt: skip


async def _asked(request: Request) -> Mapping[str, Any]:
    """What the body asks for, where that is no secret, short, and an object."""
    if not request.url.path.startswith(_WITHOUT_SECRETS):
        return {}
    try:
        body = await request.body()
        document = orjson.loads(body) if len(body) <= _LONGEST else None
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
