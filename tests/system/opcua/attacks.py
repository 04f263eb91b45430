"""What strangers and ill-behaved clients do to the server, each as one round that can be repeated for ever.

The tests see that an honest client is answered meanwhile, `benchmarks/opcua/lag.py` how late the event loop is.
"""

import asyncio
import os
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tests.certificates import made
from tests.system.opcua.openings import opening
from tests.system.opcua.raw import NULL, Raw, connection

BROKEN = (ConnectionError, asyncio.IncompleteReadError, TimeoutError)
"""How the server turns an attacker away."""
TIME = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_CurrentTime))
LEVEL = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServiceLevel))
TYPES = ua.NodeId(ua.Int32(ua.ObjectIds.BaseObjectType))
OAEP_URI = "http://www.w3.org/2001/04/xmlenc#rsa-oaep"
SOURCE = "127.0.0.2"
"""Where attackers are; honest clients are elsewhere."""
Attack = Callable[[str], Awaitable[None]]


def read(node: ua.NodeId = TIME, count: int = 1) -> ua.ReadRequest:
    request = ua.ReadRequest()
    request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
    request.Parameters.NodesToRead = [ua.ReadValueId(node, ua.AttributeIds.Value)] * count
    return request


def subscription(period: float) -> ua.CreateSubscriptionRequest:
    request = ua.CreateSubscriptionRequest()
    request.Parameters.RequestedPublishingInterval = period
    request.Parameters.RequestedLifetimeCount = ua.UInt32(1000)
    request.Parameters.RequestedMaxKeepAliveCount = ua.UInt32(1)
    return request


def browse(count: int) -> ua.BrowseRequest:
    request = ua.BrowseRequest()
    description = ua.BrowseDescription(TYPES, ua.BrowseDirection.Both, NULL, True, ua.UInt32(0), ua.UInt32(63))
    request.Parameters.NodesToBrowse = [description] * count
    return request


@asynccontextmanager
async def stranger(url: str) -> AsyncIterator[Raw]:
    """A connection that is dropped without a farewell."""
    async with connection(url, SOURCE) as raw:
        yield raw
        raw.writer.transport.abort()


@asynccontextmanager
async def visitor(url: str) -> AsyncIterator[Raw]:
    """The same with an active session."""
    async with stranger(url) as raw:
        await raw.session()
        yield raw


def own_body(raw: Raw, request: Any) -> bytes:
    """A request of this session as bytes."""
    request.RequestHeader.AuthenticationToken = raw.authentication
    return bytes(struct_to_binary(request))


def written(raw: Raw) -> tuple[bytes, int]:
    """A Write of an array of one Double, and where its Variant begins."""
    request = ua.WriteRequest()
    value = ua.DataValue(ua.Variant([1.5], ua.VariantType.Double))
    request.Parameters.NodesToWrite = [ua.WriteValue(TIME, ua.AttributeIds.Value, Value=value)]
    body = own_body(raw, request)
    return body, body.index(b"\x8b" + struct.pack("<i", 1))


async def in_parts(raw: Raw, body: bytes) -> None:
    """Send a message in chunks of 60 kB."""
    for start in range(0, len(body), 60_000):
        await raw.send_part(body[start : start + 60_000], start + 60_000 >= len(body))


async def answered(raw: Raw) -> None:
    """Take all chunks of an answer."""
    while (await raw.flagged_chunk())[1] == b"C":
        pass


async def half_open(url: str) -> None:
    """Sockets that stay: without a word, in the middle of a Hello, after it, after the channel."""
    async with AsyncExitStack() as opened:
        many = [await opened.enter_async_context(stranger(url)) for _ in range(60)]
        for number, raw in enumerate(many):
            with suppress(*BROKEN):
                if number % 4 == 1:
                    await raw.send(b"HELF" + struct.pack("<I", 60) + b"half")
                elif number % 4 == 2:
                    await raw.hello()
                elif number % 4 == 3:
                    await raw.open()
        await asyncio.sleep(0.5)


async def connections(url: str) -> None:
    """Connections that are opened and cut off."""
    for _ in range(50):
        async with stranger(url) as raw:
            await raw.send(b"MSGF" + struct.pack("<I", 5000) + b"half")


