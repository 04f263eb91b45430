"""Who makes a request: found once by the guard, asked for by routes."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from connections.audit import REFUSED as REFUSED_THERE
from connections.audit import Entry
from engine_api.authentication import Authentication
from plant.access import Caller, Right, require
from plant.errors import NotAllowed, NotSignedIn

DOOR = "rest"
CALLER = "pde.caller"
"""Where the guard leaves in the ASGI scope who makes the request."""
REFUSED = "pde.refused"
"""Where it leaves why nobody known makes it."""
SUBPROTOCOL = "pde.v1"
"""What a WebSocket's client offers beside `bearer.<token>`."""


async def caller(connection: HTTPConnection) -> Caller:
    """Who makes the request."""
    known: Caller = connection.scope[CALLER]
    return known


CallerHere = Annotated[Caller, Depends(caller)]
"""A route's parameter: who makes the request."""


async def administrator(connection: HTTPConnection, caller: CallerHere) -> Caller:
    """Who makes the request, if that is an administrator. Raises NotAllowed, and the audit hears of it."""
    try:
        require(caller, Right.ADMINISTER, "administering the engine")
    except NotAllowed as error:
        tell(connection, caller, "administer", outcome=REFUSED_THERE, detail=str(error))
        raise
    return caller


def tell(connection: HTTPConnection, caller: Caller, what: str, **facts: Any) -> None:
    """Have the audit hear of what a caller did with accounts or keys."""
    entry = Entry(what, str(caller), DOOR, address=caller.address, **facts)
    _known(connection).passwords.trail.tell(entry)


AdministratorHere = Annotated[Caller, Depends(administrator)]


async def named(caller: CallerHere) -> str:
    """The name of who makes the request. Raises NotSignedIn."""
    if caller.name is None:
        raise NotSignedIn("sign in first: this belongs to a user with a name")
    return caller.name


NameHere = Annotated[str, Depends(named)]


def _known(connection: HTTPConnection) -> Authentication:
    found: Authentication = connection.app.state.authentication
    return found


async def authentication(connection: HTTPConnection) -> Authentication:
    """What checks credentials."""
    return _known(connection)


AuthenticationHere = Annotated[Authentication, Depends(authentication)]
