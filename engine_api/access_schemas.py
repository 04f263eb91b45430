"""The shapes of signing in, users and API keys: what is asked (strict) and what is answered."""

from typing import Annotated, Literal

from pydantic import Field

from connections.users import LONGEST_PASSWORD, SHORTEST_PASSWORD
from engine_api.schemas import Answered, Asked, Time
from plant.access import Right, User

RoleName = Literal["viewer", "operator", "engineer", "admin"]
Scope = Annotated[str, Field(json_schema_extra={"enum": [str(right) for right in Right]}, examples=["read"])]
UserName = Annotated[str, Field(min_length=1, max_length=100, examples=["eva"])]
Password = Annotated[
    str,
    Field(
        max_length=LONGEST_PASSWORD,
        description=f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
        json_schema_extra={"format": "password", "writeOnly": True},
        examples=["correct horse battery"],
    ),
]


class SignInBody(Asked):
    """A name and its password."""

    name: UserName
    password: Password


class SetupBody(Asked):
    """The first administrator; `token` is the set-up token that the engine printed when it started."""

    token: str = Field(max_length=100, examples=["printed when the engine started"])
    name: UserName
    password: Password


class SetupAnswer(Answered):
    """Whether there is an administrator."""

    needed: bool = Field(description="True until the first administrator is made", examples=[True])


class TokenAnswer(Answered):
    """What OAuth2 answers (RFC 6749): a short-lived access token, and one that renews it once."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiJ9..."])
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind, not a token
    expires_in: int = Field(description="Seconds", examples=[900])
    refresh_token: str = Field(examples=["r_5f1c0a9be3d24c77..."])


class MeAnswer(Answered):
    """Who makes the request."""

    name: str | None = Field(description="null for whoever gave no name", examples=["eva"])
    role: RoleName = Field(examples=["operator"])
    rights: list[Scope] = Field(examples=[["read", "operate"]])
    supervises: bool = Field(description="Whether every simulation is to be seen and moved")
    open: bool = Field(description="Whether nobody has to sign in here")


class UserAnswer(Answered):
    """One account, without secrets."""

    name: str = Field(examples=["eva"])
    role: RoleName = Field(examples=["operator"])
    password: bool = Field(description="Whether a password opens it")
    certificate: str | None = Field(description="SHA-256 thumbprint of its OPC UA user certificate")
    disabled: bool


class UsersAnswer(Answered):
    """All accounts."""

    users: list[UserAnswer]


class UserBody(Asked):
    """A new account."""

    name: UserName
    role: RoleName
    password: Password


class UserChange(Asked):
    """What is to be different; what is left out stays."""

    role: RoleName | None = None
    password: Password | None = None
    disabled: bool | None = None


class PasswordChange(Asked):
    """One's own password; all sign-ins end."""

    old: Password
    new: Password


class KeyBody(Asked):
    """A new API key of one's own."""

    label: str = Field(min_length=1, max_length=100, examples=["historian"])
    scopes: list[Scope] = Field(min_length=1, max_length=len(Right), examples=[["read"]])
    days: float = Field(default=90.0, description="Until it ends", examples=[90])


class KeyAnswer(Answered):
    """One API key, without its secret."""

    id: str = Field(examples=["5f1c0a9be3d24c77"])
    user: str = Field(examples=["eva"])
    label: str = Field(examples=["historian"])
    scopes: list[Scope]
    created_at: Time
    expires_at: Time
    revoked: bool


class NewKeyAnswer(KeyAnswer):
    """A new API key; `key` is shown this once and never again."""

    key: str = Field(examples=["pde_5f1c0a9be3d24c77_..."])


class KeysAnswer(Answered):
    """API keys, the newest first."""

    keys: list[KeyAnswer]


def role_of(name: RoleName) -> User:
    """The role with this name."""
    return User(name)


class CertificateBody(Asked):
    """A certificate to trust in advance."""

    pem: str = Field(max_length=20_000, description="As text (PEM)", examples=["-----BEGIN CERTIFICATE-----\n..."])


class CertificateAnswer(Answered):
    """The certificate of an OPC UA client, or of an authority."""

    folder: str = Field(json_schema_extra={"enum": ["trusted", "issuers", "rejected"]}, examples=["rejected"])
    thumbprint: str = Field(description="SHA-256 in hexadecimal digits", examples=["3fa94c21" * 8])
    subject: str = Field(examples=["CN=UaExpert@laptop"])
    application_uri: str = Field(examples=["urn:laptop:UnifiedAutomation:UaExpert"])
    valid_from: Time
    valid_until: Time


class CertificatesAnswer(Answered):
    """What is trusted, known as an issuer, and waiting for a decision."""

    certificates: list[CertificateAnswer]
