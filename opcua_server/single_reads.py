"""The Read of one Double that a client repeats: answered from bytes to bytes, without any object of the request."""

import struct
import time
from secrets import compare_digest
from time import perf_counter
from typing import TYPE_CHECKING

from asyncua.crypto.security_policies import SecurityPolicyNone
from asyncua.server.internal_session import SessionState

from opcua_server.channel import FINAL
from opcua_server.values import DOUBLE, EPOCH_TICKS
from opcua_server.wire import READ_REQUEST, READ_RESPONSE, read_head

if TYPE_CHECKING:
    from opcua_server.processor import Processor
    from opcua_server.sessions import Session

_CHUNK = struct.Struct("<4sIIIII4s39s8xI")
"""Chunk head, service, our token, the client's time, its handle: what differs from one request to the next."""
_BODY = struct.Struct("<4s39s8xI")
_RESPONSE = struct.Struct("<4sqIIBi3xiBBdqqi")
_WHOLE = struct.Struct("<4sIIIII4sqIIBi3xiBBdqqi")
_TOKEN = 39
_LAST_SEQUENCE = 2**32 - 1
_LONGEST = 512
"""Bytes behind the handle of a request for one value; looking up what is longer would take as long as reading it."""
_VALUE_WITH_TIMES = 0x0D
_TIMED = 64
"""One of so many is timed for the meter: two looks at a clock are a tenth of the work."""


class SingleReads:
    """Such requests of one channel; every check of the general path is made here as well."""

    def __init__(self, processor: "Processor") -> None:
        self._processor, self._connection = processor, processor._connection
        self._reads, self._meter = processor.iserver.fast_reads, processor.iserver.meter
        self._until_timed = 1

    def take(self, chunk: bytes) -> bool:
        """Answer a whole chunk without security; False for what has to be understood in full.

        It is `channel.open_chunk`, `answer` and `channel.close_message` in one, at a third of their time.
        """
        processor, held = self._processor, self._connection
        session = processor.session
        if session is None or type(held.security_policy) is not SecurityPolicyNone:
            return False
        if not _CHUNK.size < len(chunk) <= _CHUNK.size + _LONGEST:
            return False
        began = perf_counter() if self._until_timed == 1 else 0.0
        kind, size, channel, token, sequence, request, service, secret, handle = _CHUNK.unpack_from(chunk)
        if service != READ_REQUEST or kind != FINAL or size != len(chunk) or held._incoming_parts:
            return False
        current, last = held.security_token, held._peer_sequence_number
        if last is None or sequence != last + 1 or channel != current.ChannelId or token != current.TokenId:
            return False
        found = self._find(chunk[_CHUNK.size :], secret, session)
        if found is None:
            return False
        held._peer_sequence_number = sequence
        held._sequence_number = own = held._sequence_number + 1 if held._sequence_number < _LAST_SEQUENCE else 1
        present = time.time_ns() // 100 + EPOCH_TICKS
        processor._transport.write(_WHOLE.pack(
            FINAL, _WHOLE.size, channel, token, own, request, READ_RESPONSE, present, handle, 0, 0, -1,
            1, _VALUE_WITH_TIMES, DOUBLE, found[0], found[1], present, -1,
        ))  # fmt: skip
        self._count(began)
        return True

    def answer(self, body: bytes, session: "Session") -> bytes | None:
        """The body of the answer to the body of a request, on any channel; None where `take` says False."""
        if not _BODY.size < len(body) <= _BODY.size + _LONGEST:
            return None
        service, secret, handle = _BODY.unpack_from(body)
        found = self._find(body[_BODY.size :], secret, session) if service == READ_REQUEST else None
        if found is None:
            return None
        present = time.time_ns() // 100 + EPOCH_TICKS
        return _RESPONSE.pack(
            READ_RESPONSE, present, handle, 0, 0, -1, 1, _VALUE_WITH_TIMES, DOUBLE, found[0], found[1], present, -1
        )

    def learn(self, body: bytes) -> None:
        """Answer requests like this one, which was understood in full, here from now on."""
        head = read_head(body) if len(body) <= _BODY.size + _LONGEST else None
        if head is not None and len(head[0]) == _TOKEN:
            self._reads.learn_single(body[_BODY.size :], body[head[2] :])

    def _find(self, tail: bytes, secret: bytes, session: "Session") -> tuple[float, int] | None:
        """Value and source time, for the active session whose token this is, if nothing is hidden from it."""
        processor = self._processor
        if session.state is not SessionState.Activated or not self._connection._open:
            return None
        if not compare_digest(secret, session.token_bytes) or not processor.iserver.sight.whole(session.who):
            return None
        found = self._reads.single(tail)
        if found is not None:
            processor.session_last_activity = session._last_activity = time.monotonic()
        return found

    def _count(self, began: float) -> None:
        self._meter.singles += 1
        self._until_timed -= 1
        if not self._until_timed:
            self._meter.timed_single(perf_counter() - began)
            self._until_timed = _TIMED
