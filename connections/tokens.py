"""Who is signed in: one row for each sign-in, by which its tokens are renewed, and taken back. Synchronous."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Table, delete, insert, select, update

from connections.database import METADATA
from connections.users import USERS, Users, naive_now
from plant.access import User as Role

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("user", String(100), nullable=False, index=True),
    Column("kind", String(10), nullable=False, comment="bearer or session"),
    Column("secret", String(64), nullable=True, comment="SHA-256 of a session's cookie"),
    Column("generation", Integer, nullable=False, comment="how often its refresh token was changed"),
    Column("address", String(100), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("expires_at", DateTime, nullable=False),
    Column("revoked", Boolean, nullable=False),
)
MOST_SIGN_INS = 200
"""Of one user; the oldest end beyond that."""


class Kind(StrEnum):
    """How a sign-in proves itself."""

    BEARER = "bearer"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in that stands, and the user's role as it is now."""

    id: str
    user: str
    role: Role
    kind: Kind
    generation: int
    address: str
    created_at: datetime
    expires_at: datetime


class SignIns:
    """The sign-ins in the database of these users."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def open(self, user: str, kind: Kind, seconds: float, address: str, secret: str | None = None) -> str:
        """Remember a new sign-in; its id. Those that are over are forgotten."""
        number, now = secrets.token_hex(16), naive_now()
        row = {
            "id": number, "user": user, "kind": str(kind), "secret": secret and digest(secret), "generation": 1,
            "address": address[:100], "created_at": now, "expires_at": now + timedelta(seconds=seconds),
            "revoked": False,
        }  # fmt: skip
        with self._users.transaction() as connection:
            connection.execute(delete(SIGN_INS).where(SIGN_INS.c.expires_at < now))
            connection.execute(insert(SIGN_INS).values(row))
            own = select(SIGN_INS.c.id).where(SIGN_INS.c.user == user).order_by(SIGN_INS.c.created_at.desc())
            kept = connection.execute(own.limit(MOST_SIGN_INS)).scalars().all()
            if len(kept) == MOST_SIGN_INS:
                connection.execute(delete(SIGN_INS).where(SIGN_INS.c.user == user, SIGN_INS.c.id.not_in(kept)))
        return number

    def standing(self, number: str) -> SignIn | None:
        """The sign-in with this id, unless it is over, revoked, or its user is gone or disabled."""
        return self._one(SIGN_INS.c.id == number)

    def by_secret(self, secret: str) -> SignIn | None:
        """The standing session with this cookie."""
        return self._one(SIGN_INS.c.secret == digest(secret))

    def renew(self, number: str, generation: int, seconds: float) -> bool:
        """Change the refresh token of this generation; False when it was changed before."""
        until = naive_now() + timedelta(seconds=seconds)
        with self._users.transaction() as connection:
            query = update(SIGN_INS).where(SIGN_INS.c.id == number, SIGN_INS.c.generation == generation)
            done = connection.execute(query.values(generation=generation + 1, expires_at=until))
            return bool(done.rowcount)

    def revoke(self, number: str) -> bool:
        """End a sign-in with all its tokens; whether it stood."""
        with self._users.transaction() as connection:
            query = update(SIGN_INS).where(SIGN_INS.c.id == number, SIGN_INS.c.revoked.is_(False))
            return bool(connection.execute(query.values(revoked=True)).rowcount)

    def revoke_user(self, user: str) -> int:
        """End every sign-in of a user; how many there were."""
        with self._users.transaction() as connection:
            query = update(SIGN_INS).where(SIGN_INS.c.user == user, SIGN_INS.c.revoked.is_(False))
            return int(connection.execute(query.values(revoked=True)).rowcount)

    def _one(self, condition: Any) -> SignIn | None:
        query = (
            select(SIGN_INS, USERS.c.role)
            .join(USERS, USERS.c.name == SIGN_INS.c.user)
            .where(condition, SIGN_INS.c.revoked.is_(False), SIGN_INS.c.expires_at > naive_now())
            .where(USERS.c.disabled.is_(False))
        )
        with self._users.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _sign_in(row)


def _sign_in(row: Mapping[Any, Any]) -> SignIn:
    return SignIn(
        row["id"], row["user"], Role(row["role"]), Kind(row["kind"]), row["generation"], row["address"],
        row["created_at"], row["expires_at"],
    )  # fmt: skip


def digest(secret: str) -> str:
    """What is kept of a random secret: nobody can go back from it, and there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
