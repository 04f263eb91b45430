"""API keys: everybody's own; administrators see and revoke all."""

import asyncio
from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from connections.api_keys import ApiKey
from engine_api.access_schemas import KeyAnswer, KeyBody, KeysAnswer, NewKeyAnswer
from engine_api.moments import moment
from engine_api.problems import documented
from engine_api.security import AuthenticationHere, CallerHere, NameHere, tell
from engine_api.strict_route import StrictRoute
from plant.access import Right, may, require
from plant.errors import NotAllowed

router = APIRouter(prefix="/api/tokens", tags=["access"], route_class=StrictRoute)
KeyId = Annotated[str, Path(max_length=40, examples=["5f1c0a9be3d24c77"])]


@router.get("", responses=documented(422))
async def list_api_keys(
    caller: CallerHere, name: NameHere, here: AuthenticationHere,
    everybody: Annotated[bool, Query(description="Those of all users; for administrators")] = False,
) -> KeysAnswer:  # fmt: skip
    """Your API keys, without their secrets."""
    if everybody:
        require(caller, Right.ADMINISTER, "seeing the API keys of others")
    keys = await asyncio.to_thread(here.keys.all, None if everybody else name)
    return KeysAnswer(keys=[KeyAnswer(**_facts(one)) for one in keys])


@router.post("", status_code=201, responses=documented(400, 404, 408, 413, 422))
async def add_api_key(
    request: Request, caller: CallerHere, name: NameHere, here: AuthenticationHere, response: Response, body: KeyBody
) -> NewKeyAnswer:
    """A new API key of your own: with the scopes asked for, as far as you have them yourself, until it ends."""
    if caller.scopes is not None:
        raise NotAllowed("an API key can't make API keys: sign in")
    for scope in body.scopes:
        if scope in list(Right):
            require(caller, Right(scope), f"an API key for '{scope}'")
    number, key = await asyncio.to_thread(here.keys.add, name, body.label, body.scopes, body.days)
    found = next(one for one in await asyncio.to_thread(here.keys.all, name) if one.id == number)
    tell(request, caller, "add_api_key", new={"key": number, "scopes": sorted(body.scopes)})
    response.headers["Cache-Control"] = "no-store"
    return NewKeyAnswer(**_facts(found), key=key)


@router.delete("/{key_id}", responses=documented(404, 422))
async def revoke_api_key(
    request: Request, caller: CallerHere, name: NameHere, here: AuthenticationHere, key_id: KeyId
) -> KeyAnswer:
    """End an API key; others' are there for administrators only."""
    whose = None if may(caller, Right.ADMINISTER) else name
    found = await asyncio.to_thread(here.keys.revoke, key_id, whose)
    here.forget()
    tell(request, caller, "revoke_api_key", old={"key": key_id, "user": found.user})
    return KeyAnswer(**{**_facts(found), "revoked": True})


def _facts(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id, "user": key.user, "label": key.label, "scopes": sorted(key.scopes), "revoked": key.revoked,
        "created_at": moment(key.created_at.replace(tzinfo=UTC)),
        "expires_at": moment(key.expires_at.replace(tzinfo=UTC)),
    }  # fmt: skip
