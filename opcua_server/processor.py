"""One channel's requests: the session's token is compared on every one before asyncua's processor sees it."""

import secrets
import struct
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer, NotEnoughData, ServiceError
from asyncua.server.internal_session import InternalSession
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary

from connections.log import logger
from opcua_server.browsing import Pages
from opcua_server.limits import LIMITS
from opcua_server.names import standard
from opcua_server.security import REFUSED_SERVICES, SESSIONLESS_SERVICES
from opcua_server.values import status_code

_CREATE = standard(ua.ObjectIds.CreateSessionRequest_Encoding_DefaultBinary)
_BROWSE_NEXT = standard(ua.ObjectIds.BrowseNextRequest_Encoding_DefaultBinary)
_ACTIVATE = standard(ua.ObjectIds.ActivateSessionRequest_Encoding_DefaultBinary)
_CLOSE = standard(ua.ObjectIds.CloseSessionRequest_Encoding_DefaultBinary)
_WITHOUT_ACTIVATION = frozenset({_ACTIVATE, _CLOSE})
_UNREADABLE = (NotEnoughData, struct.error, RecursionError, ValueError, ua.UaError)
_log = logger(__name__)


def new_token() -> ua.NodeId:
    """An authentication token that nobody can guess: 32 random bytes."""
    return ua.NodeId(ua.ByteString(secrets.token_bytes(32)), ua.Int16(1), ua.NodeIdType.ByteString)


def same_token(one: ua.NodeId, other: ua.NodeId) -> bool:
    """Compare in constant time."""
    if not isinstance(one.Identifier, bytes) or not isinstance(other.Identifier, bytes):
        return False
    return one.NamespaceIndex == other.NamespaceIndex and secrets.compare_digest(one.Identifier, other.Identifier)


class Processor(UaProcessor):
    """asyncua's processor behind our checks."""

    @property
    def activated(self) -> bool:
        """Whether a session is active on this channel."""
        return self.session is not None and self.session.is_activated()

    async def process(self, header: Any, body: Any) -> bool:
        """Close the channel of a stranger whose message is larger than any first message can be."""
        pending = self._connection._incoming_size + header.body_size
        if not self.activated and pending > LIMITS.message_before_activation:
            return False
        return bool(await super().process(header, body))  # type: ignore[no-untyped-call]

    async def process_message(self, seqhdr: Any, body: Buffer) -> bool:
        """Answer a request; False ends the connection. What can't be understood is answered, not logged at length."""
        typeid = nodeid_from_binary(body)
        requesthdr = struct_from_binary(ua.RequestHeader, body)
        try:
            return await self._process_message(typeid, requesthdr, seqhdr, body) is not False
        except (ServiceError, ua.UaStatusCodeError) as error:
            code = error.code
        except _UNREADABLE as error:
            code = ua.StatusCodes.BadDecodingError
            _log.warning("unreadable request", peer=self.name, service=str(typeid), cause=type(error).__name__)
        except Exception:
            code = ua.StatusCodes.BadInternalError
            _log.exception("request failed", peer=self.name, service=str(typeid))
        fault = ua.ServiceFault()
        fault.ResponseHeader.ServiceResult = status_code(code)
        self.send_response(requesthdr.RequestHandle, seqhdr, fault)  # type: ignore[no-untyped-call]
        return True

    async def _process_message(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Buffer) -> Any:
        if typeid in REFUSED_SERVICES:
            raise ServiceError(ua.StatusCodes.BadServiceUnsupported)
        if typeid == _CREATE:
            await self._make_room()
        elif typeid not in SESSIONLESS_SERVICES:
            self._check_token(typeid, requesthdr.AuthenticationToken)
            if typeid not in _WITHOUT_ACTIVATION and not self.activated:
                raise ServiceError(ua.StatusCodes.BadSessionNotActivated)
        if typeid == _BROWSE_NEXT:
            return self._browse_next(requesthdr, seqhdr, body)
        return await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]

    def _browse_next(self, requesthdr: Any, seqhdr: Any, body: Buffer) -> bool:
        """BrowseNext, which asyncua's processor does not know."""
        assert self.session is not None  # noqa: S101 - its token was checked
        params = struct_from_binary(ua.BrowseNextParameters, body)
        pages: Pages = self.session.pages  # type: ignore[attr-defined] # every external session is ours
        response = ua.BrowseNextResponse()
        points = [bytes(point or b"") for point in params.ContinuationPoints or ()]
        response.Parameters.Results = pages.next(points, bool(params.ReleaseContinuationPoints))
        self.send_response(requesthdr.RequestHandle, seqhdr, response)  # type: ignore[no-untyped-call]
        return True

    async def _make_room(self) -> None:
        """One session a channel: a new one takes the place of one that was never activated."""
        if self.activated:
            raise ServiceError(ua.StatusCodes.BadTooManySessions)
        if self.session is not None:
            await self.session.close_session()
            self.session = None
        if len(self.iserver._external_sessions) >= LIMITS.sessions:
            raise ServiceError(ua.StatusCodes.BadTooManySessions)

    def _check_token(self, typeid: ua.NodeId, token: ua.NodeId) -> None:
        if self.session is not None:
            if not same_token(token, self.session.auth_token):
                raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
            return
        existing = self.iserver.lookup_external_session(token) if typeid == _ACTIVATE else None
        if existing is None or not same_token(token, existing.auth_token):
            raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
        self._check_move(existing)

    def _check_move(self, session: InternalSession) -> None:
        """Part 4 5.6.3: a session moves to another channel only if it is active there and under the same policy.

        Channels carry no client certificate yet; the secret token is what the client proves itself with.
        """
        policy = self._connection.security_policy
        if not session.is_activated() or policy.peer_certificate is not None:
            raise ServiceError(ua.StatusCodes.BadSecurityChecksFailed)
