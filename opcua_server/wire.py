"""Requests and answers as bytes (OPC 10000-6 5.2, 7.2): what the fast paths read and write without any object."""

import struct

from opcua_server.values import now


def service(number: int) -> bytes:
    """A message's type id in its four byte form."""
    return b"\x01\x00" + number.to_bytes(2, "little")


PUBLISH_REQUEST = service(826)
READ_REQUEST, READ_RESPONSE = service(631), service(634)
WRITE_REQUEST, WRITE_RESPONSE = service(673), service(676)
NO_DIAGNOSTICS = b"\xff\xff\xff\xff"
VALUE_ATTRIBUTE = 13
SERVICE = 4
"""Bytes of a service's type id in its four byte form."""
_STRING_ID, _BYTE_STRING_ID = 3, 5
_NO_HEADER = b"\0\0\0"
_HINT = 4 + len(_NO_HEADER)
_NODE = struct.Struct("<Hi")
_FIXED = struct.Struct("<qIIi")
_RESPONSE = struct.Struct("<qII")


Head = tuple[bytes, int, int]
"""What a request begins with: its token as it stands there, the client's handle, where its parameters begin."""


def token_bytes(namespace: int, secret: bytes) -> bytes:
    """An authentication token of ours as it stands in a request."""
    return bytes([_BYTE_STRING_ID]) + _NODE.pack(namespace, len(secret)) + secret


def read_head(body: bytes) -> Head | None:
    """The head of a request in the form that clients give it; None for any other form. Raises struct.error."""
    if body[SERVICE] != _BYTE_STRING_ID:
        return None
    _, size = _NODE.unpack_from(body, SERVICE + 1)
    fixed = SERVICE + 1 + _NODE.size + size
    if not 0 <= size <= len(body):
        return None
    _, handle, _, audit = _FIXED.unpack_from(body, fixed)
    more = fixed + _FIXED.size + max(audit, 0) + 4
    if body[more : more + 3] != _NO_HEADER or audit > len(body):
        return None
    return body[SERVICE:fixed], handle, more + 3


def timeout_hint(body: bytes, parameters: int) -> int:
    """For how many milliseconds the client waits for an answer (0: for ever), of a request with such a head."""
    return int.from_bytes(body[parameters - _HINT : parameters - len(_NO_HEADER)], "little")


def response(kind: bytes, handle: int, *content: bytes) -> bytes:
    """A whole answer with a Good service result."""
    return b"".join((kind, _RESPONSE.pack(now(), handle, 0), b"\0", NO_DIAGNOSTICS, _NO_HEADER, *content))


def string_node(body: bytes, at: int) -> tuple[int, bytes, int] | None:
    """Namespace and identifier of a string NodeId at this place, and where it ends; None for other kinds."""
    if body[at] != _STRING_ID:
        return None
    namespace, size = _NODE.unpack_from(body, at + 1)
    end = at + 1 + _NODE.size + size
    if size < 0 or end > len(body):
        return None
    return namespace, body[end - size : end], end
