"""What the guard decides from a channel's own state."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from asyncua import ua
from asyncua.common.connection import SecureConnection, TransportLimits
from asyncua.common.utils import Buffer, ServiceError
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256, SecurityPolicyNone

from opcua_server.secure_channels import Guard
from tests.certificates import made

CODES, RENEW = ua.StatusCodes, ua.SecurityTokenRequestType.Renew
MESSAGE = SimpleNamespace(MessageType=ua.MessageType.SecureMessage)
GUARD = Guard(None, None, without_security=False)


def channel(age: float = 0.0) -> SecureConnection:
    """An open channel whose token lives ten seconds and was issued so many seconds ago."""
    holder = made()
    policy = SecurityPolicyBasic256Sha256(
        holder.certificate, holder.certificate, holder.key, ua.MessageSecurityMode.Sign
    )
    connection = SecureConnection(policy, TransportLimits())
    connection._open = True
    created = datetime.now(UTC) - timedelta(seconds=age)
    connection.security_token = ua.ChannelSecurityToken(ua.UInt32(1), ua.UInt32(1), created, ua.UInt32(10_000))
    return connection


def ask(connection: SecureConnection) -> int:
    try:
        GUARD.check_message(MESSAGE, Buffer(b""), connection, None)
    except ServiceError as error:
        return error.code
    return 0


def test_a_channel_that_is_not_renewed_ends() -> None:
    assert ask(channel(12.0)) == 0
    late = channel(13.0)
    assert ask(late) == CODES.BadSecureChannelTokenUnknown
    late.next_security_token = ua.ChannelSecurityToken(ua.UInt32(1), ua.UInt32(2), datetime.now(UTC), ua.UInt32(10_000))
    assert ask(late) == 0  # renewed, the new token not used yet


def test_without_security_no_session_where_it_is_not_allowed() -> None:
    plain = SecureConnection(SecurityPolicyNone(), TransportLimits())
    with pytest.raises(ServiceError) as refused:
        GUARD.check_session(ua.CreateSessionParameters(), plain)
    assert refused.value.code == CODES.BadSecurityModeRejected
    Guard(None, None, without_security=True).check_session(ua.CreateSessionParameters(), plain)


@pytest.mark.parametrize(
    ("mode", "nonce", "code"),
    [
        (ua.MessageSecurityMode.None_, b"\1" * 32, CODES.BadSecurityModeRejected),
        (ua.MessageSecurityMode.SignAndEncrypt, b"\1" * 32, CODES.BadSecurityModeRejected),  # it was opened with Sign
        (ua.MessageSecurityMode.Sign, b"\1" * 31, CODES.BadNonceInvalid),
        (ua.MessageSecurityMode.Sign, None, CODES.BadNonceInvalid),
    ],
)
def test_what_a_renewal_may_not_ask_for(mode: ua.MessageSecurityMode, nonce: bytes | None, code: int) -> None:
    request = ua.OpenSecureChannelParameters(RequestType=RENEW, SecurityMode=mode, ClientNonce=nonce)
    with pytest.raises(ServiceError) as refused:
        GUARD.check_request(request, channel())
    assert refused.value.code == code


@pytest.mark.parametrize(("asked", "given"), [(0, 10_000), (60_000, 60_000), (2**32 - 1, 3_600_000)])
def test_the_life_of_a_token_is_bounded(asked: int, given: int) -> None:
    request = ua.OpenSecureChannelParameters(
        RequestType=RENEW, SecurityMode=ua.MessageSecurityMode.Sign, ClientNonce=ua.ByteString(b"\1" * 32),
        RequestedLifetime=ua.UInt32(asked),
    )  # fmt: skip
    GUARD.check_request(request, channel())
    assert request.RequestedLifetime == given
