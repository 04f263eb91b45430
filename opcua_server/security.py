"""Who may come in and what a session may ask for."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User as Peer
from asyncua.crypto.permission_rules import UserRole
from asyncua.server.user_managers import UserManager

from connections.audit import DONE, REFUSED, Entry
from connections.log import logger
from connections.passwords import SIGN_IN, Passwords
from connections.pki.own import Own
from connections.pki.store import thumbprint
from connections.users import Account, Users
from opcua_server.door import DOOR
from opcua_server.identities import check_policy, is_anonymous, password, user_certificate
from opcua_server.names import standard
from plant.access import Caller, User
from plant.errors import NotSignedIn, TooMany, Unavailable

_CODES = ua.StatusCodes
_log = logger(__name__)

STRANGER = Caller(User.VIEWER)


@dataclass
class Identity(Peer):
    """Whoever activated a session; to asyncua a plain user, to the plant a caller."""

    role: UserRole = UserRole.User
    name: str | None = "anonymous"
    who: Caller = STRANGER


class Doorman(UserManager):
    """Decides from an identity token who comes in, under which role."""

    def __init__(
        self, anonymous: User | None, own: Own | None = None, users: Users | None = None,
        passwords: Passwords | None = None,
    ) -> None:  # fmt: skip
        self._anonymous, self._own, self._users, self._passwords = anonymous, own, users, passwords

    @property
    def tokens(self) -> tuple[type, ...]:
        """The kinds of identity tokens that the endpoints offer."""
        named = (ua.UserNameIdentityToken, ua.X509IdentityToken) if self._own and self._users else ()
        return (*((ua.AnonymousIdentityToken,) if self._anonymous else ()), *named)

    async def identify(
        self, token: Any, signature: Any, nonce: bytes, connection: SecureConnection, address: str = ""
    ) -> Identity:
        """Whom an identity token stands for. Raises ServiceError."""
        with self.refusals_told("", address):
            check_policy(token)
        if is_anonymous(token) and self._anonymous is not None:
            return Identity(who=Caller(self._anonymous, address=address))
        if self._own is None or self._users is None or self._passwords is None:
            raise ServiceError(_CODES.BadIdentityTokenRejected)
        if isinstance(token, ua.UserNameIdentityToken):
            name = str(token.UserName or "")
            with self.refusals_told(name, address):
                secret = password(token, nonce, connection, self._own)
            return await _by_password(self._passwords, name, secret, address)
        if isinstance(token, ua.X509IdentityToken):
            with self.refusals_told("", address):
                certificate = user_certificate(token, signature, nonce, self._own)
            account = await _asked(self._users.by_certificate, thumbprint(certificate))
            outcome = REFUSED if account is None else DONE
            name = thumbprint(certificate) if account is None else account.name
            self._passwords.trail.tell(Entry(SIGN_IN, name, DOOR, address=address, outcome=outcome))
            return _admitted(account, address)
        with self.refusals_told("", address):
            raise ServiceError(_CODES.BadIdentityTokenRejected)

    @contextmanager
    def refusals_told(self, name: str, address: str) -> Iterator[None]:
        """Have the audit hear of what is refused before anybody is asked for."""
        try:
            yield
        except ServiceError as error:
            if self._passwords is not None:
                cause = ua.StatusCode(ua.UInt32(error.code)).name
                entry = Entry(SIGN_IN, name[:100], DOOR, address=address, outcome=REFUSED, detail=cause)
                self._passwords.trail.tell(entry)
            raise

    def get_user(self, *_: Any, **__: Any) -> None:
        """Nobody comes in by asyncua's own way."""


async def _by_password(passwords: Passwords, name: str, secret: str, address: str) -> Identity:
    try:
        return _admitted(await passwords.check(name, secret, DOOR, address), address)
    except (NotSignedIn, TooMany) as error:
        raise ServiceError(_CODES.BadUserAccessDenied) from error
    except Unavailable as error:
        _log.warning("users can't be looked up", cause=str(error))
        raise ServiceError(_CODES.BadResourceUnavailable) from error


async def _asked(question: Callable[..., Account | None], *arguments: str) -> Account | None:
    """Ask the database in a thread. Raises ServiceError when it is away."""
    try:
        return await asyncio.to_thread(question, *arguments)
    except Unavailable as error:
        _log.warning("users can't be looked up", cause=str(error))
        raise ServiceError(_CODES.BadResourceUnavailable) from error


def _admitted(account: Account | None, address: str) -> Identity:
    if account is None:
        raise ServiceError(_CODES.BadUserAccessDenied)
    return Identity(name=account.name, who=Caller(account.role, account.name, address=address))


_OBJECTS = ua.ObjectIds
REFUSED_SERVICES = frozenset(
    standard(number)
    for number in (
        _OBJECTS.RegisterServerRequest_Encoding_DefaultBinary,
        _OBJECTS.RegisterServer2Request_Encoding_DefaultBinary,
        _OBJECTS.HistoryUpdateRequest_Encoding_DefaultBinary,
        _OBJECTS.QueryFirstRequest_Encoding_DefaultBinary,
        _OBJECTS.QueryNextRequest_Encoding_DefaultBinary,
        _OBJECTS.AddNodesRequest_Encoding_DefaultBinary,
        _OBJECTS.DeleteNodesRequest_Encoding_DefaultBinary,
        _OBJECTS.AddReferencesRequest_Encoding_DefaultBinary,
        _OBJECTS.DeleteReferencesRequest_Encoding_DefaultBinary,
    )
)
"""Node management and discovery registration are not served remotely; the others not at all."""

SESSIONLESS_SERVICES = frozenset(
    standard(number)
    for number in (
        _OBJECTS.FindServersRequest_Encoding_DefaultBinary,
        _OBJECTS.GetEndpointsRequest_Encoding_DefaultBinary,
        _OBJECTS.CreateSessionRequest_Encoding_DefaultBinary,
        _OBJECTS.CloseSecureChannelRequest_Encoding_DefaultBinary,
    )
)
"""Asked without an authentication token."""
