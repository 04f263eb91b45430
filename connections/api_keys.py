"""API keys: for programs, with scopes and an end; only their hashes are kept. Synchronous: call from a thread."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, String, Table, func, insert, select, update

from connections.database import METADATA
from connections.tokens import digest
from connections.users import USERS, Users, naive_now
from plant.access import RIGHTS, Right
from plant.access import User as Role
from plant.errors import NoCapacity, OutOfRange, UnknownName, WrongType

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("user", String(100), nullable=False, index=True),
    Column("label", String(100), nullable=False),
    Column("secret", String(64), nullable=False, comment="SHA-256"),
    Column("scopes", String(100), nullable=False, comment="rights, with spaces between them"),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("revoked", Boolean, nullable=False),
)
PREFIX = "pde_"
LONGEST_DAYS = 3660.0
MOST_KEYS = 100
"""Of one user, those that stand."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key, without its secret, and its user's role as it is now."""

    id: str
    user: str
    role: Role
    label: str
    scopes: frozenset[Right]
    created_at: datetime
    expires_at: datetime
    revoked: bool


class ApiKeys:
    """The keys in the database of these users."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def add(self, user: str, label: str, scopes: Collection[str], days: float) -> tuple[str, str]:
        """A new key: its id, and the key itself, which can never be shown again.

        Raises UnknownName for the user, WrongType or OutOfRange for what is not allowed, NoCapacity.
        """
        row = {
            "id": secrets.token_hex(8), "user": self._users.get(user).name, "label": _checked_label(label),
            "scopes": " ".join(sorted(_checked_scopes(scopes, self._users.get(user).role))), "revoked": False,
        }  # fmt: skip
        if not 0 < days <= LONGEST_DAYS:
            raise OutOfRange(f"days = {days:g} is outside 0..{LONGEST_DAYS:g}")
        secret, now = secrets.token_urlsafe(32), naive_now()
        row |= {"secret": digest(secret), "created_at": now, "expires_at": now + timedelta(days=days)}
        with self._users.transaction() as connection:
            standing = select(func.count()).where(
                API_KEYS.c.user == user, API_KEYS.c.revoked.is_(False), API_KEYS.c.expires_at > now
            )
            if (connection.execute(standing).scalar() or 0) >= MOST_KEYS:
                raise NoCapacity(f"{user} has {MOST_KEYS} API keys already: revoke one first")
            connection.execute(insert(API_KEYS).values(row))
        return str(row["id"]), f"{PREFIX}{row['id']}_{secret}"

    def standing(self, key: str) -> ApiKey | None:
        """The key's facts, unless it is none, over, revoked, or its user gone or disabled."""
        number, _, secret = key.removeprefix(PREFIX).partition("_")
        query = _WITH_ROLES.where(API_KEYS.c.id == number, API_KEYS.c.revoked.is_(False), USERS.c.disabled.is_(False))
        with self._users.reading() as connection:
            row = connection.execute(query.where(API_KEYS.c.expires_at > naive_now())).mappings().first()
        known = row is not None and secrets.compare_digest(row["secret"], digest(secret))
        return _api_key(row) if row is not None and known else None

    def all(self, user: str | None = None) -> list[ApiKey]:
        """The keys of one user, or of all, the newest first."""
        query = _WITH_ROLES.order_by(API_KEYS.c.created_at.desc(), API_KEYS.c.id)
        with self._users.reading() as connection:
            rows = connection.execute(query if user is None else query.where(API_KEYS.c.user == user)).mappings()
            return [_api_key(row) for row in rows]

    def revoke(self, number: str, user: str | None = None) -> ApiKey:
        """End a key (of this user); its facts. Raises UnknownName."""
        found = [one for one in self.all(user) if one.id == number]
        if not found:
            raise UnknownName(f"there is no API key '{number[:40]}'")
        with self._users.transaction() as connection:
            connection.execute(update(API_KEYS).where(API_KEYS.c.id == number).values(revoked=True))
        return found[0]

    def revoke_user(self, user: str) -> int:
        """End every key of a user; how many there were."""
        with self._users.transaction() as connection:
            query = update(API_KEYS).where(API_KEYS.c.user == user, API_KEYS.c.revoked.is_(False))
            return int(connection.execute(query.values(revoked=True)).rowcount)


_WITH_ROLES = select(API_KEYS, USERS.c.role).join(USERS, USERS.c.name == API_KEYS.c.user)


def _api_key(row: Mapping[Any, Any]) -> ApiKey:
    scopes = frozenset(Right(word) for word in row["scopes"].split())
    return ApiKey(
        row["id"], row["user"], Role(row["role"]), row["label"], scopes, row["created_at"], row["expires_at"],
        bool(row["revoked"]),
    )  # fmt: skip


def _checked_label(label: str) -> str:
    if not 0 < len(label) <= 100 or not label.isprintable() or label != label.strip():
        raise OutOfRange("a key's label has 1 to 100 printable characters and no space around them")
    return label


def _checked_scopes(scopes: Collection[str], role: Role) -> frozenset[Right]:
    try:
        wanted = frozenset(Right(word) for word in scopes)
    except ValueError as error:
        raise WrongType(f"scopes are {', '.join(Right)}: {error}") from None
    if not wanted:
        raise OutOfRange(f"a key needs at least one scope of {', '.join(Right)}")
    if more := wanted - RIGHTS[role]:
        raise OutOfRange(f"the role '{role}' has not {', '.join(sorted(more))}: a key can't either")
    return wanted
