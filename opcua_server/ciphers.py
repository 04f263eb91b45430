"""AES-CBC and HMAC-SHA256 with contexts that are kept: making them for a small message costs more than their work."""

import hashlib
from typing import Any, Literal

BLOCK = 16
_HASH_BLOCK = 64
_ORDER: Literal["little"] = "little"


class Chained:
    """One direction of AES-CBC in which every message begins with the same IV, as OPC UA wants it (Part 6 6.7.2).

    CBC adds (xor) the previous cipher block to the next plain block. A context that goes on from message to message
    adds the last block of the one before where the IV belongs; adding both to the first plain block undoes that.
    """

    def __init__(self, context: Any, iv: bytes) -> None:
        """`context` is a new encryptor or decryptor of cryptography's with this IV."""
        self._update, self._iv = context.update, int.from_bytes(iv, _ORDER)
        self._last = self._iv

    def encrypt(self, plain: bytearray, begin: int) -> bytes:
        """What begins there: whole blocks, at least one, the first of which is changed in place."""
        plain[begin : begin + BLOCK] = self._changed(plain[begin : begin + BLOCK])
        sealed: bytes = self._update(memoryview(plain)[begin:])
        self._last = int.from_bytes(sealed[-BLOCK:], _ORDER)
        return sealed

    def decrypt(self, sealed: memoryview) -> tuple[bytes, bytes]:
        """The first block, and the plain blocks in which it is not to be looked at; whole blocks, at least one."""
        found: bytes = self._update(sealed)
        first = self._changed(found[:BLOCK])
        self._last = int.from_bytes(sealed[-BLOCK:], _ORDER)
        return first, found

    def _changed(self, block: bytes | bytearray) -> bytes:
        return (int.from_bytes(block, _ORDER) ^ self._iv ^ self._last).to_bytes(BLOCK, _ORDER)


class Signature:
    """HMAC-SHA256 with one key (RFC 2104): both hashes have taken the key once and are copied for each message."""

    SIZE = 32

    def __init__(self, key: bytes) -> None:
        """`key` has at most 64 bytes; OPC UA's have 32."""
        padded = key.ljust(_HASH_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def of(self, *parts: bytes | bytearray | memoryview) -> bytes:
        """The signature of the parts behind each other."""
        inner, outer = self._inner.copy(), self._outer.copy()
        for part in parts:
            inner.update(part)
        outer.update(inner.digest())
        return outer.digest()
