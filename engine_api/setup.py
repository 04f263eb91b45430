"""The first administrator: a one-time set-up token, printed when the engine starts without one."""

import asyncio
import secrets
from pathlib import Path

from connections.audit import Entry
from connections.secret_files import kept_key
from connections.settings import Settings
from connections.users import Users
from engine_api.access_schemas import SetupBody
from engine_api.authentication import Authentication
from engine_api.security import DOOR
from plant.access import User
from plant.errors import NotSignedIn, WrongState

_NAME = "setup.token"
_SHOWN = 12
"""Bytes: short enough to be typed, far too many to be guessed."""
_ATTEMPTS = " set-up"
"""What guessed set-up tokens are counted under: no user's name has a space before it."""


def pending_token(settings: Settings, users: Users) -> str | None:
    """The set-up token, made now if need be; None when there is an administrator already."""
    path = _path(settings)
    if users.administered():
        path.unlink(missing_ok=True)
        return None
    return kept_key(path)[:_SHOWN].hex()


async def redeem(settings: Settings, here: Authentication, body: SetupBody, address: str) -> None:
    """Make the first administrator.

    Raises NotSignedIn for another token, TooMany while too many were tried, WrongState when there is an administrator,
    OutOfRange or Duplicate for the name and the password.
    """
    with here.passwords.trail.attempt(Entry("set_up", body.name, DOOR, address=address)):
        await here.passwords.allow(_ATTEMPTS)
        if await asyncio.to_thread(here.users.administered):
            raise WrongState("there is an administrator already: sign in, or use `pde users` on the engine's machine")
        await _require_token(settings, here, body.token)
        await asyncio.to_thread(here.users.add, body.name, User.ADMIN, body.password)
        await asyncio.to_thread(_path(settings).unlink, missing_ok=True)


async def _require_token(settings: Settings, here: Authentication, given: str) -> None:
    token = await asyncio.to_thread(pending_token, settings, here.users)
    if token is None or not secrets.compare_digest(token.encode(), given.encode("utf-8", "replace")):
        await here.passwords.count(_ATTEMPTS)
        raise NotSignedIn("the set-up token is wrong: the engine printed it when it started")


def _path(settings: Settings) -> Path:
    return settings.secrets_folder / _NAME
