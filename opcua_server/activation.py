"""ActivateSession (OPC 10000-4 5.6.3): proof and identity are checked before anything of the session changes hands."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.crypto.uacrypto import InvalidSignature as OtherKey
from cryptography.exceptions import InvalidSignature

from opcua_server.decoding import read_struct
from opcua_server.limits import LIMITS
from opcua_server.publishing import answer_waiting
from opcua_server.room import make_room_for_session
from opcua_server.secure_channels import REFUSAL_DELAY, signed
from plant.access import Right, may

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.security import Identity
    from opcua_server.sessions import Session

_CODES = ua.StatusCodes


def check_move(processor: "Processor", session: "Session") -> None:
    """A session moves only between signed channels of one client certificate, and stays encrypted if it was created so.

    Raises ServiceError.
    """
    connection = processor._connection
    same = session.certificate == connection.security_policy.peer_certificate
    with processor.iserver.doorman.refusals_told("", _address(processor)):
        if not (session.is_activated() and signed(connection) and same):
            raise ServiceError(_CODES.BadSecurityChecksFailed)
        if connection.security_policy.Mode < session.mode:
            raise ServiceError(_CODES.BadSecurityModeInsufficient)


async def activate(processor: "Processor", session: "Session", header: Any, seqhdr: Any, body: Buffer) -> bool:
    """Answer a request to activate a session whose token was checked. Raises ServiceError."""
    params = read_struct(ua.ActivateSessionParameters, body)
    doorman, nonce = processor.iserver.doorman, session.nonce or b""
    with doorman.refusals_told("", _address(processor)):
        _check_signature(processor, session, params.ClientSignature.Signature)
    try:
        identity = await doorman.identify(
            params.UserIdentityToken, params.UserTokenSignature, nonce, processor._connection, _address(processor)
        )
    except ServiceError:
        await asyncio.sleep(REFUSAL_DELAY)
        raise
    moves = session.holder is not processor
    with doorman.refusals_told(identity.who.name or "", _address(processor)):
        await _check_room(processor, session, identity)
        if moves and identity.who.name != session.who.name:
            raise ServiceError(_CODES.BadIdentityChangeNotSupported)
    result = session.admit(identity)
    if moves:
        _bind(processor, session)
    answer = ua.ActivateSessionResponse()
    answer.Parameters = result
    processor.send_response(header.RequestHandle, seqhdr, answer)
    return True


async def _check_room(processor: "Processor", session: "Session", identity: "Identity") -> None:
    """The last sessions are kept for engineers who say who they are: a crowd does not keep them out."""
    sessions = processor.iserver._external_sessions
    crowded = len(sessions) > LIMITS.sessions - LIMITS.sessions_kept
    known = identity.who.name is not None and may(identity.who, Right.ENGINEER)
    if crowded and not known and not session.is_activated():
        orphans = [one for one in cast("Iterable[Session]", sessions.values()) if one.orphaned]
        if not await make_room_for_session(orphans):
            raise ServiceError(_CODES.BadTooManySessions)


def _address(processor: "Processor") -> str:
    """Where the client is."""
    peer = processor._transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""


def _check_signature(processor: "Processor", session: "Session", signature: bytes | None) -> None:
    policy = processor._connection.security_policy
    if not signed(processor._connection):
        return
    try:
        challenge = (policy.host_certificate or b"") + (session.nonce or b"")
        policy.asymmetric_cryptography.verify(challenge, signature or b"")  # type: ignore[no-untyped-call]
    except (InvalidSignature, OtherKey) as error:
        raise ServiceError(_CODES.BadApplicationSignatureInvalid) from error


def _bind(processor: "Processor", session: "Session") -> None:
    """The session leaves its old channel, which can do nothing with it any more."""
    old = session.holder
    if old is not None:
        old.session = None
        answer_waiting(old, _CODES.BadSessionIdInvalid)
    processor.session, processor._closing, session.holder = session, False, processor
    processor.channel.limit_answers(session.largest_answer)
    if processor._session_watchdog_task is None or processor._session_watchdog_task.done():
        processor._session_watchdog_task = asyncio.create_task(processor._session_watchdog_loop())  # type: ignore[no-untyped-call]
    for subscription in session.own().values():
        subscription.pub_result_callback = processor.forward_publish_response
        subscription.pub_request_callback = processor.get_publish_request
