"""One channel's requests: the session's token is compared on every one before any service sees it."""

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import Buffer, NotEnoughData, ServiceError
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.ua_binary import struct_to_binary, uatcp_to_binary

from connections.correlation import CORRELATION
from connections.log import logger
from opcua_server.activation import activate
from opcua_server.channel import Channel
from opcua_server.closing import close
from opcua_server.complaints import Complaints
from opcua_server.creation import create
from opcua_server.decoding import begin_message, read_node, read_struct
from opcua_server.limits import LIMITS
from opcua_server.names import standard
from opcua_server.own_services import OWN_SERVICES
from opcua_server.quick import Quick
from opcua_server.room import wait_in_line
from opcua_server.secure_channels import REFUSAL_DELAY
from opcua_server.security import REFUSED_SERVICES, SESSIONLESS_SERVICES
from opcua_server.tokens import check_token, session_of
from opcua_server.values import status_code
from opcua_server.wire import READ_REQUEST, SERVICE

if TYPE_CHECKING:
    from opcua_server.sessions import Session
    from opcua_server.shared_services import Services

_CREATE = standard(ua.ObjectIds.CreateSessionRequest_Encoding_DefaultBinary)
_ACTIVATE = standard(ua.ObjectIds.ActivateSessionRequest_Encoding_DefaultBinary)
_CLOSE = standard(ua.ObjectIds.CloseSessionRequest_Encoding_DefaultBinary)
_WITHOUT_ACTIVATION = frozenset({_ACTIVATE, _CLOSE})
_unreadable = Complaints("unreadable request")
_log = logger(__name__)


class Processor(UaProcessor):
    """asyncua's processor behind our checks, beside our own services."""

    iserver: "Services"
    session: "Session | None"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.channel = Channel(self._connection)
        self._quick = Quick(self)
        self.answer_chunk, self.answer_single = self._quick.answer_chunk, self._quick.answer_single

    @property
    def activated(self) -> bool:
        """Whether a session is active on this channel."""
        return self.session is not None and self.session.is_activated()

    @property
    def waits(self) -> bool:
        """Whether the client waits for something to be published."""
        return bool(self._publish_requests)

    def get_publish_request(self, subscription_id: Any) -> Any:
        """The request that has waited longest; none once the connection is gone."""
        if self._transport.is_closing():
            self._publish_requests.clear()
        return super().get_publish_request(subscription_id)

    @property
    def encrypted(self) -> bool:
        """Whether nobody else can read the channel."""
        return bool(self._connection.security_policy.Mode == ua.MessageSecurityMode.SignAndEncrypt)

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
        answer = await self._quick.answer(raw)
        if answer is not None:
            self.send_bytes(seqhdr, answer)
            return True
        if self._quick.publish(seqhdr, raw):
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
        """Send an encoded answer, to whoever is still there."""
        if not self._transport.is_closing():
            self._transport.write(self.channel.close_message(answer, seqhdr.RequestId))

    def send_fault(self, requesthandle: int, seqhdr: Any, code: int) -> None:
        """Answer a request with nothing but a status code."""
        fault = ua.ServiceFault()
        fault.ResponseHeader.ServiceResult = status_code(code)
        self.send_response(requesthandle, seqhdr, fault)

    async def close(self) -> None:
        """The connection is gone: nobody waits for anything any more."""
        self._publish_requests.clear()
        await super().close()  # type: ignore[no-untyped-call]
        del self._quick, self.answer_chunk, self.answer_single  # they hold this: it would be garbage

    async def _process_message(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Buffer) -> Any:
        if typeid in REFUSED_SERVICES:
            raise ServiceError(ua.StatusCodes.BadServiceUnsupported)
        if typeid == _CREATE:
            return await create(self, typeid, requesthdr, seqhdr, body)
        if typeid not in SESSIONLESS_SERVICES:
            check_token(self, requesthdr.AuthenticationToken, typeid == _ACTIVATE)
            if typeid not in _WITHOUT_ACTIVATION and not self.activated:
                raise ServiceError(ua.StatusCodes.BadSessionNotActivated)
        if typeid in _WITHOUT_ACTIVATION:
            found = session_of(self, requesthdr.AuthenticationToken)
            return await (activate if typeid == _ACTIVATE else close)(self, found, requesthdr, seqhdr, body)
        serve = OWN_SERVICES.get(typeid)
        if serve is None:
            return await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]
        assert self.session is not None  # noqa: S101 - its token was checked
        self.session.touch()
        self.session_last_activity = self.session._last_activity
        return await serve(self, self.session, requesthdr, seqhdr, body)
