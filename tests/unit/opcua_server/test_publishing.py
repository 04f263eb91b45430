"""Notifications of tags are sent without the objects of an answer: asyncua reads what it would have written."""

import struct
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.names import standard
from opcua_server.publishing import acknowledgements, encoded
from opcua_server.wire import read_head, timeout_hint

KIND = standard(ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary)
BODIES = [b"\0\0\0\0\xff\xff\xff\xff", b"\1\0\0\0" + struct.pack("<IBBd", 7, 1, 11, 2.5) + b"\xff\xff\xff\xff"]
"""DataChangeNotifications without and with an item."""
numbers: Any = st.integers(0, 2**32 - 1)


@given(numbers, numbers, st.lists(st.tuples(numbers, numbers), max_size=110), st.binary(max_size=9))
def test_a_request_is_read_as_asyncua_reads_it(
    handle: int, hint: int, pairs: list[tuple[int, int]], garbage: bytes
) -> None:
    request = ua.PublishRequest()
    request.RequestHeader.RequestHandle, request.RequestHeader.TimeoutHint = ua.UInt32(handle), ua.UInt32(hint)
    request.RequestHeader.AuthenticationToken = ua.NodeId(b"secret", 1)  # type: ignore[arg-type] # a ByteString
    request.Parameters.SubscriptionAcknowledgements = [
        ua.SubscriptionAcknowledgement(ua.IntegerId(one), ua.Counter(other)) for one, other in pairs
    ]
    body = struct_to_binary(request)
    head = read_head(body)
    assert head is not None
    assert (head[1], timeout_hint(body, head[2])) == (handle, hint)
    assert acknowledgements(body, head[2]) == (pairs if len(pairs) <= 100 else None)
    if garbage:
        assert acknowledgements(body + garbage, head[2]) is None
    assert not pairs or acknowledgements(body[:-1], head[2]) is None


@given(
    numbers, st.lists(numbers, max_size=70), st.booleans(), numbers, st.lists(st.sampled_from(BODIES), max_size=2),
    st.lists(st.sampled_from([0, 0x807A0000]), max_size=5),
)  # fmt: skip
def test_it_is_what_asyncua_writes(
    subscription: int, available: list[int], more: bool, number: int, parts: list[bytes], codes: list[int]
) -> None:
    data = [ua.ExtensionObject(KIND, ua.ByteString(part)) for part in parts]
    message = ua.NotificationMessage(ua.Counter(number), ua.DateTime.now(UTC), data)
    results = [ua.StatusCode(ua.UInt32(code)) for code in codes]
    result = ua.PublishResult(ua.IntegerId(subscription), list(map(ua.Counter, available)), more, message, results)
    ours = struct_from_binary(ua.PublishResult, Buffer(b"".join(encoded(result))))
    theirs = struct_from_binary(ua.PublishResult, Buffer(struct_to_binary(result)))
    moment = datetime.now(UTC)
    assert abs((ours.NotificationMessage.PublishTime.replace(tzinfo=UTC) - moment).total_seconds()) < 60
    ours.NotificationMessage.PublishTime = theirs.NotificationMessage.PublishTime
    ours.DiagnosticInfos = theirs.DiagnosticInfos = []
    assert ours == theirs
