"""Every door of the server: security policy, message mode and identity, and what a client needs to come in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connections.pki.store import Pki, thumbprint
from connections.users import Users
from plant.access import User
from tests.certificates import Holder, made
from tests.interop.makers import IDENTITIES, POLICIES, Maker

USER, ADMIN, PASSWORD = "eva", "ada", "correct horse battery"
APPLICATION_URI = "urn:pde:interop"
TOOLS_URI = "urn:example.org:FreeOpcUa:opcua-asyncio"
"""The name that asyncua's tools give themselves; they have no option for another."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way to come in."""

    policy: str
    mode: str
    identity: str

    def __str__(self) -> str:
        return f"{self.policy}, {self.mode}, {self.identity}"


def doors(maker: Maker) -> Iterator[Door]:
    """All that the client can try."""
    for policy in POLICIES:
        for mode in ("None",) if policy == "None" else ("Sign", "SignAndEncrypt"):
            for identity in IDENTITIES:
                if not {policy, identity} & maker.lacks.keys() and (policy, identity) not in maker.closed:
                    yield Door(policy, mode, identity)


@dataclass(frozen=True, slots=True)
class Keys:
    """Files of the certificates that the server trusts: DER and PEM, and the key in PEM as PKCS #8 and as PKCS #1."""

    application: Path
    application_pem: Path
    application_key: Path
    application_rsa_key: Path
    user: Path
    user_pem: Path
    user_key: Path
    user_rsa_key: Path
    tools: Path
    tools_pem: Path
    tools_key: Path
    tools_rsa_key: Path

    def options(self, door: Door) -> dict[str, str]:
        """The options of a client for this door."""
        options = {"policy": door.policy, "certificate": str(self.application), "key": str(self.application_key)}
        if door.policy != "None":
            options["mode"] = door.mode
        if door.identity == "user name":
            options |= {"user": USER, "password": PASSWORD}
        if door.identity == "user certificate":
            options |= {"user-certificate": str(self.user), "user-key": str(self.user_key)}
        return options


def open_doors(folder: Path, pki: Pki, users: Users) -> Keys:
    """Make the certificates, have the server trust them, add the users."""
    folder.mkdir()
    application, user = made("PDE interoperability test", APPLICATION_URI), made("plc", "urn:pde:interop:user")
    tools = made("asyncua's tools", TOOLS_URI)
    holders = {"application": application, "user": user, "tools": tools}
    keys = Keys(*(path for name, holder in holders.items() for path in _saved(folder, name, holder)))
    for holder in holders.values():  # Telegraf has one certificate for channel and user
        pki.remember(holder.certificate)
        pki.trust(thumbprint(holder.certificate))
    users.add(USER, User.ENGINEER, PASSWORD)
    users.add(ADMIN, User.ADMIN, PASSWORD)
    users.add("plc", User.ENGINEER, certificate=thumbprint(user.certificate))
    return keys


def _saved(folder: Path, name: str, holder: Holder) -> Iterator[Path]:
    key, plain = holder.key.private_bytes, NoEncryption()
    contents = {
        "der": holder.der,
        "crt": holder.certificate.public_bytes(Encoding.PEM),
        "pem": key(Encoding.PEM, PrivateFormat.PKCS8, plain),
        "rsa.pem": key(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, plain),
    }
    for suffix, content in contents.items():
        path = folder / f"{name}.{suffix}"
        path.write_bytes(content)
        yield path
