"""Signing in by name and password, alike at every door: guessing is slowed down, floods are turned away."""

import asyncio

from connections.audit import Entry
from connections.lockout import Lockout
from connections.log import logger
from connections.trail import Trail
from connections.users import Account, Users
from plant.errors import NotSignedIn, TooMany

MOST_WAITING = 50
SIGN_IN = "sign_in"
_log = logger(__name__)


class Passwords:
    """Checks one password at a time: each hash takes tens of megabytes and milliseconds, whoever asks."""

    def __init__(self, users: Users, lockout: Lockout, trail: Trail) -> None:
        self._users, self._lockout, self.trail = users, lockout, trail
        self._one_at_a_time, self._waiting = asyncio.Lock(), 0

    async def check(self, name: str, password: str, door: str, address: str) -> Account:
        """The account that this password opens; the audit hears of it, by door and address.

        Raises NotSignedIn, in the same words and time for unknown, disabled and wrong; TooMany while the name is
        locked or too many wait; Unavailable.
        """
        with self.trail.attempt(Entry(SIGN_IN, name[:100], door, address=address)):
            if self._waiting >= MOST_WAITING:
                raise TooMany("too many sign in at the same time; try again in a second")
            self._waiting += 1
            try:
                async with self._one_at_a_time:
                    return await self._check(name, password)
            finally:
                self._waiting -= 1

    async def allow(self, name: str) -> None:
        """Raise TooMany while this name is locked."""
        if seconds := await self._lockout.locked(name):
            raise TooMany(f"too many wrong attempts for this name; try again in {seconds:.0f} s", seconds)

    async def count(self, name: str) -> None:
        """Count a wrong attempt under this name."""
        failures = await self._lockout.failed(name)
        _log.warning("wrong user name or password", user=name[:80], failures=failures)

    async def _check(self, name: str, password: str) -> Account:
        await self.allow(name)
        account = await asyncio.to_thread(self._users.by_password, name, password)
        if account is None:
            await self.count(name)
            raise NotSignedIn("the user name or the password is wrong")
        await self._lockout.passed(name)
        return account
