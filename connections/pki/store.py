"""The folders of certificates: `trusted`, `issuers` and `crl` count at once, `rejected` waits for a decision."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from connections.log import logger
from connections.pki.checks import Anchors, uris
from plant.errors import InvalidValue, UnknownName

OWN, TRUSTED, REJECTED, ISSUERS, CRL = FOLDERS = "own", "trusted", "rejected", "issuers", "crl"
MOST_REJECTED = 50
MOST_A_MINUTE = 20
"""Strangers remembered in a minute: who floods us with certificates does not push out all others at once."""
_SHORTEST_NAME = 6
_SETTLED = 2_000_000_000
"""Nanoseconds after which a folder's time tells every later change."""
_PEM = b"-----BEGIN"
_T = TypeVar("_T")
_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A certificate in one of the folders."""

    folder: str
    thumbprint: str
    certificate: x509.Certificate
    path: Path

    @property
    def subject(self) -> str:
        """Whose it claims to be; characters that a terminal could take for orders are left out."""
        return _printable(self.certificate.subject.rfc4514_string())

    @property
    def uri(self) -> str:
        """Its ApplicationUri, empty where it has none."""
        return _printable(next(iter(uris(self.certificate)), ""))


class Pki:
    """The certificates of one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._anchors, self._seen = Anchors(), (-1, -1, -1)
        self._remembered: deque[float] = deque(maxlen=MOST_A_MINUTE)
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def anchors(self) -> Anchors:
        """Who is trusted now; the folders are read again when they have changed."""
        times = tuple((self.folder / name).stat().st_mtime_ns for name in (TRUSTED, ISSUERS, CRL))
        if times != self._seen:
            self._anchors = Anchors(
                frozenset(_read(self.folder / TRUSTED, _certificate)),
                frozenset(_read(self.folder / ISSUERS, _certificate)),
                tuple(_read(self.folder / CRL, _revocations)),
            )
            settled = time.time_ns() - max(times) > _SETTLED
            self._seen = (times[0], times[1], times[2]) if settled else (-1, -1, -1)
        return self._anchors

    def remember(self, certificate: x509.Certificate) -> bool:
        """Put a stranger's certificate into `rejected`, unless it is there; the oldest goes when there are too many."""
        path = self.folder / REJECTED / f"{thumbprint(certificate)}.der"
        now = time.monotonic()
        full = len(self._remembered) == MOST_A_MINUTE and now - self._remembered[0] < 60
        if full or path.exists():
            return False
        self._remembered.append(now)
        path.write_bytes(certificate.public_bytes(Encoding.DER))
        found = sorted((self.folder / REJECTED).iterdir(), key=lambda one: one.stat().st_mtime_ns)
        for oldest in found[:-MOST_REJECTED]:
            oldest.unlink(missing_ok=True)
        return True

    def listed(self) -> list[Listed]:
        """What is trusted, known as an issuer, and waiting for a decision."""
        return [
            Listed(name, thumbprint(certificate), certificate, path)
            for name in (TRUSTED, ISSUERS, REJECTED)
            for path in sorted((self.folder / name).iterdir())
            for certificate in _loaded(path, _certificate)
        ]

    def trust(self, name: str) -> Listed:
        """Trust a certificate: a rejected one by the beginning of its thumbprint, or a file.

        Raises UnknownName or InvalidValue.
        """
        file = Path(name)
        if file.is_file():
            return self.add(file.read_bytes(), str(file))
        return self.accept(name)

    def accept(self, name: str) -> Listed:
        """Trust a rejected certificate, by the beginning of its thumbprint. Raises UnknownName."""
        return self._move(self._find(REJECTED, name), TRUSTED)

    def add(self, content: bytes, source: str) -> Listed:
        """Trust the certificate in these bytes (DER or PEM), which came from `source`. Raises InvalidValue."""
        return self._put(TRUSTED, read_certificate(content, source))

    def reject(self, name: str) -> Listed:
        """Trust a certificate no longer, by the beginning of its thumbprint. Raises UnknownName."""
        return self._move(self._find(TRUSTED, name), REJECTED)

    def remove(self, name: str) -> Listed:
        """Forget a rejected certificate, by the beginning of its thumbprint. Raises UnknownName."""
        found = self._find(REJECTED, name)
        found.path.unlink(missing_ok=True)
        return found

    def _find(self, folder: str, name: str) -> Listed:
        short = name.lower().replace(":", "").replace(" ", "")
        found = [one for one in self.listed() if one.folder == folder and one.thumbprint.startswith(short)]
        if len(short) < _SHORTEST_NAME or len({one.thumbprint for one in found}) != 1:
            why = f"at least {_SHORTEST_NAME} of its digits" if len(short) < _SHORTEST_NAME else f"{len(found)} found"
            raise UnknownName(f"'{name[:80]}' does not name one {folder} certificate by its thumbprint ({why})")
        return found[0]

    def _move(self, listed: Listed, folder: str) -> Listed:
        moved = self._put(folder, listed.certificate)
        listed.path.unlink(missing_ok=True)
        return moved

    def _put(self, folder: str, certificate: x509.Certificate) -> Listed:
        path = self.folder / folder / f"{thumbprint(certificate)}.der"
        part = self.folder / f"{path.stem}.part"
        part.write_bytes(certificate.public_bytes(Encoding.DER))
        part.replace(path)
        return Listed(folder, path.stem, certificate, path)


def thumbprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of the certificate in hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _printable(text: str) -> str:
    return "".join(character for character in text[:200] if character.isprintable())


def read_certificate(content: bytes, source: str) -> x509.Certificate:
    """The certificate in these bytes, which came from `source`. Raises InvalidValue."""
    try:
        return _certificate(content)
    except (ValueError, TypeError):
        raise InvalidValue(f"{source} holds no certificate (DER or PEM)") from None


def _read(folder: Path, load: Callable[[bytes], _T]) -> Iterator[_T]:
    for path in sorted(folder.iterdir()):
        yield from _loaded(path, load)


def _loaded(path: Path, load: Callable[[bytes], _T]) -> Iterator[_T]:
    with suppress(FileNotFoundError, IsADirectoryError):
        try:
            yield load(path.read_bytes())
        except (ValueError, TypeError):
            _log.warning("file is not a certificate or revocation list", path=str(path))


def _certificate(data: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(data) if data.startswith(_PEM) else x509.load_der_x509_certificate(data)


def _revocations(data: bytes) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(data) if data.startswith(_PEM) else x509.load_der_x509_crl(data)
