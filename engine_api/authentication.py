"""Who a request's credentials stand for: a bearer token, an API key, the HMI's session, or nobody in particular."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

from connections.api_keys import PREFIX, ApiKeys
from connections.passwords import Passwords
from connections.tokens import Kind, SignIns
from connections.users import Users
from engine_api.bearer import Signer
from plant.access import Caller, User
from plant.errors import NotSignedIn

COOKIE = "pde_session"
KEY_HEADER = "x-api-key"
MOST_REMEMBERED = 10_000
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request brings; `cookie` tells a browser's session, which other sites may try to use."""

    text: str
    cookie: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a credential stands for, and until when that is believed (monotonic seconds)."""

    caller: Caller
    until: float


class Authentication:
    """Checks credentials; what was checked is believed for some seconds, so that it costs next to nothing."""

    def __init__(
        self, users: Users, signer: Signer, passwords: Passwords, anonymous: User | None, recheck: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.users, self.signer, self.passwords = users, signer, passwords
        self.sign_ins, self.keys = SignIns(users), ApiKeys(users)
        self._anonymous, self._recheck, self._clock = anonymous, recheck, clock
        self._known: dict[bytes, Known] = {}

    @property
    def open(self) -> bool:
        """Whether whoever gives no name is let in."""
        return self._anonymous is not None

    async def caller(self, credential: Credential | None, address: str) -> Caller:
        """Who this is. Raises NotSignedIn, or Unavailable when the database does not answer."""
        if credential is None:
            if self._anonymous is None:
                raise NotSignedIn("sign in first: a bearer token, an API key or a session is needed")
            return Caller(self._anonymous, address=address)
        found = await self._believed(credential)
        return Caller(found.role, found.name, found.scopes, address)

    def forget(self) -> None:
        """Believe nothing any more: accounts or tokens have changed."""
        self._known.clear()

    async def _believed(self, credential: Credential) -> Caller:
        place = hashlib.sha256(f"{credential.cookie}{credential.text}".encode("utf-8", "replace")).digest()
        now = self._clock()
        known = self._known.get(place)
        if known is None or known.until <= now:
            known = await asyncio.to_thread(self._check, credential, now)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[place] = known
        return known.caller

    def _check(self, credential: Credential, now: float) -> Known:
        text, until = credential.text, now + self._recheck
        if credential.cookie:
            session = self.sign_ins.by_secret(text)
            if session is None or session.kind is not Kind.SESSION:
                raise NotSignedIn("the session is over: sign in again")
            return Known(Caller(session.role, session.user), until)
        if text.startswith(PREFIX):
            key = self.keys.standing(text)
            if key is None:
                raise NotSignedIn("the API key is not valid, over or revoked")
            return Known(Caller(key.role, key.user, key.scopes), until)
        claims = self.signer.read(text)
        found = self.sign_ins.standing(claims.sign_in)
        if found is None or found.user != claims.user or found.kind is not Kind.BEARER:
            raise NotSignedIn("the access token was revoked: sign in again")
        return Known(Caller(found.role, found.user), min(until, now + claims.expires - time.time()))


def credential_of(headers: Headers) -> Credential | None:
    """What a request brings; None for nothing. Raises NotSignedIn for what can't be read, or for two at once."""
    given = [*headers.getlist("authorization"), *headers.getlist(KEY_HEADER)]
    if len(given) > 1:
        raise NotSignedIn("give one credential, not several")
    if not given:
        session = _session(headers)
        return None if session is None else Credential(session, cookie=True)
    scheme, _, token = given[0].strip().partition(" ")
    if KEY_HEADER in headers:
        token = given[0].strip()
    elif scheme.lower() == "token" and not token.strip().startswith(PREFIX):
        return None  # Telegraf shows the token of its InfluxDB to whoever it asks for its configuration
    elif scheme.lower() not in ("bearer", "token"):
        raise NotSignedIn("the Authorization header takes 'Bearer' and a token or an API key")
    if not 0 < len(token) <= _LONGEST:
        raise NotSignedIn("the credential is not valid")
    return Credential(token.strip())


def _session(headers: Headers) -> str | None:
    """The session's secret in the cookies; other cookies of this host are none of our business."""
    for header in headers.getlist("cookie"):
        try:
            found = SimpleCookie(header[:_LONGEST]).get(COOKIE)
        except CookieError:
            continue
        if found is not None and found.value:
            return found.value
    return None
