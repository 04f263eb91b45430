"""Who may come in and what a session may ask for."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User as Peer
from asyncua.crypto.permission_rules import UserRole
from asyncua.server.user_managers import UserManager

from connections.lockout import Lockout
from connections.log import logger
from connections.pki.own import Own
from connections.pki.store import thumbprint
from connections.settings import LOOPBACK, Settings
from connections.users import Account, Users
from opcua_server.identities import is_anonymous, password, user_certificate
from opcua_server.names import standard
from plant.access import Caller, User
from plant.errors import NotAllowed, Unavailable

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

    def __init__(self, anonymous: User | None, own: Own | None = None, users: Users | None = None) -> None:
        self._anonymous, self._own, self._users = anonymous, own, users
        self._lockout, self._one_at_a_time = Lockout(), asyncio.Lock()

    @property
    def tokens(self) -> tuple[type, ...]:
        """The kinds of identity tokens that the endpoints offer."""
        named = (ua.UserNameIdentityToken, ua.X509IdentityToken) if self._own and self._users else ()
        return (*((ua.AnonymousIdentityToken,) if self._anonymous else ()), *named)

    async def identify(self, token: Any, signature: Any, nonce: bytes, connection: SecureConnection) -> Identity:
        """Whom an identity token stands for. Raises ServiceError."""
        if is_anonymous(token) and self._anonymous is not None:
            return Identity(who=Caller(self._anonymous))
        if self._own is None or self._users is None:
            raise ServiceError(_CODES.BadIdentityTokenRejected)
        if isinstance(token, ua.UserNameIdentityToken):
            name = str(token.UserName or "")
            return await self._by_password(self._users, name, password(token, nonce, connection, self._own))
        if isinstance(token, ua.X509IdentityToken):
            certificate = user_certificate(token, signature, nonce, self._own)
            return _admitted(await _asked(self._users.by_certificate, thumbprint(certificate)))
        raise ServiceError(_CODES.BadIdentityTokenRejected)

    async def _by_password(self, users: Users, name: str, secret: str) -> Identity:
        """One hash at a time: each takes tens of megabytes and milliseconds, whoever asks."""
        async with self._one_at_a_time:
            if self._lockout.locked(name, time.monotonic()):
                raise ServiceError(_CODES.BadUserAccessDenied)
            account = await _asked(users.by_password, name, secret)
            if account is None:
                count = self._lockout.failed(name, time.monotonic())
                _log.warning("wrong user name or password", user=name[:80], failures=count)
            else:
                self._lockout.passed(name)
        return _admitted(account)

    def get_user(self, *_: Any, **__: Any) -> None:
        """Nobody comes in by asyncua's own way."""


async def _asked(question: Callable[..., Account | None], *arguments: str) -> Account | None:
    """Ask the database in a thread. Raises ServiceError when it is away."""
    try:
        return await asyncio.to_thread(question, *arguments)
    except Unavailable as error:
        _log.warning("users can't be looked up", cause=str(error))
        raise ServiceError(_CODES.BadResourceUnavailable) from error


def _admitted(account: Account | None) -> Identity:
    if account is None:
        raise ServiceError(_CODES.BadUserAccessDenied)
    return Identity(name=account.name, who=Caller(account.role, account.name))


def check_binding(settings: Settings) -> None:
    """Refuse to stand open to a network. Raises NotAllowed."""
    if settings.opcua.host not in LOOPBACK and not settings.insecure:
        raise NotAllowed(
            f"the OPC UA server would be open to the network at {settings.opcua.host}:{settings.opcua.port} without "
            "users and encryption; bind it to 127.0.0.1 or start with --insecure (PDE_INSECURE=true)"
        )


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
