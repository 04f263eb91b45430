"""An OPC UA client over Basic256Sha256, Sign & Encrypt, as somebody on another machine would connect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from asyncua import Client
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256

from tests.certificates import URI, Holder
from tests.engine import Engine


@asynccontextmanager
async def encrypted(
    engine: Engine, holder: Holder, folder: Path, name: str | None = None, password: str = ""
) -> AsyncIterator[Client]:
    """A client with this certificate, with a name and a password or without."""
    certificate, key = holder.save(folder)
    client = Client(engine.opcua, timeout=30)
    client.application_uri = URI
    if name is not None:
        client.set_user(name)
        client.set_password(password)
    await client.set_security(
        SecurityPolicyBasic256Sha256, str(certificate), str(key),
        server_certificate=str(engine.data / "pki" / "own" / "certificate.der"),
    )  # fmt: skip
    async with client:
        yield client
