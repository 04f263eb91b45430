"""The application's own certificate and key: made at the first start, kept, renewed in time, replaceable."""

import ipaddress
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plant.errors import Unavailable

CERTIFICATE, KEY = "certificate.der", "private_key.pem"
_BITS, _LIFE, _RENEWAL = 2048, timedelta(days=5 * 365), timedelta(days=30)
_BACKDATED = timedelta(hours=1)
"""Clocks of clients may be a little behind."""


@dataclass(frozen=True, slots=True)
class Own:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names and addresses: those that a certificate must name, and those that it names too when it is made anyway.

    Addresses of interfaces change; a new certificate for each change would cost every client's trust.
    """

    needed: frozenset[str]
    more: frozenset[str] = frozenset()


def own_certificate(folder: Path, name: str, uri: str, hosts: Hosts) -> Own:
    """The certificate in this folder; made where there is none, renewed when it ends within 30 days or lacks a host.

    A renewed certificate keeps its key. One that somebody else signed is never replaced.
    Raises Unavailable when the files can't be read or do not belong together.
    """
    try:
        key = _key(folder / KEY)
        found = _read(folder / CERTIFICATE)
        if found is None or _outdated(found, hosts.needed):
            found = _made(key, name, uri, hosts.needed | hosts.more | (_hosts(found) if found else set()))
            _write(folder / CERTIFICATE, found.public_bytes(Encoding.DER), 0o644)
    except (OSError, ValueError, TypeError) as error:
        raise Unavailable(f"the application certificate in {folder} can't be used: {error}") from error
    if found.public_key() != key.public_key():
        raise Unavailable(f"{folder / CERTIFICATE} and {folder / KEY} do not belong together")
    return Own(found, key)


def _outdated(found: x509.Certificate, hosts: Collection[str]) -> bool:
    if found.issuer != found.subject:
        return False
    return found.not_valid_after_utc - datetime.now(UTC) < _RENEWAL or not set(hosts) <= _hosts(found)


def _hosts(certificate: x509.Certificate) -> set[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}


def _key(path: Path) -> RSAPrivateKey:
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError(f"{path} is not an RSA key")
        return key
    key = generate_private_key(65537, _BITS)
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    return key


def _read(path: Path) -> x509.Certificate | None:
    return x509.load_der_x509_certificate(path.read_bytes()) if path.exists() else None


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, readable for others only if so wanted from the beginning."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _made(key: RSAPrivateKey, name: str, uri: str, hosts: Collection[str]) -> x509.Certificate:
    now, public = datetime.now(UTC), key.public_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri), *map(_general_name, sorted(hosts))])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True,
        key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = x509.CertificateBuilder(subject, subject, public, x509.random_serial_number())
    builder = builder.not_valid_before(now - _BACKDATED).not_valid_after(now + _LIFE)
    builder = builder.add_extension(names, critical=False).add_extension(usage, critical=True)
    builder = builder.add_extension(purposes, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(public)
    return builder.add_extension(identifier, critical=False).sign(key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
