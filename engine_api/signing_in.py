"""What signing in gives: bearer tokens for programs, a session for the HMI; renewing and ending them."""

import asyncio
import secrets
import time

from connections.settings import AccessSettings
from connections.tokens import Kind, SignIn
from connections.users import Account
from engine_api.access_schemas import TokenAnswer
from engine_api.authentication import Authentication
from engine_api.bearer import Claims
from plant.errors import NotSignedIn


async def bearer(here: Authentication, settings: AccessSettings, account: Account, address: str) -> TokenAnswer:
    """Tokens of a new sign-in."""
    sign_in = await asyncio.to_thread(here.sign_ins.open, account.name, Kind.BEARER, settings.refresh, address)
    return _tokens(here, settings, account.name, sign_in, 1)


async def renewed(here: Authentication, settings: AccessSettings, token: str) -> tuple[TokenAnswer, str]:
    """New tokens for a refresh token, which is worth nothing from then on; and whose they are.

    Raises NotSignedIn. One that comes a second time was stolen, or its successor was: the sign-in ends at once.
    """
    number, generation = here.signer.read_refresh(token)
    found = await asyncio.to_thread(here.sign_ins.standing, number)
    if found is None:
        raise NotSignedIn("the sign-in is over or was revoked: sign in again")
    if not await asyncio.to_thread(here.sign_ins.renew, number, generation, settings.refresh):
        await asyncio.to_thread(here.sign_ins.revoke, number)
        here.forget()
        raise NotSignedIn("this refresh token was used before: the sign-in is ended, sign in again")
    return _tokens(here, settings, found.user, number, generation + 1), found.user


async def session(here: Authentication, settings: AccessSettings, account: Account, address: str) -> str:
    """The secret of a new session, for a cookie."""
    secret = secrets.token_urlsafe(32)
    await asyncio.to_thread(here.sign_ins.open, account.name, Kind.SESSION, settings.session, address, secret)
    return secret


async def ended(here: Authentication, token: str) -> str | None:
    """End the sign-in of an access or refresh token, or of a session; whose it was, None for one that did not stand."""
    found = await asyncio.to_thread(_sign_in_of, here, token)
    if found is None:
        return None
    await asyncio.to_thread(here.sign_ins.revoke, found.id)
    here.forget()
    return found.user


def _sign_in_of(here: Authentication, token: str) -> SignIn | None:
    try:
        return here.sign_ins.standing(here.signer.read(token).sign_in)
    except NotSignedIn:
        pass  # it may be one of the other kinds
    try:
        return here.sign_ins.standing(here.signer.read_refresh(token)[0])
    except NotSignedIn:
        return here.sign_ins.by_secret(token)


def _tokens(here: Authentication, settings: AccessSettings, user: str, sign_in: str, generation: int) -> TokenAnswer:
    now = time.time()
    return TokenAnswer(
        access_token=here.signer.access(Claims(user, sign_in, now + settings.bearer), now),
        expires_in=int(settings.bearer), refresh_token=here.signer.refresh(sign_in, generation),
    )  # fmt: skip
