"""Signing in and out: OAuth2 tokens for programs, a session for the HMI, the first administrator."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from connections.audit import Entry
from engine_api import signing_in
from engine_api.access_schemas import MeAnswer, PasswordChange, SetupAnswer, SetupBody, SignInBody, TokenAnswer
from engine_api.admission import address_of
from engine_api.authentication import COOKIE, Authentication, credential_of
from engine_api.engine import EngineHere
from engine_api.forms import form
from engine_api.problems import documented
from engine_api.schemas import NoBody
from engine_api.security import DOOR, AuthenticationHere, CallerHere, NameHere, tell
from engine_api.setup import redeem
from engine_api.strict_route import StrictRoute
from plant.access import Caller, User, rights
from plant.errors import InvalidValue
from plant.ownership import supervises

router = APIRouter(prefix="/api", tags=["access"], route_class=StrictRoute)
_ASKED = documented(400, 408, 413, 422, 429)
_FORM = "application/x-www-form-urlencoded"


def _form_body(properties: dict[str, dict[str, Any]], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {_FORM: {"schema": schema}}}}


def _text(example: str) -> dict[str, Any]:
    return {"type": "string", "examples": [example]}


_TOKEN_FORM = _form_body(
    {
        "grant_type": {"type": "string", "enum": ["password", "refresh_token"]}, "username": _text("eva"),
        "password": {"format": "password", **_text("correct horse battery")},
        "refresh_token": _text("r_5f1c0a9be3d24c77..."),
    },
    ["grant_type"],
)  # fmt: skip


@router.post("/token", responses=documented(400, 408, 413, 415, 422, 429), openapi_extra=_TOKEN_FORM)
async def issue_token(
    engine: EngineHere, here: AuthenticationHere, request: Request, response: Response
) -> TokenAnswer:
    """An access token for a name and password, or for a refresh token, which then is used up (OAuth2, RFC 6749)."""
    fields, settings, address = await form(request), engine.settings.access, address_of(request.scope)
    response.headers["Cache-Control"] = "no-store"
    grant = fields.get("grant_type")
    if grant == "password":
        account = await here.passwords.check(_field(fields, "username"), _field(fields, "password"), DOOR, address)
        return await signing_in.bearer(here, settings, account, address)
    if grant == "refresh_token":
        with here.passwords.trail.attempt(Entry("renew_sign_in", "unknown", DOOR, address=address)) as facts:
            answer, facts["user"] = await signing_in.renewed(here, settings, _field(fields, "refresh_token"))
        return answer
    raise InvalidValue("grant_type takes password or refresh_token")


def _field(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise InvalidValue(f"the field {name} is missing")
    return fields[name]


@router.post(
    "/token/revoke", responses=documented(400, 408, 413, 415, 422),
    openapi_extra=_form_body({"token": _text("eyJhbGciOiJIUzI1NiJ9...")}, ["token"]),
)  # fmt: skip
async def revoke_token(here: AuthenticationHere, request: Request) -> NoBody:
    """End the sign-in that a token belongs to (RFC 7009); a token that is not valid is none, and that is no error."""
    await _end(here, request, _field(await form(request), "token"))
    return NoBody()


async def _end(here: Authentication, request: Request, token: str) -> None:
    user = await signing_in.ended(here, token)
    if user is not None:
        here.passwords.trail.tell(Entry("sign_out", user, DOOR, address=address_of(request.scope)))


@router.post("/session", responses=_ASKED)
async def sign_in(
    engine: EngineHere, here: AuthenticationHere, request: Request, response: Response, body: SignInBody
) -> MeAnswer:
    """Sign in with a browser: the session is in a cookie that scripts can't read and other sites' pages can't use."""
    address = address_of(request.scope)
    account = await here.passwords.check(body.name, body.password, DOOR, address)
    secret = await signing_in.session(here, engine.settings.access, account, address)
    response.set_cookie(
        COOKIE, secret, max_age=int(engine.settings.access.session), path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return _me(Caller(account.role, account.name), here)


@router.delete("/session", responses=documented())
async def sign_out(here: AuthenticationHere, request: Request, response: Response) -> NoBody:
    """Sign out; without a session there is nothing to do."""
    credential = credential_of(request.headers)
    if credential is not None and credential.cookie:
        await _end(here, request, credential.text)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return NoBody()


@router.get("/me", responses=documented())
async def get_me(caller: CallerHere, here: AuthenticationHere) -> MeAnswer:
    """Who you are here and what you may do."""
    return _me(caller, here)


@router.post("/me/password", responses=_ASKED)
async def change_password(
    request: Request, caller: CallerHere, name: NameHere, here: AuthenticationHere, body: PasswordChange
) -> NoBody:
    """Change your own password; every sign-in of yours ends."""
    await here.passwords.check(name, body.old, DOOR, caller.address)
    await asyncio.to_thread(here.users.change_password, name, body.new)
    await asyncio.to_thread(here.sign_ins.revoke_user, name)
    here.forget()
    tell(request, caller, "change_password")
    return NoBody()


@router.get("/setup", responses=documented())
async def get_setup(here: AuthenticationHere) -> SetupAnswer:
    """Whether the first administrator is still to be made; nobody has to sign in to ask."""
    return SetupAnswer(needed=not await asyncio.to_thread(here.users.administered))


@router.post("/setup", status_code=201, responses=documented(400, 408, 409, 413, 422, 429))
async def set_up(engine: EngineHere, here: AuthenticationHere, request: Request, body: SetupBody) -> MeAnswer:
    """Make the first administrator, with the set-up token that the engine printed; works once."""
    await redeem(engine.settings, here, body, address_of(request.scope))
    return _me(Caller(User.ADMIN, body.name), here)


def _me(caller: Caller, here: Authentication) -> MeAnswer:
    return MeAnswer(
        name=caller.name, role=caller.role.value, rights=sorted(rights(caller)), supervises=supervises(caller),
        open=here.open,
    )  # fmt: skip
