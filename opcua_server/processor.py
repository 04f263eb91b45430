"""One channel's requests: the session's token is compared on every one before any service sees it."""

import asyncio
import secrets
import struct
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from asyncua import ua
from asyncua.common.utils import Buffer, NotEnoughData, ServiceError
from asyncua.server.uaprocessor import PublishRequestData, UaProcessor
from asyncua.ua.ua_binary import struct_to_binary, uatcp_to_binary

from connections.correlation import CORRELATION
from connections.log import logger
from opcua_server import publishing
from opcua_server.activation import activate, check_move
from opcua_server.channel import Channel
from opcua_server.complaints import Complaints
from opcua_server.decoding import begin_message, read_node, read_struct
from opcua_server.limits import LIMITS
from opcua_server.names import standard
from opcua_server.own_services import OWN_SERVICES
from opcua_server.room import make_room_for_session, wait_in_line
from opcua_server.secure_channels import REFUSAL_DELAY
from opcua_server.security import REFUSED_SERVICES, SESSIONLESS_SERVICES
from opcua_server.single_reads import SingleReads
from opcua_server.values import status_code
from opcua_server.wire import (
    READ_REQUEST,
    READ_RESPONSE,
    SERVICE,
    WRITE_REQUEST,
    WRITE_RESPONSE,
    read_head,
    response,
)

if TYPE_CHECKING:
    from opcua_server.server import Services
    from opcua_server.sessions import Session
    from opcua_server.subscription import Subscription

