"""The Read of one Double that a client repeats, in one chunk without security: answered from bytes to bytes."""

import struct
import time
from secrets import compare_digest
from typing import TYPE_CHECKING

from asyncua.common.connection import SecureConnection
from asyncua.crypto.security_policies import SecurityPolicyNone
from asyncua.server.internal_session import SessionState

from opcua_server.reads import FastReads
from opcua_server.values import DOUBLE, now
from opcua_server.wire import READ_REQUEST, READ_RESPONSE, read_head

if TYPE_CHECKING:
    from opcua_server.sessions import Session

_REQUEST = struct.Struct("<4sIIIII4s39sqI")
"""Chunk head, service, our token, the client's time, its handle: what differs from one request to the next."""
_RESPONSE = struct.Struct("<4sIIIII4sqIIBi3xiBBdqqi")
_BODY, _TOKEN = 24, 39
_FINAL = b"MSGF"
_LAST_SEQUENCE = 2**32 - 1
_VALUE_WITH_TIMES = 0x0D


class SingleReads:
    """Such requests of one channel; every check of the general path is made here as well."""

    def __init__(self, connection: SecureConnection, reads: FastReads) -> None:
        self._connection, self._reads = connection, reads

    def answer(self, chunk: bytes, session: "Session") -> bytes | None:
        """The chunk to send; None when the request has to be understood in full."""
        held = self._connection
        if len(chunk) <= _REQUEST.size or held._incoming_parts or type(held.security_policy) is not SecurityPolicyNone:
            return None
        kind, size, channel, token, sequence, request, service, secret, _, handle = _REQUEST.unpack_from(chunk)
        if kind != _FINAL or service != READ_REQUEST or size != len(chunk):
            return None
        current, last = held.security_token, held._peer_sequence_number
        if last is None or sequence != last + 1 or channel != current.ChannelId or token != current.TokenId:
            return None
        activated = session.state is SessionState.Activated and held._open
        if not activated or not compare_digest(secret, session.token_bytes):
            return None
        found = self._reads.single(chunk[_REQUEST.size :])
        if found is None:
            return None
        held._peer_sequence_number = sequence
        held._sequence_number = own = held._sequence_number + 1 if held._sequence_number < _LAST_SEQUENCE else 1
        session._last_activity = time.monotonic()
        present = now()
        return _RESPONSE.pack(
            _FINAL, _RESPONSE.size, channel, token, own, request, READ_RESPONSE, present, handle, 0, 0, -1,
            1, _VALUE_WITH_TIMES, DOUBLE, *found, present, -1,
        )  # fmt: skip

    def learn(self, chunk: bytes) -> None:
        """Answer requests like this one, which was understood in full, here from now on."""
        head = read_head(chunk[_BODY:])
        if head is not None and len(head[0]) == _TOKEN:
            self._reads.learn_single(chunk[_REQUEST.size :], chunk[_BODY + head[2] :])
