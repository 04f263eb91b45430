"""The attack itself: mutated messages on connections in every state, and an honest client that is served meanwhile."""

import asyncio
import random
import struct
import time
from collections import deque
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_to_binary

from tests.fuzz.mutations import mutated
from tests.system.opcua.raw import Raw, connection

PATIENCE = 5.0
"""Seconds in which a connection has to answer or end, and an honest client is served."""
_SOURCE, _MOST_OPEN, _A_BURST = "127.0.0.2", 20, 12
_TOKEN = slice(4, 4 + 7 + 32)
_BROKEN = (ConnectionError, asyncio.IncompleteReadError)
_TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))


@dataclass
class Attack:
    """Everything that is sent comes from `chance`; `sent` has the newest messages, should one of them harm."""

    url: str
    bodies: list[bytes]
    streams: list[list[bytes]]
    chance: random.Random
    messages: int = 0
    sent: deque[bytes] = field(default_factory=lambda: deque(maxlen=50))

    async def run(self, seconds: float) -> None:
        """Attack for so long."""
        end = time.monotonic() + seconds
        async with AsyncExitStack() as opened:
            waiting: deque[AsyncExitStack] = deque()
            while time.monotonic() < end:
                kind = self.chance.choice((self._session, self._session, self._stranger, self._stream))
                one = await opened.enter_async_context(AsyncExitStack())
                with suppress(*_BROKEN):
                    raw = await one.enter_async_context(connection(self.url, _SOURCE))
                    one.callback(raw.writer.transport.abort)
                    await kind(raw)
                waiting.append(one)
                if len(waiting) > _MOST_OPEN:
                    await waiting.popleft().aclose()

    async def _session(self, raw: Raw) -> None:
        """Requests of somebody who is logged in."""
        await raw.session()
        for _ in range(_A_BURST):
            for _ in range(self.chance.randrange(1, 20)):
                await self._send(raw, self._own(self._mutated(), raw))
            await self._is_alive(raw)

    async def _stranger(self, raw: Raw) -> None:
        """Requests on a channel without a session, or with one that was never activated."""
        await raw.open()
        if self.chance.random() < 0.5:
            raw.authentication = (await raw.create_session()).Parameters.AuthenticationToken
        for _ in range(self.chance.randrange(1, 20)):
            await self._send(raw, self._own(self._mutated(), raw))

    async def _stream(self, raw: Raw) -> None:
        """A whole conversation again, some of its chunks changed, headers too."""
        stream = self.chance.choice(self.streams)
        for chunk in stream[: self.chance.randrange(1, len(stream) + 1)]:
            changed = mutated(self.chance, chunk, stream) if self.chance.random() < 0.3 else chunk
            if self.chance.random() < 0.7:  # an honest length, so that what is inside is looked at
                changed = changed[:4] + struct.pack("<I", len(changed)) + changed[8:]
            self._note(changed)
            await raw.send(changed)

    def _mutated(self) -> bytes:
        keep = self.chance.choice((4, 4, 0))
        return mutated(self.chance, self.chance.choice(self.bodies), self.bodies, keep)

    @staticmethod
    def _own(body: bytes, raw: Raw) -> bytes:
        """The message with the token of this session, where it has one of the usual form."""
        secret = raw.authentication.Identifier
        if not isinstance(secret, bytes) or body[4:5] != b"\x05" or len(body) < _TOKEN.stop:
            return body
        return body[:11] + secret + body[_TOKEN.stop :]

    async def _send(self, raw: Raw, body: bytes) -> None:
        self._note(body)
        await raw.send_body(body)

    def _note(self, data: bytes) -> None:
        self.messages += 1
        self.sent.append(data)

    async def _is_alive(self, raw: Raw) -> None:
        """A connection ends, or goes on to answer."""
        request = ua.ReadRequest()
        request.Parameters.NodesToRead = [ua.ReadValueId(_TIME, ua.AttributeIds.Value)]
        request.RequestHeader.AuthenticationToken = raw.authentication
        await raw.send_body(struct_to_binary(request))
        wanted = raw.sequence
        async with asyncio.timeout(PATIENCE):
            while True:
                _, data = await raw.chunk()
                if len(data) >= 16 and struct.unpack_from("<I", data, 12)[0] == wanted:
                    return


@dataclass
class Honest:
    """A client that does nothing wrong, and how long it waits at most."""

    url: str
    longest: float = 0.0
    reads: int = 0

    async def run(self) -> None:
        """Read again and again, for ever."""
        async with Client(self.url, timeout=2 * PATIENCE) as client:
            node = client.get_node(_TIME)
            while True:
                begun = time.monotonic()
                await node.read_value()
                self.longest = max(self.longest, time.monotonic() - begun)
                self.reads += 1
                await asyncio.sleep(0.05)
