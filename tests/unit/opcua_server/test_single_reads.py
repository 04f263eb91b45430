"""The single Read from bytes to bytes: the general path's answer, and none to whatever is not quite that request."""

import struct
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import Buffer
from asyncua.crypto.security_policies import SecurityPolicyNone
from asyncua.server.internal_session import SessionState
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary

from opcua_server.listener import transport_limits
from opcua_server.names import standard
from opcua_server.reads import FastReads
from opcua_server.service_meter import ServiceMeter
from opcua_server.sight import Sight
from opcua_server.single_reads import SingleReads
from opcua_server.space import Space
from opcua_server.wire import READ_REQUEST, token_bytes
from plant.access import User
from plant.lifecycle import State
from plant.ownership import Sharing
from plant.quality import Quality
from tests.unit.opcua_server.arrays import read_body, space_of

TAG = "wood-berry-1.reflux_flow"
TOKEN = token_bytes(1, bytes(range(32)))
CHANNEL, SECURITY, HANDLE = 7, 8, 99


class Session:
    state = SessionState.Activated
    token_bytes = TOKEN
    who = User.VIEWER
    _last_activity = 0.0


def chunk(
    sequence: int, body: bytes | None = None, token: bytes = TOKEN, kind: bytes = b"MSGF", channel: int = CHANNEL
) -> bytes:
    header = token + struct.pack("<qIIiI", 0, HANDLE, 0, -1, 1000) + b"\0\0\0"
    rest = READ_REQUEST + header + (read_body([TAG]) if body is None else body)
    return struct.pack("<4sIIIII", kind, 24 + len(rest), channel, SECURITY, sequence, 5) + rest


@pytest.fixture
def space() -> Space:
    held = space_of(State.RUNNING)
    held.table.status[:] = 0
    return held


class Asked:
    """One channel: what the processor is to its single Reads."""

    def __init__(self, space: Space) -> None:
        self._connection = SecureConnection(SecurityPolicyNone(), transport_limits())  # type: ignore[no-untyped-call] # asyncua's own
        self._connection._open, self._connection._peer_sequence_number = True, 1
        token = self._connection.security_token
        token.ChannelId, token.TokenId = ua.UInt32(CHANNEL), ua.UInt32(SECURITY)
        self.session: Any = Session()
        self.iserver = SimpleNamespace(fast_reads=FastReads(space), meter=ServiceMeter(), sight=Sight(space))
        self._transport, self.sent = SimpleNamespace(write=self._send), b""
        self.single = SingleReads(self)  # type: ignore[arg-type]

    def _send(self, sent: bytes) -> None:
        self.sent = sent

    def ask(self, request: bytes) -> bytes | None:
        """The chunk that answers; None for the general path."""
        return self.sent if self.single.take(request) else None


@pytest.fixture
def asked(space: Space) -> Asked:
    one = Asked(space)
    assert one.ask(chunk(2)) is None  # nothing is known yet
    assert one.iserver.fast_reads.answer(read_body([TAG])) is not None
    one.single.learn(chunk(2)[24:])
    return one


def test_it_answers_what_a_client_understands(asked: Asked, space: Space) -> None:
    space.table.value[space.simulations["wood-berry-1"].block.first] = 1.25
    for number in (2, 3):
        answer = asked.ask(chunk(number))
        assert answer is not None
        kind, size, channel, token, own, request = struct.unpack_from("<4sIIIII", answer)
        assert (kind, size, channel, token, own, request) == (b"MSGF", len(answer), CHANNEL, SECURITY, number - 1, 5)
        body = Buffer(answer[24:])
        assert nodeid_from_binary(body) == standard(ua.ObjectIds.ReadResponse_Encoding_DefaultBinary)
        header = struct_from_binary(ua.ResponseHeader, body)
        assert (header.RequestHandle, header.ServiceResult.value) == (HANDLE, 0)
        (value,) = struct_from_binary(ua.ReadResponse, Buffer(answer[24:])).Results
        assert (value.Value.Value, value.Value.VariantType) == (1.25, ua.VariantType.Double)
        assert value.SourceTimestamp is not None
        assert value.ServerTimestamp is not None


@pytest.mark.parametrize("other", [
    chunk(3), chunk(2, token=token_bytes(1, bytes(32))), chunk(2, kind=b"MSGC"), chunk(2, channel=CHANNEL + 1),
    chunk(2, read_body([TAG], times=0)), chunk(2, read_body([TAG, TAG])), chunk(2)[:-1], chunk(2) + b"\0",
    b"", chunk(2)[:40],
])  # fmt: skip
def test_whatever_is_not_quite_that_request_takes_the_general_path(asked: Asked, other: bytes) -> None:
    assert asked.ask(other) is None
    assert asked.ask(chunk(2)) is not None


def test_a_value_that_is_not_good_takes_the_general_path(asked: Asked, space: Space) -> None:
    space.table.status[:] = Quality.UNCERTAIN_LAST_USABLE_VALUE
    assert asked.ask(chunk(2)) is None


def test_a_simulation_that_has_gone_is_forgotten(asked: Asked, space: Space) -> None:
    space.remove("wood-berry-1")
    assert asked.ask(chunk(2)) is None


def test_a_session_that_is_not_active_gets_nothing(asked: Asked) -> None:
    asked.session.state = SessionState.Created
    assert asked.ask(chunk(2)) is None
    asked.session = None
    assert asked.ask(chunk(2)) is None


def test_who_does_not_see_everything_takes_the_general_path(asked: Asked, space: Space) -> None:
    live = space.simulations["wood-berry-1"]
    live.record = replace(live.record, owner="eva", sharing=Sharing.PRIVATE)
    space.private.add("wood-berry-1")
    assert asked.ask(chunk(2)) is None
    asked.session.who = User.ENGINEER
    assert asked.ask(chunk(2)) is not None


def test_the_body_alone_is_answered_the_same(asked: Asked) -> None:
    answered, alone = asked.ask(chunk(2)), asked.single.answer(chunk(2)[24:], asked.session)
    assert answered is not None
    assert alone is not None
    times = (slice(4, 12), slice(-12, -4))  # of the answer and of the server
    ours, theirs = bytearray(answered[24:]), bytearray(alone)
    for time in times:
        ours[time] = theirs[time] = bytes(8)
    assert ours == theirs
    assert asked.single.answer(chunk(2, token=token_bytes(1, bytes(32)))[24:], asked.session) is None
    assert asked.single.answer(b"", asked.session) is None


def test_every_one_is_counted(asked: Asked) -> None:
    for number in range(2, 202):
        assert asked.ask(chunk(number)) is not None
    assert sum(asked.iserver.meter.content()["Read"]["counts"]) == 200
