"""What a certificate of a peer has to be (OPC 10000-4 6.1.3): trusted first, then valid, unrevoked and strong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

LONGEST_CHAIN = 5
LARGEST = 16_384
"""Bytes of certificates that are looked at."""
KEY_BITS = range(2048, 4097)
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_SHORT_FORM = 0x80


class Cause(StrEnum):
    """Why a certificate is refused."""

    INVALID = "not a certificate that can be read"
    UNTRUSTED = "not trusted"
    REVOKED = "revoked by its issuer"
    TIME = "outside its time of validity"
    ISSUER_TIME = "an issuer is outside its time of validity"
    WEAK = "the key or the signature algorithm is not strong enough"
    USE = "not made for signing"


class CertificateRefused(Exception):  # noqa: N818 - the word users meet
    """A peer's certificate can't be accepted."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Anchors:
    """Who is trusted: certificates of peers or of authorities, further authorities to build chains, revocations."""

    trusted: frozenset[x509.Certificate] = frozenset()
    issuers: frozenset[x509.Certificate] = frozenset()
    revocations: tuple[x509.CertificateRevocationList, ...] = ()


def first_certificate(data: bytes) -> x509.Certificate:
    """The peer's own certificate in a chain as it was sent; its issuers are taken from our folders only.

    Raises CertificateRefused.
    """
    if not 0 < len(data) <= LARGEST:
        raise CertificateRefused(Cause.INVALID)
    try:
        certificate = x509.load_der_x509_certificate(data[: _length(data)])
        certificate.public_key()
        tuple(certificate.extensions)
    except (ValueError, IndexError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateRefused(Cause.INVALID) from error
    return certificate


def check(certificate: x509.Certificate, anchors: Anchors, now: datetime) -> None:
    """Raise CertificateRefused unless the certificate may be used; trust comes first, so strangers learn no more."""
    path = _path(certificate, anchors)
    if not anchors.trusted.intersection(path):
        raise CertificateRefused(Cause.UNTRUSTED)
    for number, each in enumerate(path):
        if not each.not_valid_before_utc <= now <= each.not_valid_after_utc:
            raise CertificateRefused(Cause.ISSUER_TIME if number else Cause.TIME)
        if not _strong(each):
            raise CertificateRefused(Cause.WEAK)
    for child, issuer in pairwise(path):
        if any(_revokes(issuer, each, child) for each in anchors.revocations):
            raise CertificateRefused(Cause.REVOKED)
    if not _may_sign(certificate):
        raise CertificateRefused(Cause.USE)


def uris(certificate: x509.Certificate) -> list[str]:
    """The ApplicationUris that the certificate names."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return list(names.get_values_for_type(x509.UniformResourceIdentifier))


def _length(data: bytes) -> int:
    """Bytes of the first DER element."""
    if data[1] < _SHORT_FORM:
        return 2 + data[1]
    size = data[1] - _SHORT_FORM
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big")


def _path(certificate: x509.Certificate, anchors: Anchors) -> list[x509.Certificate]:
    """The certificate and its known issuers, upwards; a loop of issuers ends it."""
    path = [certificate]
    for _ in range(LONGEST_CHAIN):
        issuer = next(_issuers_of(path[-1], anchors), None)
        if issuer is None or issuer in path:
            break
        path.append(issuer)
    return path


def _issuers_of(certificate: x509.Certificate, anchors: Anchors) -> Iterator[x509.Certificate]:
    if certificate.issuer == certificate.subject:
        return
    for issuer in anchors.trusted | anchors.issuers:
        if issuer.subject == certificate.issuer and _is_authority(issuer) and _signed(certificate, issuer):
            yield issuer


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _signed(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _revokes(issuer: x509.Certificate, revocations: x509.CertificateRevocationList, child: x509.Certificate) -> bool:
    key = issuer.public_key()
    if revocations.issuer != issuer.subject or not isinstance(key, (RSAPublicKey, EllipticCurvePublicKey)):
        return False
    if not revocations.is_signature_valid(key):
        return False
    return revocations.get_revoked_certificate_by_serial_number(child.serial_number) is not None


def _strong(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return False
    return isinstance(key, RSAPublicKey) and key.key_size in KEY_BITS and isinstance(algorithm, _STRONG)


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        return True
