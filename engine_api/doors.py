"""The web door's parts that know secrets: who may come in, and the certificate that it shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from connections.bus import Bus
from connections.lockout import Lockout
from connections.passwords import Passwords
from connections.pki.application import make_own
from connections.pki.own import KEY
from connections.pki.store import OWN, Pki
from connections.secret_files import kept_key
from connections.settings import Settings
from connections.trail import Trail
from connections.users import Users
from engine_api.authentication import Authentication
from engine_api.bearer import Signer

_SIGNING_KEY, _CERTIFICATE = "tokens.key", "https.pem"


@asynccontextmanager
async def open_authentication(settings: Settings, bus: Bus, trail: Trail) -> AsyncIterator[Authentication]:
    """What checks the credentials of requests. Raises Unavailable when the signing key can't be used."""
    signer = Signer(kept_key(settings.secrets_folder / _SIGNING_KEY))
    with closing(Users(settings.sql_url)) as users:
        passwords = Passwords(users, Lockout(bus), trail)
        yield Authentication(users, signer, passwords, settings.http_anonymous, settings.access.recheck)


def tls_files(settings: Settings) -> tuple[Path, Path]:
    """The certificate (PEM) and the key that HTTPS shows: those of OPC UA. Raises Unavailable."""
    pki = Pki(settings.pki_folder)
    own = make_own(settings, pki)
    pem = settings.secrets_folder / _CERTIFICATE
    text = own.certificate.public_bytes(Encoding.PEM)
    if not pem.exists() or pem.read_bytes() != text:
        pem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        pem.write_bytes(text)
    return pem, pki.folder / OWN / KEY
