"""What protects the messages of a channel, by asyncua's keys: signed, or signed and encrypted (OPC 10000-6 6.7.2)."""

from secrets import compare_digest
from typing import Any

from asyncua.common.connection import SecureConnection
from asyncua.crypto.security_policies import (
    Cryptography,
    DecryptorAesCbc,
    EncryptorAesCbc,
    SignerHMac256,
    VerifierHMac256,
)

from opcua_server.ciphers import BLOCK, Chained, Signature

HEAD = 16
"""Bytes of a chunk before what is protected: the message's head, the channel and the token."""
_SEQUENCE = 8
_BODY = HEAD + _SEQUENCE
_PADDINGS = [bytes([left]) * (left + 1) for left in range(BLOCK - 1, -1, -1)]
"""What follows a content by the bytes in its last block; the signature is whole blocks."""


class Envelope:
    """The keys of one token of a channel."""

    def __init__(self, keys: Any) -> None:
        self._encrypted = keys.is_encrypted
        self._signs, self._verifies = Signature(keys.Signer.key), Signature(keys.Verifier.key)
        if self._encrypted:
            own, other = keys.Encryptor.cipher, keys.Decryptor.cipher
            self._encrypts = Chained(own.encryptor(), own.mode.initialization_vector)
            self._decrypts = Chained(other.decryptor(), other.mode.initialization_vector)

    def open(self, chunk: bytes) -> tuple[bytes, bytes] | None:
        """Sequence header and body; None where the signature is not the peer's."""
        return self._decrypted(chunk) if self._encrypted else self._verified(chunk)

    def _decrypted(self, chunk: bytes) -> tuple[bytes, bytes] | None:
        if len(chunk) % BLOCK or len(chunk) <= HEAD + Signature.SIZE:
            return None
        first, held = self._decrypts.decrypt(memoryview(chunk)[HEAD:])
        end = len(held) - Signature.SIZE
        if not compare_digest(self._verifies.of(chunk[:HEAD], first, memoryview(held)[BLOCK:end]), held[end:]):
            return None
        end -= 1 + (held[end - 1] if end > BLOCK else first[-1])
        if end <= _SEQUENCE:
            return None
        return first[:_SEQUENCE], b"".join((first[_SEQUENCE:end], memoryview(held)[BLOCK : max(end, BLOCK)]))

    def _verified(self, chunk: bytes) -> tuple[bytes, bytes] | None:
        end = len(chunk) - Signature.SIZE
        if end <= _BODY or not compare_digest(self._verifies.of(memoryview(chunk)[:end]), chunk[end:]):
            return None
        return chunk[HEAD:_BODY], chunk[_BODY:end]

    def room(self, chunk: int) -> int:
        """Bytes of a body that fit into a chunk of this size."""
        if not self._encrypted:
            return chunk - HEAD - _SEQUENCE - Signature.SIZE
        return (chunk - HEAD) // BLOCK * BLOCK - _SEQUENCE - Signature.SIZE - 1

    def size(self, body: int) -> int:
        """Bytes of a chunk with a body of this size."""
        held = _SEQUENCE + body + Signature.SIZE
        return HEAD + (held if not self._encrypted else (held // BLOCK + 1) * BLOCK)

    def close(self, head: bytes, content: bytes) -> bytes | bytearray:
        """The chunk; `head` says its `size`, `content` are sequence header and body."""
        padding = _PADDINGS[len(content) % BLOCK] if self._encrypted else b""
        plain = bytearray().join((head, content, padding))
        plain += self._signs.of(plain)
        return head + self._encrypts.encrypt(plain, HEAD) if self._encrypted else plain


class Envelopes:
    """The envelope of a connection's present keys; asyncua makes new ones when the client renews the channel."""

    def __init__(self, connection: SecureConnection) -> None:
        self._connection = connection
        self._keys: tuple[Any, Any] = None, None
        self._held: Envelope | None = None

    def present(self) -> Envelope | None:
        """None where asyncua has to do it: other algorithms, no keys yet."""
        keys: Any = self._connection.security_policy.symmetric_cryptography
        if self._held is None or self._keys[0] is not keys.Signer or self._keys[1] is not keys.Verifier:
            self._held = Envelope(keys) if _known(keys) else None
            self._keys = (keys.Signer, keys.Verifier) if self._held else (None, None)
        return self._held


def _known(keys: Any) -> bool:
    if type(keys) is not Cryptography:
        return False
    signs = type(keys.Signer) is SignerHMac256 and type(keys.Verifier) is VerifierHMac256
    encrypts = type(keys.Encryptor) is EncryptorAesCbc and type(keys.Decryptor) is DecryptorAesCbc
    return signs and (encrypts or not keys.is_encrypted)