async def sessions(url: str) -> None:
    """Sessions that nobody activates."""
    async with stranger(url) as raw:
        await raw.open()
        for _ in range(50):
            await raw.create_session()


async def activated_sessions(url: str) -> None:
    """Sessions that are activated and thrown away."""
    async with visitor(url) as raw:
        await raw.ask(read())


async def wrong_tokens(url: str) -> None:
    """Requests and activations under guessed tokens."""
    async with stranger(url) as raw:
        await raw.open()
        for _ in range(100):
            guess = ua.NodeId(ua.ByteString(os.urandom(32)), ua.Int16(1), ua.NodeIdType.ByteString)
            await raw.ask(read(), guess)
            await raw.activate(token=guess)


async def others_subscriptions(url: str) -> None:
    """Requests that name subscriptions of other sessions."""
    async with visitor(url) as raw:
        for request in (ua.DeleteSubscriptionsRequest(), ua.TransferSubscriptionsRequest()):
            request.Parameters.SubscriptionIds = [ua.UInt32(number) for number in range(1, 5000)]
            await in_parts(raw, own_body(raw, request))
            await answered(raw)
        for number in range(1, 100):
            republish = ua.RepublishRequest()
            republish.Parameters.SubscriptionId = ua.UInt32(number)
            await raw.ask(republish)


async def items(url: str) -> None:
    """As many monitored items as the server takes, in requests as large as it takes."""
    async with visitor(url) as raw:
        request = ua.CreateMonitoredItemsRequest()
        request.Parameters.SubscriptionId = (await raw.ask(subscription(50.0))).Parameters.SubscriptionId
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        item = ua.MonitoredItemCreateRequest(ua.ReadValueId(LEVEL, ua.AttributeIds.Value), ua.MonitoringMode.Reporting)
        item.RequestedParameters.QueueSize = ua.UInt32(1_000_000)
        request.Parameters.ItemsToCreate = [item] * 10_000
        for _ in range(2):
            await in_parts(raw, own_body(raw, request))
            await answered(raw)


async def intervals(url: str) -> None:
    """Subscriptions and items that are to be published all the time."""
    async with visitor(url) as raw:
        for _ in range(20):
            number = (await raw.ask(subscription(1e-9))).Parameters.SubscriptionId
            request = ua.CreateMonitoredItemsRequest()
            request.Parameters.SubscriptionId = number
            item = ua.MonitoredItemCreateRequest(
                ua.ReadValueId(TIME, ua.AttributeIds.Value), ua.MonitoringMode.Reporting
            )
            item.RequestedParameters.SamplingInterval = 1e-9
            request.Parameters.ItemsToCreate = [item] * 100
            await raw.ask(request)
        for _ in range(100):
            await raw.ask(ua.PublishRequest())


async def chunks(url: str) -> None:
    """Messages that never end."""
    async with stranger(url) as raw:
        await raw.open()
        await raw.flood(200)
    async with visitor(url) as raw:
        await raw.flood(200)


async def headers(url: str) -> None:
    """Headers that can't be one."""
    for header in (b"MSGC" + struct.pack("<I", 65_536), b"HELF" + struct.pack("<I", 0xFFFFFFFF), b"\0" * 64):
        for _ in range(10):
            async with stranger(url) as raw:
                await raw.send(header)
                await raw.closed(5.0)


async def nesting(url: str) -> None:
    """Variants in Variants."""
    async with visitor(url) as raw:
        body, place = written(raw)
        for _ in range(20):
            await raw.send_body(body[:place] + b"\x18" * 50_000 + body[place:])
            await raw.answer()


async def arrays(url: str) -> None:
    """Arrays that claim more than there is, and arrays in arrays."""
    async with visitor(url) as raw:
        body, place = written(raw)
        for kind in (0x80, 0x8B, 0x98, 0x8C) * 5:
            await raw.send_body(body[:place] + bytes([kind]) + struct.pack("<i", 5_000_000) + body[place + 5 :])
            await raw.answer()
        inner = b"\x98" + struct.pack("<i", 9_000) + b"\0" * 9_000
        await in_parts(raw, body[:place] + b"\x98" + struct.pack("<i", 100) + inner * 100 + body[place + 13 :])
        await raw.answer()


