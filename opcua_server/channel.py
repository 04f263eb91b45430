"""Messages on a channel as bytes: single chunks are opened and answers closed here, the rest by asyncua."""

import struct
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import ServiceError
from asyncua.crypto.security_policies import SecurityPolicyNone

from opcua_server.envelope import HEAD, Envelopes

_CHUNK, _HEAD, _SEQUENCE = struct.Struct("<4sIIIII"), struct.Struct("<4sIII"), struct.Struct("<II")
FINAL, _INTERMEDIATE = b"MSGF", b"MSGC"
_HIGHEST_SEQUENCE = 2**32 - 1
_UNLIMITED, _FAULT = 2**32, 256
"""Bytes of an answer; whatever a client takes, it is told why it gets no more."""
Opened = tuple[int, int, bytes]
"""Sequence number, request id, body."""


class Channel:
    """A view of asyncua's connection: its tokens, keys, sequence numbers and limits stay the only ones there are."""

    def __init__(self, connection: SecureConnection) -> None:
        self._connection, self._envelopes = connection, Envelopes(connection)
        self._seen: tuple[bytes, Opened | None] = b"", None
        self._issued: Any = None
        self._end, self._largest = 0.0, _UNLIMITED

    def open_chunk(self, chunk: bytes) -> Opened | None:
        """A message in one chunk, whose turn it is.

        None where asyncua has to look: another kind, a token that is not the present one, a wrong number or signature.
        """
        if self._seen[0] is not chunk:  # whoever finds that it can't answer at once asks again later
            self._seen = chunk, self._open(chunk)
        return self._seen[1]

    def took(self, sequence: int) -> None:
        """A chunk that was opened here is being answered."""
        self._connection._peer_sequence_number = sequence
        self._seen = b"", None

    def _open(self, chunk: bytes) -> Opened | None:
        held = self._connection
        if chunk[:4] != FINAL or held._incoming_parts or not _CHUNK.size < len(chunk) <= held._limits.max_recv_buffer:
            return None
        _, _, channel, token = _HEAD.unpack_from(chunk)
        present, last = held.security_token, held._peer_sequence_number
        if channel != present.ChannelId or token != present.TokenId or last is None or not held.is_open():
            return None
        content = self._content(chunk)
        if content is None:
            return None
        sequence, request = _SEQUENCE.unpack(content[0])
        return (sequence, request, content[1]) if sequence == last + 1 else None

    def _content(self, chunk: bytes) -> tuple[bytes, bytes] | None:
        """Sequence header and body."""
        if self._plain:
            return chunk[HEAD : _CHUNK.size], chunk[_CHUNK.size :]
        envelope = self._envelopes.present()
        return None if envelope is None or self._over() else envelope.open(chunk)

    def _over(self) -> bool:
        """Whether the channel should have been renewed: asyncua's path refuses what comes then."""
        held = self._connection
        token = held.next_security_token if held.next_security_token.TokenId else held.security_token
        if token.CreatedAt is not self._issued:
            self._issued, self._end = token.CreatedAt, _end(token.CreatedAt, token.RevisedLifetime)
        return time.time() > self._end

    def limit_answers(self, size: int) -> None:
        """The session's client takes answers of so many bytes (MaxResponseMessageSize); 0 is no limit."""
        self._largest = max(size, _FAULT) if size else _UNLIMITED

    def close_message(self, body: bytes, request: int) -> bytes | bytearray:
        """The chunks of an answer. Raises ServiceError when the client takes no message of this size."""
        held = self._connection
        limit, most = held._limits.max_message_size, held._limits.max_send_buffer
        if len(body) > self._largest or (limit and len(body) > limit):
            raise ServiceError(ua.StatusCodes.BadResponseTooLarge)
        envelope = None if self._plain else self._envelopes.present()
        if envelope is None and not self._plain:
            return bytes(held.message_to_binary(body, request_id=request))
        size = most - _CHUNK.size if envelope is None else envelope.room(most)
        if len(body) <= size:
            return b"".join(self._chunk(body, request, True))
        whole, starts = memoryview(body), range(0, len(body), size)
        parts = [self._chunk(whole[start : start + size], request, start + size >= len(body)) for start in starts]
        return b"".join(piece for part in parts for piece in part)

    def _chunk(self, part: bytes | memoryview, request: int, final: bool) -> Sequence[bytes | bytearray | memoryview]:
        """The pieces of one chunk."""
        held = self._connection
        held._sequence_number = held._sequence_number + 1 if held._sequence_number < _HIGHEST_SEQUENCE else 1
        token, kind = held.security_token, FINAL if final else _INTERMEDIATE
        envelope = None if self._plain else self._envelopes.present()
        size = _CHUNK.size + len(part) if envelope is None else envelope.size(len(part))
        head = _HEAD.pack(kind, size, token.ChannelId, token.TokenId)
        numbers = _SEQUENCE.pack(held._sequence_number, request)
        return (head, numbers, part) if envelope is None else (envelope.close(head, b"".join((numbers, part))),)

    @property
    def _plain(self) -> bool:
        return type(self._connection.security_policy) is SecurityPolicyNone


def _end(issued: datetime, lifetime: int) -> float:
    """When a token's time and its quarter of grace are over (Part 4 5.5.2.1), in seconds since 1970."""
    return issued.timestamp() + 1.25e-3 * lifetime
