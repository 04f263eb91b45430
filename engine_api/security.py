"""Who makes a request: found once by the guard, asked for by routes."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from plant.access import Caller

CALLER = "pde.caller"
"""Where the guard leaves in the ASGI scope who makes the request."""


def caller(connection: HTTPConnection) -> Caller:
    """Who makes the request."""
    known: Caller = connection.scope[CALLER]
    return known


CallerHere = Annotated[Caller, Depends(caller)]
"""A route's parameter: who makes the request."""
