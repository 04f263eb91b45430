"""Who may come in: names, roles, password hashes, user certificates, in SQL. Synchronous: call from a thread."""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Boolean, Column, Connection, DateTime, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from connections.database import METADATA, READING, engine
from plant.access import User as Role
from plant.errors import Duplicate, OutOfRange, Unavailable, UnknownName

USERS = Table(
    "users",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("password", String(200), nullable=True, comment="argon2 hash; none: no password opens this account"),
    Column("certificate", String(64), nullable=True, unique=True, comment="SHA-256 thumbprint of the user certificate"),
    Column("disabled", Boolean, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
"""Characters."""
_LONGEST_NAME = 100
_RESERVED = frozenset({"anonymous"})
_HASHER = PasswordHasher(parallelism=1)
"""RFC 9106's second choice but for one lane: somebody who guesses passwords shall not get every core."""


@dataclass(frozen=True, slots=True)
class Account:
    """One user, without secrets."""

    name: str
    role: Role
    has_password: bool
    certificate: str | None
    disabled: bool


class Users:
    """The accounts in one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)
        self._reader = self._engine.execution_options(**{READING: True})
        self._nobody = _HASHER.hash(secrets.token_hex(16))

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def add(self, name: str, role: Role, password: str | None = None, certificate: str | None = None) -> None:
        """Add an account. Raises OutOfRange for names and passwords that are not allowed, Duplicate when taken."""
        row = {
            "name": _checked_name(name), "role": str(role), "password": _hashed(password), "certificate": certificate,
            "disabled": False, "updated_at": naive_now(),
        }  # fmt: skip
        with self.transaction() as connection:
            connection.execute(insert(USERS).values(row))

    def get(self, name: str) -> Account:
        """One account. Raises UnknownName."""
        row = self._row(USERS.c.name == name[: _LONGEST_NAME + 1])
        if row is None:
            raise UnknownName(f"there is no user '{name[:80]}'")
        return _account(row)

    def administered(self) -> bool:
        """Whether there is an open account of an administrator."""
        return self._row((USERS.c.role == str(Role.ADMIN)) & USERS.c.disabled.is_(False)) is not None

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self.reading() as connection:
            rows = connection.execute(select(USERS).order_by(USERS.c.name)).mappings()
            return [_account(row) for row in rows]

    def change_role(self, name: str, role: Role) -> None:
        """Give another role. Raises UnknownName."""
        self._change(name, role=str(role))

    def change_password(self, name: str, password: str) -> None:
        """Set a password. Raises UnknownName or OutOfRange."""
        self._change(name, password=_hashed(password))

    def change_certificate(self, name: str, thumbprint: str) -> None:
        """Set the certificate by its SHA-256 thumbprint. Raises UnknownName or Duplicate."""
        self._change(name, certificate=thumbprint)

    def disable(self, name: str, disabled: bool = True) -> None:
        """Close an account, or open it again. Raises UnknownName."""
        self._change(name, disabled=disabled)

    def remove(self, name: str) -> None:
        """Forget an account. Raises UnknownName."""
        with self.transaction() as connection:
            _found(connection.execute(delete(USERS).where(USERS.c.name == name)).rowcount, name)

    def by_password(self, name: str, password: str) -> Account | None:
        """The account that this password opens; an unknown or closed one costs the same time as a wrong password."""
        row = self._row(USERS.c.name == name[: _LONGEST_NAME + 1])
        known = row is not None and row["password"] is not None and not row["disabled"]
        right = _matches(row["password"] if row is not None and known else self._nobody, password)
        return _account(row) if row is not None and known and right else None

    def by_certificate(self, thumbprint: str) -> Account | None:
        """The open account of this certificate."""
        row = self._row(USERS.c.certificate == thumbprint)
        return None if row is None or row["disabled"] else _account(row)

    def _row(self, condition: object) -> dict[str, object] | None:
        with self.reading() as connection:
            row = connection.execute(select(USERS).where(condition)).mappings().first()  # type: ignore[arg-type]
        return None if row is None else dict(row)

    def _change(self, name: str, **changes: object) -> None:
        with self.transaction() as connection:
            query = update(USERS).where(USERS.c.name == name).values(**changes, updated_at=naive_now())
            _found(connection.execute(query).rowcount, name)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction of the accounts' database. Raises Duplicate or Unavailable."""
        with _translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: it waits for no other one. Raises Unavailable."""
        with _translated(), self._reader.begin() as connection:
            yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise Duplicate("there is already a user with this name or certificate") from None
    except SQLAlchemyError as error:
        raise Unavailable(f"the database does not answer: {error.__class__.__name__}") from error


def _account(row: object) -> Account:
    r = dict(row)  # type: ignore[call-overload]
    return Account(r["name"], Role(r["role"]), r["password"] is not None, r["certificate"], bool(r["disabled"]))


def _found(count: int, name: str) -> None:
    if count == 0:
        raise UnknownName(f"there is no user '{name[:80]}'")


def _checked_name(name: str) -> str:
    plain = unicodedata.normalize("NFC", name)
    if not 0 < len(plain) <= _LONGEST_NAME or not plain.isprintable() or plain != plain.strip():
        raise OutOfRange(f"a user's name has 1 to {_LONGEST_NAME} printable characters and no space around them")
    if plain.lower() in _RESERVED:
        raise OutOfRange(f"'{plain}' can't be a user's name: it stands for whoever gives none")
    return plain


def _hashed(password: str | None) -> str | None:
    if password is None:
        return None
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise OutOfRange(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, not {len(password)}")
    return _HASHER.hash(password)


def _matches(hashed: object, password: str) -> bool:
    try:
        return _HASHER.verify(str(hashed), password[: LONGEST_PASSWORD + 1])
    except (Argon2Error, InvalidHashError):
        return False


def naive_now() -> datetime:
    """The present, in UTC, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)