async def texts(url: str) -> None:
    """Texts that are no UTF-8, and lengths that are none."""
    async with visitor(url) as raw:
        body = own_body(raw, read(ua.NodeId(ua.String("zzzz"), ua.Int16(2))))
        place = body.index(b"zzzz")
        for length in (4, -2, 2**31 - 1) * 20:
            await raw.send_body(body[: place - 4] + struct.pack("<i", length) + b"\xff\xfe\xc0\x80" + body[place + 4 :])
            await raw.answer()


async def slow_readers(url: str) -> None:
    """Requests with large answers that nobody takes."""
    async with visitor(url) as raw:
        body = own_body(raw, browse(300))
        for _ in range(40):
            await raw.send_body(body)
        await asyncio.sleep(1)


async def large_requests(url: str) -> None:
    """Everything in the largest number that is allowed."""
    async with visitor(url) as raw:
        for request in (read(count=10_000), browse(10_000)):
            await in_parts(raw, own_body(raw, request))
            await answered(raw)


_CERTIFICATES = [made(f"stranger {number}").der for number in range(3)]


async def certificates(url: str) -> None:
    """First messages with unknown certificates, junk for one, and certificates without their key."""
    async with stranger(url) as raw:
        await raw.open()
        own = (await raw.create_session()).Parameters.ServerCertificate

    async def one(certificate: bytes) -> None:
        with suppress(*BROKEN):
            async with stranger(url) as raw:
                await raw.hello()
                await raw.send(opening(certificate, own))
                await raw.closed(5.0)

    junk = (b"\x30\x82\xff\xff", b"\x30\x80" + b"\0" * 50, b"x" * 60_000, own)
    await asyncio.gather(*(one(certificate) for certificate in (*_CERTIFICATES, *junk) * 2))


async def passwords(url: str) -> None:
    """Passwords that are guessed, well encrypted."""

    async def guess(number: int) -> None:
        with suppress(*BROKEN):
            async with stranger(url) as raw:
                await raw.open()
                made_one = (await raw.create_session()).Parameters
                raw.authentication = made_one.AuthenticationToken
                public = x509.load_der_x509_certificate(made_one.ServerCertificate).public_key()
                assert isinstance(public, RSAPublicKey)
                secret = f"guess {number}".encode()
                plain = struct.pack("<I", len(secret) + 32) + secret + made_one.ServerNonce
                sent = public.encrypt(plain, OAEP(MGF1(hashes.SHA1()), hashes.SHA1(), None))
                token = ua.UserNameIdentityToken(ua.String("username"), ua.String(f"user {number}"))
                token.Password, token.EncryptionAlgorithm = ua.ByteString(sent), ua.String(OAEP_URI)
                await raw.activate(token)

    await asyncio.gather(*(guess(number) for number in range(20)))


ATTACKS: Mapping[str, Attack] = {
    "half-open sockets": half_open,
    "flood of connections": connections,
    "flood of sessions": sessions,
    "sessions thrown away": activated_sessions,
    "wrong tokens": wrong_tokens,
    "others' subscriptions": others_subscriptions,
    "flood of items": items,
    "tiny intervals": intervals,
    "flood of chunks": chunks,
    "oversized headers": headers,
    "nested variants": nesting,
    "huge array claims": arrays,
    "bad UTF-8": texts,
    "slow readers": slow_readers,
    "largest requests": large_requests,
    "certificate tricks": certificates,
    "password guessing": passwords,
}


async def for_ever(attack: Attack, url: str) -> None:
    """Repeat a round; being turned away is no reason to stop."""
    while True:
        with suppress(*BROKEN):
            await attack(url)
        await asyncio.sleep(0)


@asynccontextmanager
async def under(attack: Attack, url: str, attackers: int = 3) -> AsyncIterator[None]:
    """Attack while the body runs."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(for_ever(attack, url)) for _ in range(attackers)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
