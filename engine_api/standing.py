"""Whose a live connection is: known at its beginning, asked again and again until its end."""

import asyncio
import time
from typing import Literal

from pydantic import Field, ValidationError
from starlette.types import Scope
from starlette.websockets import WebSocket

from engine_api.admission import address_of, identify
from engine_api.authentication import Authentication, Credential
from engine_api.leaving import BAD_MESSAGE, NOT_SIGNED_IN, Leave
from engine_api.schemas import Asked
from engine_api.security import CALLER, REFUSED
from engine_api.strict_json import Refused, read
from plant.access import Caller
from plant.errors import NotSignedIn, PlantError, Unavailable

SIGN_IN_WITHIN = 5.0
LONGEST_TOKEN = 4096


class Auth(Asked):
    """Sign in, or go on with another token of the same user."""

    op: Literal["auth"]
    token: str = Field(min_length=1, max_length=LONGEST_TOKEN)


class Standing:
    """The caller of one connection."""

    def __init__(self, scope: Scope, every: float) -> None:
        self._scope, self._every = scope, every
        self._credential: Credential | None = None
        self._asked = asyncio.Event()
        self.caller: Caller = scope[CALLER]
        self._due = time.monotonic() + every

    def renew(self, token: str) -> None:
        """Go on with this token, which is checked at once."""
        self._credential = Credential(token)
        self._asked.set()

    async def begin(self, socket: WebSocket) -> None:
        """Have whoever has not signed in yet do so in the first message. Raises Leave."""
        if REFUSED not in socket.scope:
            return
        error = socket.scope[REFUSED]
        try:
            async with asyncio.timeout(SIGN_IN_WITHIN):
                text = await socket.receive_text()
            self._credential = Credential(Auth.model_validate(read(text.encode("utf-8", "surrogatepass"))).token)
            self.caller = await self._now()
        except (TimeoutError, ValidationError, Refused, KeyError):
            raise Leave(NOT_SIGNED_IN, str(error)) from None
        except NotSignedIn as refused:
            raise Leave(NOT_SIGNED_IN, str(refused)) from None
        except PlantError as refused:
            raise Leave(BAD_MESSAGE, str(refused)) from None

    async def keep(self) -> None:
        """Ask again now and then, for ever. Raises Leave when the connection is nobody's any more."""
        while True:
            try:
                async with asyncio.timeout(self._every):
                    await self._asked.wait()
                self._asked.clear()
            except TimeoutError:
                pass  # time to look, whether asked to or not
            await self._check()

    async def ask(self) -> None:
        """Ask again if it is time to. Raises Leave."""
        if time.monotonic() >= self._due:
            await self._check()
            self._due = time.monotonic() + self._every

    async def _check(self) -> None:
        try:
            present = await self._now()
        except NotSignedIn as error:
            raise Leave(NOT_SIGNED_IN, str(error)) from None
        except Unavailable:
            return
        if present != self.caller:
            raise Leave(NOT_SIGNED_IN, "your rights have changed: connect again")

    async def _now(self) -> Caller:
        if self._credential is None:
            return await identify(self._scope)
        here: Authentication = self._scope["app"].state.authentication
        return await here.caller(self._credential, address_of(self._scope))
