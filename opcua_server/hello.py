"""The first message of a connection (OPC 10000-6 7.1.2.3): what a client takes has to be worth an answer."""

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import ServiceError

SMALLEST = 8_192
"""Bytes of a chunk that every client takes and sends, and the least of a message that it may allow."""
LONGEST_URL = 4_096
_CODES = ua.StatusCodes


def check_hello(hello: ua.Hello, connection: SecureConnection) -> None:
    """Raises ServiceError: an answer would be cut into more chunks than it has bytes, or not be sent at all."""
    if connection.is_open():
        raise ServiceError(_CODES.BadTcpMessageTypeInvalid)
    if len(hello.EndpointUrl or "") > LONGEST_URL:
        raise ServiceError(_CODES.BadTcpEndpointUrlInvalid)
    sizes = hello.ReceiveBufferSize, hello.SendBufferSize, hello.MaxMessageSize or SMALLEST
    if min(sizes) < SMALLEST:
        raise ServiceError(_CODES.BadTcpNotEnoughResources)
