"""Who may pass the guard: everybody where no name is needed, whoever has a valid credential everywhere else."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import Scope

from connections.audit import REFUSED as DENIED
from connections.audit import Entry
from engine_api import problems
from engine_api.authentication import COOKIE, KEY_HEADER, Authentication, Credential, credential_of
from engine_api.origin import SAFE_METHODS, of_this_site
from engine_api.security import CALLER, DOOR, REFUSED, SUBPROTOCOL
from plant.access import Caller, User
from plant.errors import NotSignedIn, PlantError, Unavailable

OPEN_PATHS = frozenset({
    "/healthz", "/readyz", "/openapi.json", "/docs", "/docs/start.js", "/redoc", "/api/token", "/api/token/revoke",
    "/api/session", "/api/setup",
})  # fmt: skip
"""Routes that need no name; pages of the HMI, which are files and no routes, need none either."""
NOBODY = Caller(User.VIEWER, scopes=frozenset())
_BEARER = "bearer."
CREDENTIAL = "credential"
"""What the audit calls a token, key or session that counts for nothing."""
_GIVEN = frozenset({"authorization", KEY_HEADER})
_CHALLENGE: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="Process Dynamics Engine"'}


async def admit(scope: Scope) -> Response | None:
    """Leave in the scope who makes the request; the refusal of one who may not come in, None for all others.

    A WebSocket is not refused here: it may still give its credential in its first message.
    """
    try:
        scope[CALLER] = await identify(scope)
    except PlantError as error:
        scope[CALLER], scope[REFUSED] = NOBODY, error
        if scope["type"] != "websocket" and is_public(scope):
            return None
        _tell(scope, error)
        return None if scope["type"] == "websocket" else refusal(error, scope["path"])
    return None


async def identify(scope: Scope) -> Caller:
    """Who makes the request. Raises NotSignedIn or Unavailable."""
    headers = Headers(scope=scope)
    credential = _offered(scope) or credential_of(headers)
    found = await _authentication(scope).caller(credential, address_of(scope))
    if credential is not None and credential.cookie:
        _check_origin(scope, headers)
    return found


def _tell(scope: Scope, error: PlantError) -> None:
    """Have the audit hear of credentials that count for nothing; asking without any is no offence."""
    headers = Headers(scope=scope)
    given = _offered(scope) or _GIVEN & set(headers.keys()) or COOKIE in headers.get("cookie", "")
    here: Authentication | None = getattr(scope["app"].state, "authentication", None)
    if here is not None and isinstance(error, NotSignedIn) and given:
        detail = f"{scope.get('method', 'LIVE')} {scope['path'][:200]}: {error}"
        entry = Entry(CREDENTIAL, "unknown", DOOR, address=address_of(scope), outcome=DENIED, detail=detail)
        here.passwords.trail.tell(entry)


def is_public(scope: Scope) -> bool:
    """Whether the request needs no name: an open path, or no route at all but a file."""
    if scope["path"] in OPEN_PATHS:
        return True
    routes = (route for route in scope["app"].routes if not isinstance(route, Mount))
    return all(route.matches(scope)[0] is Match.NONE for route in routes)


def refusal(error: PlantError, path: str) -> Response:
    """The answer to one who is not let in."""
    answer = problems.answer(error, path)
    answer.headers.update(_CHALLENGE if isinstance(error, NotSignedIn) else {})
    return answer


def address_of(scope: Mapping[str, Any]) -> str:
    """Where a request comes from."""
    return str((scope.get("client") or ("",))[0])


def _authentication(scope: Scope) -> Authentication:
    found: Authentication | None = getattr(scope["app"].state, "authentication", None)
    if found is None:
        raise Unavailable("the engine is not ready to take requests")
    return found


def _check_origin(scope: Scope, headers: Headers) -> None:
    """A session's cookie is sent along by the browser, whoever's page asks: a change has to show whose page it is."""
    if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not of_this_site(headers):
        raise NotSignedIn("a session needs the header Origin or X-PDE-Request for requests that change something")


def _offered(scope: Scope) -> Credential | None:
    """The token among the subprotocols, the only header that a browser lets a program choose."""
    offered = [name for name in scope.get("subprotocols", ()) if name.startswith(_BEARER)]
    return Credential(offered[0].removeprefix(_BEARER)) if offered and SUBPROTOCOL in scope["subprotocols"] else None


def subprotocol(scope: Scope) -> str | None:
    """The subprotocol to answer with, where the client offers ours."""
    return SUBPROTOCOL if SUBPROTOCOL in scope.get("subprotocols", ()) else None
