"""Who may come in and what a session may ask for."""

from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User as Peer
from asyncua.crypto.permission_rules import UserRole
from asyncua.server.user_managers import UserManager

from connections.settings import LOOPBACK, Settings
from opcua_server.names import standard
from plant.access import User
from plant.errors import NotAllowed


@dataclass
class Identity(Peer):
    """Whoever activated a session; to asyncua a plain user, to the plant a role."""

    role: UserRole = UserRole.User
    name: str | None = "anonymous"
    plant_role: User = User.VIEWER


class Doorman(UserManager):
    """Anonymous comes in with one role; user names and certificates are refused until users exist."""

    def __init__(self, anonymous: User) -> None:
        self._anonymous = anonymous

    async def identify(self, token: Any) -> Identity:
        """Whom an identity token stands for. Raises ServiceError."""
        nothing = isinstance(token, ua.ExtensionObject) and token.TypeId == ua.NodeId()
        if not (nothing or isinstance(token, ua.AnonymousIdentityToken)):
            raise ServiceError(ua.StatusCodes.BadIdentityTokenRejected)
        return Identity(plant_role=self._anonymous)

    def get_user(self, *_: Any, **__: Any) -> None:
        """Nobody comes in by asyncua's own way."""


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
