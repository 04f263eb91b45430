"""Messages that are opened and closed here are asyncua's, byte for byte of their content, on every kind of channel."""

from datetime import UTC, datetime, timedelta
from random import randbytes
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.connection import SecureConnection, TransportLimits
from asyncua.common.utils import Buffer, ServiceError
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
    SecurityPolicyNone,
)
from asyncua.ua.ua_binary import header_from_binary
from hypothesis import given, settings
from hypothesis import strategies as st

from opcua_server.channel import Channel
from tests.certificates import made

HOLDER = made()
POLICIES: list[Any] = [
    SecurityPolicyBasic256Sha256,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
]
PLAIN: Any = SecurityPolicyNone
MODES = [ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt]
CHUNK = 8192


class Pair:
    """A client's end by asyncua, a server's end of which we are a view."""

    def __init__(self, policy: Any = None, mode: Any = None, age: float = 0.0) -> None:
        ends = []
        for _ in range(2):
            made_policy = PLAIN() if policy is None else policy(
                HOLDER.certificate, HOLDER.certificate, HOLDER.key, mode
            )  # fmt: skip
            end = SecureConnection(made_policy, TransportLimits(CHUNK, CHUNK, 0, 0))
            issued = datetime.now(UTC) - timedelta(seconds=age)
            end.security_token = ua.ChannelSecurityToken(ua.UInt32(5), ua.UInt32(9), issued, ua.UInt32(10_000))
            end._open, end._peer_sequence_number = True, 0
            ends.append(end)
        self.client, self.server = ends
        self.give_keys(b"c" * 32, b"s" * 32)
        self.channel = Channel(self.server)

    def give_keys(self, ours: bytes, theirs: bytes) -> None:
        if type(self.client.security_policy) is SecurityPolicyNone:
            return
        ends: Any = ((self.client, ours, theirs), (self.server, theirs, ours))
        for end, own, other in ends:
            end.security_policy.make_local_symmetric_key(other, own)
            end.security_policy.make_remote_symmetric_key(own, other, 10_000)

    def sent(self, body: bytes, request: int = 3) -> bytes:
        return bytes(self.client.message_to_binary(body, request_id=request))

    def got(self, message: bytes | bytearray) -> tuple[int, bytes]:
        """What the client makes of an answer: its request and its body."""
        buffer = Buffer(bytes(message))
        while True:
            found = self.client.receive_from_header_and_body(header_from_binary(buffer), buffer)
            if found is not None:
                return int(found.request_id()), bytes(found.body())


KINDS = [(None, None), *((policy, mode) for policy in POLICIES for mode in MODES)]
kinds = pytest.mark.parametrize(("policy", "mode"), KINDS)
secured = pytest.mark.parametrize(("policy", "mode"), KINDS[1:])


@kinds
@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 8080) | st.integers(1, 64), max_size=6))
def test_requests_are_opened(policy: Any, mode: Any, sizes: list[int]) -> None:
    pair = Pair(policy, mode)
    for number, body in enumerate(map(randbytes, sizes), 1):
        chunk = pair.sent(body, number + 100)
        opened = pair.channel.open_chunk(chunk)
        assert opened == (number, number + 100, body)
        assert pair.channel.open_chunk(chunk) is opened
        pair.channel.took(number)


@kinds
@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(8000, 30_000) | st.integers(1, 64), max_size=6))
def test_answers_are_understood(policy: Any, mode: Any, sizes: list[int]) -> None:
    pair = Pair(policy, mode)
    for number, body in enumerate(map(randbytes, sizes)):
        assert pair.got(pair.channel.close_message(body, number)) == (number, body)


@secured
def test_both_ways_go_together(policy: Any, mode: Any) -> None:
    pair = Pair(policy, mode)
    for number in range(1, 9):
        chunk = pair.sent(b"request")
        if number % 3:
            opened = pair.channel.open_chunk(chunk)
            assert opened is not None
            pair.channel.took(opened[0])
            answer = pair.channel.close_message(b"answer", 3)
        else:
            buffer = Buffer(chunk)
            assert pair.server.receive_from_header_and_body(header_from_binary(buffer), buffer) is not None
            answer = pair.server.message_to_binary(b"answer", request_id=3)
        assert pair.got(answer) == (3, b"answer")


@secured
def test_what_is_not_the_clients_is_not_opened(policy: Any, mode: Any) -> None:
    pair = Pair(policy, mode)
    chunk = pair.sent(b"request" * 10)
    for place in (0, 3, 5, 8, 12, 16, 40, len(chunk) - 1):
        wrong = bytearray(chunk)
        wrong[place] ^= 1
        assert pair.channel.open_chunk(bytes(wrong)) is None
    for size in (0, 16, 17, 24, 48, 56, 64, len(chunk) - 16, len(chunk) - 1):
        assert pair.channel.open_chunk(chunk[:size]) is None
    assert pair.channel.open_chunk(chunk) == (1, 3, b"request" * 10)
    pair.channel.took(1)
    assert pair.channel.open_chunk(bytes(bytearray(chunk))) is None  # a second time


@pytest.mark.parametrize("size", [1, 8, 9, 24, 100])
def test_padding_that_is_longer_than_its_message_opens_nothing(size: int) -> None:
    pair = Pair(SecurityPolicyBasic256Sha256, ua.MessageSecurityMode.SignAndEncrypt)
    keys: Any = pair.client.security_policy.symmetric_cryptography
    honest = keys.padding

    def claims(told: int) -> bytes:
        keys.padding = lambda length: honest(length)[:-1] + bytes([told])
        pair.client._sequence_number = 0
        return pair.sent(bytes(size))

    whole = 8 + size + len(honest(8 + size))
    for told in (whole - 9, whole - 1, whole, 255):
        assert pair.channel.open_chunk(claims(told)) is None
    assert pair.channel.open_chunk(claims(whole - 10)) == (1, 3, b"\0")


@secured
def test_new_keys_are_used_at_once(policy: Any, mode: Any) -> None:
    pair = Pair(policy, mode)
    old = pair.sent(b"old")
    pair.give_keys(b"C" * 32, b"S" * 32)
    assert pair.channel.open_chunk(old) is None
    pair.client._sequence_number = 0
    assert pair.channel.open_chunk(pair.sent(b"new")) == (1, 3, b"new")
    assert pair.got(pair.channel.close_message(b"answer", 3)) == (3, b"answer")


@secured
def test_a_token_whose_time_is_over_opens_nothing(policy: Any, mode: Any) -> None:
    pair = Pair(policy, mode, age=12.0)
    assert pair.channel.open_chunk(pair.sent(b"request")) is not None
    late = Pair(policy, mode, age=13.0)
    assert late.channel.open_chunk(late.sent(b"request")) is None


def test_an_answer_that_the_client_takes_in_no_message_is_refused() -> None:
    pair = Pair(*KINDS[-1])
    pair.server._limits.max_message_size = 100
    with pytest.raises(ServiceError):
        pair.channel.close_message(bytes(101), 3)
