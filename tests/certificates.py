"""Certificates of clients and authorities for the tests, each with exactly one thing wrong where that is wanted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

URI = "urn:test:client"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Its files, named by its serial number: certificate and key."""
        paths = folder / f"{self.certificate.serial_number:x}.der", folder / f"{self.certificate.serial_number:x}.pem"
        paths[0].write_bytes(self.der)
        paths[1].write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return paths


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def made(
    name: str = "client", uri: str = URI, issuer: Holder | None = None, *, bits: int = 2048, start: timedelta = -DAY,
    end: timedelta = DAY, algorithm: hashes.HashAlgorithm | None = None, authority: bool = False, signs: bool = True,
    key: RSAPrivateKey | None = None, issuer_name: str | None = None,
) -> Holder:  # fmt: skip
    """A certificate; signed by itself unless there is an issuer."""
    key = key or generate_private_key(65537, bits)
    now = datetime.now(UTC)
    issued_by = named(issuer_name) if issuer_name else (issuer.certificate.subject if issuer else named(name))
    builder = x509.CertificateBuilder(issued_by, named(name), key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now + start).not_valid_after(now + end)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    usage = x509.KeyUsage(signs, signs, True, True, False, authority, authority, False, False)
    builder = builder.add_extension(usage, critical=True)
    return Holder(builder.sign(issuer.key if issuer else key, algorithm or hashes.SHA256()), key)


def revocations(authority: Holder, *revoked: Holder) -> bytes:
    """The authority's list of what it revokes."""
    now = datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder(authority.certificate.subject, now - DAY, now + DAY)
    for each in revoked:
        entry = x509.RevokedCertificateBuilder(each.certificate.serial_number, now - DAY).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)
