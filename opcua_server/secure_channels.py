"""Who may open a channel: decided from the header of the first message, before any work with our private key."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import Buffer, ServiceError
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
    SecurityPolicyNone,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from connections.log import logger
from connections.pki.application import APPLICATION_URI
from connections.pki.checks import Cause, CertificateRefused, check, first_certificate, uris
from connections.pki.own import Own
from connections.pki.store import Pki, thumbprint
from opcua_server.decoding import read_struct
from opcua_server.hello import check_hello
from opcua_server.host_names import HostNames
from opcua_server.refusals import Refusals

REFUSAL_DELAY = 1.0
"""Seconds that a stranger waits for a refusal: connections of one address are counted, so this limits the rate."""
POLICIES = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt, ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt, ua.SecurityPolicyType.Aes128Sha256RsaOaep_Sign,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt, ua.SecurityPolicyType.Aes256Sha256RsaPss_Sign,
]  # fmt: skip
_URIS = {
    policy.URI
    for policy in (SecurityPolicyBasic256Sha256, SecurityPolicyAes128Sha256RsaOaep, SecurityPolicyAes256Sha256RsaPss)
}
_MODES = {ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt}
_SHORTEST_LIFE_MS, _LONGEST_LIFE_MS = 10_000, 3_600_000
_SESSION_NONCE = 32
_CODES = ua.StatusCodes
_STATUS = {
    Cause.INVALID: _CODES.BadCertificateInvalid,
    Cause.UNTRUSTED: _CODES.BadSecurityChecksFailed,
    Cause.REVOKED: _CODES.BadCertificateRevoked,
    Cause.TIME: _CODES.BadCertificateTimeInvalid,
    Cause.ISSUER_TIME: _CODES.BadCertificateIssuerTimeInvalid,
    Cause.WEAK: _CODES.BadCertificatePolicyCheckFailed,
    Cause.USE: _CODES.BadCertificateUseNotAllowed,
}
"""Part 4 table 100: a stranger learns only that the checks failed."""
_log = logger(__name__)


class Guard:
    """The decisions about channels and whose sessions they carry."""

    def __init__(
        self, own: Own | None, pki: Pki | None, without_security: bool, hosts: HostNames | None = None
    ) -> None:
        self._pki, self._without_security = pki, without_security
        der = b"" if own is None else own.certificate.public_bytes(Encoding.DER)
        self._thumbprint = hashlib.sha1(der, usedforsecurity=False).digest()
        self.refusals, self.hosts = Refusals(), hosts or HostNames()

    def check_message(self, header: Any, body: Buffer, connection: SecureConnection, peer: Any) -> None:
        """Check a chunk's claims before it is decrypted. Raises ServiceError."""
        if header.MessageType in {ua.MessageType.SecureMessage, ua.MessageType.SecureClose}:
            if not connection.is_open():
                raise ServiceError(_CODES.BadSecureChannelIdInvalid)
            if signed(connection) and _over(connection):
                raise ServiceError(_CODES.BadSecureChannelTokenUnknown)
        elif header.MessageType == ua.MessageType.SecureOpen:
            claims = read_struct(ua.AsymmetricAlgorithmHeader, body.copy(header.body_size))
            if connection.is_open() and header.ChannelId != connection.security_token.ChannelId:
                raise ServiceError(_CODES.BadSecureChannelIdInvalid)
            self._check_open(claims, connection, peer)
        elif header.MessageType == ua.MessageType.Hello:
            check_hello(read_struct(ua.Hello, body.copy(header.body_size)), connection)

    def check_request(self, request: ua.OpenSecureChannelParameters, connection: SecureConnection) -> None:
        """Check what the first message asks for, and bound its life. Raises ServiceError."""
        policy, renews = connection.security_policy, request.RequestType == ua.SecurityTokenRequestType.Renew
        if renews != connection.is_open():
            raise ServiceError(_CODES.BadSecureChannelIdInvalid if renews else _CODES.BadRequestTypeInvalid)
        if policy.URI == SecurityPolicyNone.URI:
            if request.SecurityMode != ua.MessageSecurityMode.None_:
                raise ServiceError(_CODES.BadSecurityModeRejected)
        else:
            if request.SecurityMode not in _MODES:
                raise ServiceError(_CODES.BadSecurityModeRejected)
            if connection.is_open() and request.SecurityMode != policy.Mode:
                raise ServiceError(_CODES.BadSecurityModeRejected)
            if len(request.ClientNonce or b"") != policy.secure_channel_nonce_length:
                raise ServiceError(_CODES.BadNonceInvalid)
        life = min(max(int(request.RequestedLifetime), _SHORTEST_LIFE_MS), _LONGEST_LIFE_MS)
        request.RequestedLifetime = ua.UInt32(life)

    def check_session(self, request: ua.CreateSessionParameters, connection: SecureConnection) -> None:
        """A session belongs to the application that opened the channel (Part 4 5.6.2). Raises ServiceError."""
        if request.ServerUri and request.ServerUri != APPLICATION_URI:
            raise ServiceError(_CODES.BadServerUriInvalid)
        certificate = connection.security_policy.peer_certificate
        if not (signed(connection) and certificate):
            if not self._without_security:
                raise ServiceError(_CODES.BadSecurityModeRejected)
            return
        given = request.ClientCertificate or b""
        if not given.startswith(certificate):
            _readable(given)
            raise ServiceError(_CODES.BadSecurityChecksFailed)
        if len(request.ClientNonce or b"") < _SESSION_NONCE:
            raise ServiceError(_CODES.BadNonceInvalid)
        if request.ClientDescription.ApplicationUri not in uris(first_certificate(certificate)):
            raise ServiceError(_CODES.BadCertificateUriInvalid)

    def _check_open(self, claims: ua.AsymmetricAlgorithmHeader, connection: SecureConnection, peer: Any) -> None:
        held, given = connection.security_policy, claims.SenderCertificate or b""
        if connection.is_open() and (claims.SecurityPolicyURI != held.URI or not _same(held.peer_certificate, given)):
            raise ServiceError(_CODES.BadSecurityChecksFailed)
        if claims.SecurityPolicyURI == SecurityPolicyNone.URI:
            return
        if self._pki is None or claims.SecurityPolicyURI not in _URIS:
            raise ServiceError(_CODES.BadSecurityPolicyRejected)
        if claims.ReceiverCertificateThumbPrint != self._thumbprint:
            raise ServiceError(_CODES.BadCertificateInvalid)
        self._check_trust(self._pki, given, peer)

    @staticmethod
    def _check_trust(pki: Pki, given: bytes, peer: Any) -> None:
        certificate = _readable(given)
        try:
            check(certificate, pki.anchors(), datetime.now(UTC))
        except CertificateRefused as refused:
            if refused.cause is Cause.UNTRUSTED and pki.remember(certificate):
                _log.warning("unknown client certificate", peer=peer, thumbprint=thumbprint(certificate))
            raise ServiceError(_STATUS[refused.cause]) from refused


def signed(connection: SecureConnection) -> bool:
    """Whether the channel's messages are signed, so that its client has proved whose certificate it is."""
    return connection.security_policy.Mode in _MODES


def _readable(given: bytes) -> Certificate:
    try:
        return first_certificate(given)
    except CertificateRefused as refused:
        raise ServiceError(_STATUS[refused.cause]) from refused


def _over(connection: SecureConnection) -> bool:
    """Whether the channel should have been renewed, which is when trust is asked for again (Part 4 5.5.2.1)."""
    renewed = connection.next_security_token
    token = renewed if renewed.TokenId else connection.security_token
    end: datetime = token.CreatedAt + timedelta(milliseconds=1.25 * token.RevisedLifetime)
    return datetime.now(UTC) > end


def _same(held: bytes | None, given: bytes) -> bool:
    return given.startswith(held) if held else True
