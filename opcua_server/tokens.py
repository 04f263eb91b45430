"""Authentication tokens of sessions: nobody can guess one, and it is compared on every request."""

import secrets
from typing import TYPE_CHECKING, cast

from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.activation import check_move

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session


def new_token() -> ua.NodeId:
    """An authentication token that nobody can guess: 32 random bytes."""
    return ua.NodeId(ua.ByteString(secrets.token_bytes(32)), ua.Int16(1), ua.NodeIdType.ByteString)


def same_token(one: ua.NodeId, other: ua.NodeId) -> bool:
    """Compare in constant time."""
    if not isinstance(one.Identifier, bytes) or not isinstance(other.Identifier, bytes):
        return False
    return one.NamespaceIndex == other.NamespaceIndex and secrets.compare_digest(one.Identifier, other.Identifier)


def session_of(processor: "Processor", token: ua.NodeId) -> "Session":
    """The session with this token, the channel's own or, where it has none, any other. Raises ServiceError."""
    found = processor.iserver.lookup_external_session(token) if processor.session is None else processor.session
    if found is None or not same_token(token, found.auth_token):
        raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
    return cast("Session", found)


def check_token(processor: "Processor", token: ua.NodeId, activates: bool) -> None:
    """A request names its channel's session; only who activates may name another one. Raises ServiceError."""
    if processor.session is not None and processor.session.over:  # nobody used it
        processor.session = None
    if processor.session is None and not activates:
        raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
    session = session_of(processor, token)
    if processor.session is None:
        check_move(processor, session)