_CREATE = standard(ua.ObjectIds.CreateSessionRequest_Encoding_DefaultBinary)
_ACTIVATE = standard(ua.ObjectIds.ActivateSessionRequest_Encoding_DefaultBinary)
_CLOSE = standard(ua.ObjectIds.CloseSessionRequest_Encoding_DefaultBinary)
_WITHOUT_ACTIVATION = frozenset({_ACTIVATE, _CLOSE})
_unreadable = Complaints("unreadable request")
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
    """asyncua's processor behind our checks, beside our own services."""

    iserver: "Services"
    session: "Session | None"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.channel = Channel(self._connection)
        self._single_reads = SingleReads(self)
        self.answer_single = self._single_reads.take

    @property
    def activated(self) -> bool:
        """Whether a session is active on this channel."""
        return self.session is not None and self.session.is_activated()

    @property
    def waits(self) -> bool:
        """Whether the client waits for something to be published."""
        return bool(self._publish_requests)

    @property
    def encrypted(self) -> bool:
        """Whether nobody else can read the channel."""
        return bool(self._connection.security_policy.Mode == ua.MessageSecurityMode.SignAndEncrypt)

    def answer_chunk(self, chunk: bytes) -> bool:
        """Answer a Read of known shape that came in one chunk at once; False for what has to take its turn."""
        session, began = self.session, perf_counter()
        opened = self.channel.open_chunk(chunk) if session is not None else None
        if session is None or opened is None or opened[2][:SERVICE] != READ_REQUEST:
            return False
        answer = self._single_reads.answer(opened[2], session)
        if answer is None:
            answer = self._read_fast(opened[2])
            if answer is None:
                return False
            self._single_reads.learn(opened[2])
        self.channel.took(opened[0])
        self._transport.write(self.channel.close_message(answer, opened[1]))
        self.iserver.meter.read(began)
        return True

    async def process(self, header: Any, body: Any) -> bool:
        """Take a chunk; False ends the connection.

        Whole messages of an active session are opened here; a stranger's that is larger than any first message can be
        ends the connection.
        """
        opened = self.channel.open_chunk(body._data) if self.activated else None
        if opened is not None:
            self.channel.took(opened[0])
            numbers = ua.SequenceHeader(ua.UInt32(opened[0]), ua.UInt32(opened[1]))
            return await self.process_message(numbers, Buffer(opened[2]))
        if not self.activated:
            await wait_in_line()
        pending = self._connection._incoming_size + header.body_size
        if not self.activated and pending > LIMITS.message_before_activation:
            return False
        try:
            with self.iserver.guard.refusals.heard(header, body, self.name):
                self.iserver.guard.check_message(header, body, self._connection, self.name)
                return bool(await super().process(header, body))  # type: ignore[no-untyped-call]
        except ServiceError as error:
            await self._turn_away(error.code)
            return False

    def open_secure_channel(self, algohdr: Any, seqhdr: Any, body: Buffer) -> None:
        """As asyncua, once the request has been checked. Raises ServiceError."""
        request = read_struct(ua.OpenSecureChannelRequest, Buffer(bytes(body)))
        self.iserver.guard.check_request(request.Parameters, self._connection)
        super().open_secure_channel(algohdr, seqhdr, Buffer(struct_to_binary(request)))  # type: ignore[no-untyped-call]

    async def _turn_away(self, code: int) -> None:
        """Tell why the connection ends, to a stranger not at once."""
        if not self.activated:
            await asyncio.sleep(REFUSAL_DELAY)
        error = ua.ErrorMessage(status_code(code), ua.String(status_code(code).name))
        self._transport.write(uatcp_to_binary(ua.MessageType.Error, error))  # type: ignore[arg-type]

    async def process_message(self, seqhdr: Any, body: Buffer) -> bool:
        """Answer a request; False ends the connection. What can't be understood is answered, not logged at length."""
        raw = bytes(body)
        with self.iserver.meter.asked(raw):
            return await self._answer(seqhdr, body, raw)

    async def _answer(self, seqhdr: Any, body: Buffer, raw: bytes) -> bool:
        if raw[:SERVICE] != READ_REQUEST:
            CORRELATION.set(secrets.token_hex(8))
        answer = await self._answer_fast(raw)
        if answer is not None:
            self.send_bytes(seqhdr, answer)
            return True
        begin_message(LIMITS.elements if self.activated else LIMITS.elements_before_activation)
        typeid, requesthdr = read_node(body), read_struct(ua.RequestHeader, body)
        try:
            return await self._process_message(typeid, requesthdr, seqhdr, body) is not False
        except (ServiceError, ua.UaStatusCodeError, NotEnoughData) as error:
            code = ua.StatusCodes.BadDecodingError if isinstance(error, NotEnoughData) else error.code
            if code == ua.StatusCodes.BadDecodingError:
                cause = repr(error.__cause__ or error)[:200]
                _unreadable.tell(peer=self.name, service=str(typeid.Identifier)[:80], cause=cause)
        except Exception:
            code = ua.StatusCodes.BadInternalError
            _log.exception("request failed", peer=self.name, service=str(typeid))
        self.iserver.meter.failed(raw)
        self.send_fault(requesthdr.RequestHandle, seqhdr, code)
        return True

    def send_response(
        self, requesthandle: int, seqhdr: Any, response: Any, msgtype: Any = ua.MessageType.SecureMessage
    ) -> None:
        """Send an answer; one that the client takes in no message of this size becomes a fault."""
        if msgtype != ua.MessageType.SecureMessage:
            super().send_response(requesthandle, seqhdr, response, msgtype)  # type: ignore[no-untyped-call]
            return
        response.ResponseHeader.RequestHandle = requesthandle
        self.send_bytes(seqhdr, struct_to_binary(response))

    def send_bytes(self, seqhdr: Any, answer: bytes) -> None:
        """Send an encoded answer."""
        self._transport.write(self.channel.close_message(answer, seqhdr.RequestId))

    def send_fault(self, requesthandle: int, seqhdr: Any, code: int) -> None:
        """Answer a request with nothing but a status code."""
        fault = ua.ServiceFault()
        fault.ResponseHeader.ServiceResult = status_code(code)
        self.send_response(requesthandle, seqhdr, fault)

    def send_publish(self, result: ua.PublishResult, request: PublishRequestData) -> None:
        """Answer a Publish request."""
        publishing.send(self, result, request)

    def tell_transferred(self, subscription: "Subscription") -> None:
        """Tell the client that another session has its subscription now."""
        publishing.tell_transferred(self, subscription)

    async def close(self) -> None:
        """The connection is gone: nobody waits for anything any more."""
        self._publish_requests.clear()
        await super().close()  # type: ignore[no-untyped-call]

    async def _answer_fast(self, raw: bytes) -> bytes | None:
        """The answer of a fast path, None where there is none for this request."""
        if raw[:SERVICE] == READ_REQUEST:
            return self._read_fast(raw)
        return await self._write_fast(raw) if raw[:SERVICE] == WRITE_REQUEST else None

    def _read_fast(self, raw: bytes) -> bytes | None:
        found = self._own_request(raw)
        seen = self.session is not None and self.iserver.sight.whole(self.session.who)
        results = self.iserver.fast_reads.answer(raw[found[1] :]) if found is not None and seen else None
        return None if found is None or results is None else response(READ_RESPONSE, found[0], results)

    async def _write_fast(self, raw: bytes) -> bytes | None:
        found = self._own_request(raw)
        if found is None or self.session is None:
            return None
        who = self.session.who
        known = self.iserver.write_templates.find(raw[found[1] :], who)
        if known is None:
            return None
        results = await self.iserver.writer.arrays.write(*known, who)
        return response(WRITE_RESPONSE, found[0], results)

    def _own_request(self, raw: bytes) -> tuple[int, int] | None:
        """The handle of a request of this channel's active session, and where its parameters begin."""
        session = self.session
        if session is None or not session.is_activated():
            return None
        try:
            head = read_head(raw)
        except (struct.error, IndexError):
            return None
        if head is None or not secrets.compare_digest(head[0], session.token_bytes):
            return None
        session.touch()
        self.session_last_activity = session._last_activity
        return head[1:]

    async def _process_message(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Buffer) -> Any:
        if typeid in REFUSED_SERVICES:
            raise ServiceError(ua.StatusCodes.BadServiceUnsupported)
        if typeid == _CREATE:
            return await self._create_session(typeid, requesthdr, seqhdr, body)
        if typeid not in SESSIONLESS_SERVICES:
            self._check_token(typeid, requesthdr.AuthenticationToken)
            if typeid not in _WITHOUT_ACTIVATION and not self.activated:
                raise ServiceError(ua.StatusCodes.BadSessionNotActivated)
        if typeid == _ACTIVATE:
            return await activate(self, self._session_of(requesthdr.AuthenticationToken), requesthdr, seqhdr, body)
        serve = OWN_SERVICES.get(typeid)
        if serve is None:
            return await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]
        assert self.session is not None  # noqa: S101 - its token was checked
        self.session.touch()
        self.session_last_activity = self.session._last_activity
        return await serve(self, self.session, requesthdr, seqhdr, body)

    async def _create_session(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Buffer) -> Any:
        """As asyncua, when the client is who opened the channel; the session is this channel's."""
        params = read_struct(ua.CreateSessionParameters, Buffer(bytes(body)))
        self.iserver.guard.check_session(params, self._connection)
        await self._make_room()
        done = await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]
        if self.session is not None:
            self.session.holder, self.session.certificate = self, self._connection.security_policy.peer_certificate
        return done

    async def _make_room(self) -> None:
        """One session a channel: a new one takes the place of one that was never activated."""
        if self.activated:
            raise ServiceError(ua.StatusCodes.BadTooManySessions)
        if self.session is not None:
            await self.session.close_session()
            self.session = None
        sessions = cast("dict[ua.NodeId, Session]", self.iserver._external_sessions)
        if len(sessions) >= LIMITS.sessions and not await make_room_for_session(sessions.values()):
            raise ServiceError(ua.StatusCodes.BadTooManySessions)

    def _check_token(self, typeid: ua.NodeId, token: ua.NodeId) -> None:
        if self.session is not None:
            if not same_token(token, self.session.auth_token):
                raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
            return
        if typeid != _ACTIVATE:
            raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
        check_move(self, self._session_of(token))

    def _session_of(self, token: ua.NodeId) -> "Session":
        """The session with this token, on whichever channel. Raises ServiceError."""
        found = self.iserver.lookup_external_session(token) if self.session is None else self.session
        if found is None or not same_token(token, found.auth_token):
            raise ServiceError(ua.StatusCodes.BadSessionIdInvalid)
        return cast("Session", found)
