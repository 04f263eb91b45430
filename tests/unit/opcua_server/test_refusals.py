"""What the audit hears of channels that were refused: each address and reason once a minute; memory is bounded."""

from types import SimpleNamespace

import pytest
from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.ua.ua_binary import struct_to_binary

from connections.audit import Entry
from connections.trail import Trail
from opcua_server import refusals, seldom
from opcua_server.refusals import MOST_COUNTED, WINDOW, Refusals, claimed
from opcua_server.seldom import MOST_KINDS
from tests.certificates import made

CODES = ua.StatusCodes
NOTHING = Buffer(b"")


class Told(Trail):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def tell(self, entry: Entry) -> None:
        self.entries.append(entry)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(seconds=1000.0)
    for module in (refusals, seldom):
        monkeypatch.setattr(module.time, "monotonic", lambda: clock.seconds)
    return clock


@pytest.fixture
def refused() -> Refusals:
    made = Refusals()
    made.trail = Told()
    return made


def test_once_a_minute_with_the_number_of_the_others(refused: Refusals, now: SimpleNamespace) -> None:
    for _ in range(5):
        refused.tell(("192.0.2.7", 1), CODES.BadSecurityChecksFailed, NOTHING)
    refused.tell(("192.0.2.7", 1), CODES.BadCertificateRevoked, NOTHING)
    refused.tell(("192.0.2.8", 1), CODES.BadSecurityChecksFailed, NOTHING)
    now.seconds += WINDOW
    refused.tell(("192.0.2.7", 2), CODES.BadSecurityChecksFailed, NOTHING)
    assert [(entry.address, entry.detail) for entry in refused.trail.entries] == [
        ("192.0.2.7", "BadSecurityChecksFailed"), ("192.0.2.7", "BadCertificateRevoked"),
        ("192.0.2.8", "BadSecurityChecksFailed"), ("192.0.2.7", "BadSecurityChecksFailed, 4 more within a minute"),
    ]  # fmt: skip
    assert refused.latest == "192.0.2.7 BadSecurityChecksFailed"


def test_a_minute_is_counted_and_memory_is_bounded(refused: Refusals, now: SimpleNamespace) -> None:
    for number in range(2 * MOST_COUNTED):
        refused.tell((f"192.0.2.{number}", 1), CODES.BadSecurityChecksFailed, NOTHING)
    assert refused.within_window() == MOST_COUNTED
    assert len(refused._seldom) <= MOST_KINDS
    now.seconds += WINDOW + 1
    assert refused.within_window() == 0


def test_only_first_messages_that_fail_are_told(refused: Refusals) -> None:
    for kind, error, count in (
        (ua.MessageType.SecureMessage, ServiceError(CODES.BadSecureChannelIdInvalid), 0),
        (ua.MessageType.SecureOpen, ServiceError(CODES.BadCertificateRevoked), 1),
        (ua.MessageType.SecureOpen, ValueError(), 2),
    ):  # fmt: skip
        header = SimpleNamespace(MessageType=kind, body_size=0)
        with pytest.raises(type(error)), refused.heard(header, Buffer(b""), ("192.0.2.7", 1)):
            raise error
        assert refused.within_window() == count
    assert [entry.detail for entry in refused.trail.entries] == [
        "BadCertificateRevoked", "BadApplicationSignatureInvalid",
    ]  # fmt: skip


def test_what_the_client_claims() -> None:
    holder = made()
    header = ua.AsymmetricAlgorithmHeader()
    header.SecurityPolicyURI, header.SenderCertificate = ua.String("x" * 500), ua.ByteString(holder.der)
    facts = claimed(Buffer(struct_to_binary(header)))
    assert (len(facts["policy"]), len(facts["thumbprint"]), len(facts["sha1"])) == (100, 64, 40)
    assert claimed(Buffer(b"\xff\xff\xff\x7f")) == {}
