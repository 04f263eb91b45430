"""A client without manners: sends single chunks and whole requests over a socket, checks nothing."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary, struct_to_binary

PATIENCE = 10.0
NULL = ua.NodeId()
_NONE = b"http://opcfoundation.org/UA/SecurityPolicy#None"
_NO_SECURITY = struct.pack("<i", len(_NONE)) + _NONE + struct.pack("<ii", -1, -1)
_ANSWERS = {int(getattr(ua.ObjectIds, f"{name}_Encoding_DefaultBinary")): getattr(ua, name) for name in (
    "ServiceFault", "OpenSecureChannelResponse", "CreateSessionResponse", "ActivateSessionResponse", "ReadResponse",
    "CreateSubscriptionResponse", "CreateMonitoredItemsResponse", "DeleteSubscriptionsResponse",
    "TransferSubscriptionsResponse", "FindServersResponse", "BrowseResponse", "BrowseNextResponse",
    "SetPublishingModeResponse", "ModifySubscriptionResponse", "PublishResponse", "RepublishResponse", "CancelResponse",
    "SetTriggeringResponse", "CloseSessionResponse", "GetEndpointsResponse", "ModifyMonitoredItemsResponse",
    "DeleteMonitoredItemsResponse", "SetMonitoringModeResponse", "WriteResponse", "CallResponse",
    "TranslateBrowsePathsToNodeIdsResponse", "RegisterNodesResponse", "UnregisterNodesResponse",
)}  # fmt: skip


@dataclass
class Raw:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    url: str
    channel: int = 0
    token: int = 0
    sequence: int = 0
    request: int = 1_000_000
    inside: bool = False
    authentication: ua.NodeId = field(default_factory=ua.NodeId)

    @property
    def waiting(self) -> bool:
        """Whether something has come that was not taken yet."""
        return bool(self.reader._buffer)  # type: ignore[attr-defined]

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self) -> tuple[bytes, bytes]:
        """The next chunk's type and all after its header."""
        kind, _, data = await self.flagged_chunk()
        return kind, data

    async def flagged_chunk(self) -> tuple[bytes, bytes, bytes]:
        """The same with what says whether more chunks follow."""
        async with asyncio.timeout(PATIENCE):
            header = await self.reader.readexactly(8)
            data = await self.reader.readexactly(struct.unpack_from("<I", header, 4)[0] - 8)
            return header[:3], header[3:4], data

    async def flood(self, count: int) -> None:
        """That many intermediate chunks of 60 kB, as long as the server takes them."""
        with suppress(ConnectionError):
            for _ in range(count):
                await self.send_body(b"\0" * 60_000, b"C")

    async def closed(self, within: float = PATIENCE) -> bool:
        """Whether the server ends the connection."""
        try:
            async with asyncio.timeout(within):
                while await self.reader.read(65536):
                    pass
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        return True

    async def hello(self) -> None:
        await self.post_hello(self.url)
        assert (await self.chunk())[0] == b"ACK"

    async def post_hello(self, url: str, receives: int = 65_535, sends: int = 65_535, message: int = 0) -> None:
        body = struct.pack("<IIIII", 0, receives, sends, message, 0) + struct.pack("<i", len(url)) + url.encode()
        await self.send(b"HELF" + struct.pack("<I", 8 + len(body)) + body)

    async def open(self) -> None:
        """Open a channel without security."""
        await self.hello()
        await self.post_open()
        answer = await self.answer(security=len(_NO_SECURITY))
        self.channel = int(answer.Parameters.SecurityToken.ChannelId)
        self.token = int(answer.Parameters.SecurityToken.TokenId)

    async def post_open(self, **parameters: Any) -> None:
        """Ask for a channel without security, or for what `parameters` make of the request."""
        request = ua.OpenSecureChannelRequest()
        request.Parameters.SecurityMode = ua.MessageSecurityMode.None_
        request.Parameters.RequestedLifetime = ua.UInt32(60_000)
        for name, value in parameters.items():
            setattr(request.Parameters, name, value)
        await self.send(self._message(b"OPN", _NO_SECURITY, struct_to_binary(request)))

    async def refusal(self) -> int:
        """The status with which the server ends the connection."""
        kind, data = await self.chunk()
        assert kind == b"ERR", kind
        assert await self.closed()
        return int(struct.unpack_from("<I", data)[0])

    async def ask(self, request: Any, token: ua.NodeId | None = None) -> Any:
        """Send a request under the session's token (or another one) and take the answer."""
        await self.post(request, token)
        return await self.answer()

    async def post(self, request: Any, token: ua.NodeId | None = None) -> None:
        request.RequestHeader.AuthenticationToken = self.authentication if token is None else token
        request.RequestHeader.TimeoutHint = ua.UInt32(10_000)
        await self.send_body(struct_to_binary(request))

    async def send_body(self, body: bytes, flag: bytes = b"F") -> None:
        await self.send(self._message(b"MSG", struct.pack("<I", self.token), body, flag))

    async def send_part(self, part: bytes, last: bool) -> None:
        """A chunk of a request in several ones."""
        self.request += not self.inside
        self.inside = not last
        self.sequence += 1
        rest = struct.pack("<IIII", self.channel, self.token, self.sequence, self.request) + part
        await self.send(b"MSG" + (b"F" if last else b"C") + struct.pack("<I", 8 + len(rest)) + rest)

    async def answer(self, security: int = 4) -> Any:
        kind, data = await self.chunk()
        assert kind in {b"MSG", b"OPN"}, (kind, data)
        buffer = Buffer(data)
        buffer.skip(4 + security + 8)
        number = int(nodeid_from_binary(Buffer(bytes(buffer))).Identifier)
        return struct_from_binary(_ANSWERS[number], buffer)

    async def create_session(self, **parameters: Any) -> Any:
        """Create a session, with `parameters` that are not the usual ones."""
        request = ua.CreateSessionRequest()
        request.Parameters.EndpointUrl = ua.String(self.url)
        request.Parameters.RequestedSessionTimeout = 60_000.0
        request.Parameters.ClientNonce = ua.ByteString(b"\0" * 32)
        request.Parameters.ClientDescription.ApplicationUri = ua.String("urn:test")
        for name, value in parameters.items():
            setattr(request.Parameters, name, value)
        return await self.ask(request, NULL)

    async def activate(self, identity: Any = None, token: ua.NodeId | None = None) -> Any:
        request = ua.ActivateSessionRequest()
        policy = ua.String("anonymous")
        request.Parameters.UserIdentityToken = ua.AnonymousIdentityToken(policy) if identity is None else identity
        return await self.ask(request, token)

    async def session(self) -> None:
        """Everything up to an active session."""
        await self.open()
        self.authentication = (await self.create_session()).Parameters.AuthenticationToken
        assert code(await self.activate()) == 0

    def _message(self, kind: bytes, security: bytes, body: bytes, flag: bytes = b"F") -> bytes:
        self.sequence += 1
        rest = struct.pack("<I", self.channel) + security + struct.pack("<II", self.sequence, self.sequence) + body
        return kind + flag + struct.pack("<I", 8 + len(rest)) + rest


def code(answer: Any) -> int:
    """The service result."""
    return int(answer.ResponseHeader.ServiceResult.value)


@asynccontextmanager
async def connection(url: str, source: str = "127.0.0.1") -> AsyncIterator[Raw]:
    """A connection to the server from this address, closed at the end."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, local_addr=(source, 0))
    try:
        yield Raw(reader, writer, url)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
