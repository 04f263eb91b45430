"""Messages on a channel as bytes: single chunks without security are opened and closed here, the rest by asyncua."""

import struct

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import ServiceError
from asyncua.crypto.security_policies import SecurityPolicyNone

_CHUNK = struct.Struct("<4sIIIII")
_FINAL, _INTERMEDIATE = b"MSGF", b"MSGC"
_HIGHEST_SEQUENCE = 2**32 - 1


class Channel:
    """A view of asyncua's connection: its tokens, sequence numbers and limits stay the only ones there are."""

    def __init__(self, connection: SecureConnection) -> None:
        self._connection = connection

    def open_chunk(self, chunk: bytes) -> tuple[int, int] | None:
        """Sequence number and request id of a message in one chunk, whose body begins at byte 24.

        None where asyncua has to look: another kind, a secured channel, a renewed token, a wrong number.
        """
        held = self._connection
        if chunk[:4] != _FINAL or len(chunk) <= _CHUNK.size or held._incoming_parts or not self._plain:
            return None
        _, _, channel, token, sequence, request = _CHUNK.unpack_from(chunk)
        last = held._peer_sequence_number
        expected = last is not None and sequence == last + 1
        current = channel == held.security_token.ChannelId and token == held.security_token.TokenId
        return (sequence, request) if expected and current and held.is_open() else None

    def took(self, sequence: int) -> None:
        """A chunk that was opened here has been answered."""
        self._connection._peer_sequence_number = sequence

    def close_message(self, body: bytes, request: int) -> bytes:
        """The chunks of an answer. Raises ServiceError when the client takes no message of this size."""
        held = self._connection
        limit = held._limits.max_message_size
        if limit and len(body) > limit:
            raise ServiceError(ua.StatusCodes.BadResponseTooLarge)
        if not self._plain:
            return bytes(held.message_to_binary(body, request_id=request))
        size = held._limits.max_send_buffer - _CHUNK.size
        if len(body) <= size:
            return self._chunk(body, request, True)
        starts = range(0, len(body), size)
        return b"".join(self._chunk(body[start : start + size], request, start + size >= len(body)) for start in starts)

    def _chunk(self, part: bytes, request: int, final: bool) -> bytes:
        held = self._connection
        held._sequence_number = held._sequence_number + 1 if held._sequence_number < _HIGHEST_SEQUENCE else 1
        token, kind = held.security_token, _FINAL if final else _INTERMEDIATE
        head = _CHUNK.pack(
            kind, _CHUNK.size + len(part), token.ChannelId, token.TokenId, held._sequence_number, request
        )
        return head + part

    @property
    def _plain(self) -> bool:
        return type(self._connection.security_policy) is SecurityPolicyNone
