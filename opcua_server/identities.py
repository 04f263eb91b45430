"""What an identity token proves (OPC 10000-4 7.40): nobody, a password, or the key of a user certificate."""

import secrets
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.connection import SecureConnection
from asyncua.common.utils import ServiceError
from asyncua.crypto import uacrypto
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from connections.pki.checks import Anchors, CertificateRefused, check, first_certificate
from connections.pki.own import Own

_DECRYPT = {
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep": uacrypto.decrypt_rsa_oaep,
    "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256": uacrypto.decrypt_rsa_oaep_sha256,
}
_VERIFY = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": uacrypto.verify_sha256,
    "http://opcfoundation.org/UA/security/rsa-pss-sha2-256": uacrypto.verify_pss_sha256,
}
"""What our policies name; nothing older."""
_POLICIES: Mapping[type, str] = {
    ua.AnonymousIdentityToken: "anonymous", ua.UserNameIdentityToken: "username", ua.X509IdentityToken: "certificate",
}  # fmt: skip
"""PolicyIds of the endpoints, as asyncua names them."""
_MOST_BLOCKS = 4
_LENGTH = struct.Struct("<I")
_CODES = ua.StatusCodes


def is_anonymous(token: Any) -> bool:
    """Whether the client gives no identity."""
    nothing = isinstance(token, ua.ExtensionObject) and token.TypeId == ua.NodeId()
    return nothing or isinstance(token, ua.AnonymousIdentityToken)


def check_policy(token: Any) -> None:
    """Raises ServiceError for the id of a policy of another kind of token; that of an anonymous one may be missing."""
    wanted = _POLICIES.get(type(token))
    given = token.PolicyId if wanted is not None else None
    if given != wanted and (given or not is_anonymous(token)):
        raise ServiceError(_CODES.BadIdentityTokenInvalid)


def password(token: ua.UserNameIdentityToken, nonce: bytes, connection: SecureConnection, own: Own) -> str:
    """The password, which must come encrypted: by itself for this session, or by its channel. Raises ServiceError."""
    sent = token.Password or b""
    try:
        if not token.EncryptionAlgorithm:
            if connection.security_policy.Mode != ua.MessageSecurityMode.SignAndEncrypt:
                raise ServiceError(_CODES.BadIdentityTokenRejected)
            return sent.decode("utf-8")
        return _decrypted(token.EncryptionAlgorithm, sent, nonce, own).decode("utf-8")
    except (ValueError, KeyError, struct.error) as error:
        raise ServiceError(_CODES.BadIdentityTokenInvalid) from error


def _decrypted(algorithm: str, sent: bytes, nonce: bytes, own: Own) -> bytes:
    size = own.key.key_size // 8
    if not 0 < len(sent) <= _MOST_BLOCKS * size or len(sent) % size:
        raise ValueError("wrong size")
    decrypt = _DECRYPT[algorithm]
    plain = b"".join(decrypt(own.key, sent[at : at + size]) for at in range(0, len(sent), size))  # type: ignore[no-untyped-call]
    secret = plain[_LENGTH.size : _LENGTH.size + _LENGTH.unpack_from(plain)[0]]
    end = len(secret) - len(nonce)
    if not nonce or end < 0 or not secrets.compare_digest(secret[end:], nonce):
        raise ValueError("not for this session")
    return secret[:end]


def user_certificate(token: ua.X509IdentityToken, signature: Any, nonce: bytes, own: Own) -> x509.Certificate:
    """The certificate whose key signed this session's challenge, sound by itself. Raises ServiceError."""
    try:
        certificate = first_certificate(token.CertificateData or b"")
        check(certificate, Anchors(frozenset({certificate})), datetime.now(UTC))
        challenge = own.certificate.public_bytes(Encoding.DER) + nonce
        _VERIFY[signature.Algorithm](certificate, challenge, signature.Signature or b"")  # type: ignore[no-untyped-call]
    except CertificateRefused as error:
        raise ServiceError(_CODES.BadIdentityTokenInvalid) from error
    except (InvalidSignature, KeyError, ValueError, TypeError) as error:
        raise ServiceError(_CODES.BadUserSignatureInvalid) from error
    return certificate
