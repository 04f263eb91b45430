"""First messages of channels as bytes."""

import hashlib
import struct

from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256


def opening(certificate: bytes, own: bytes, uri: str = SecurityPolicyBasic256Sha256.URI) -> bytes:
    """A first message whose encrypted part is noise: it never gets that far."""
    head = struct.pack("<I", 0)
    for part in (uri.encode(), certificate, hashlib.sha1(own).digest()):
        head += struct.pack("<i", len(part)) + part
    body = head + b"\x5a" * 256
    return b"OPNF" + struct.pack("<I", 8 + len(body)) + body
