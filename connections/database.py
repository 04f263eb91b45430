"""The SQL database: what all tables belong to, and how it is opened."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ArgumentError

from plant.errors import Unavailable

METADATA = MetaData()
READING = "pde_reading"
"""Execution option of a transaction that changes nothing: in SQLite it waits for no writer."""
_LOCK_WAIT = 10.0


def engine(url: str) -> Engine:
    """An engine for SQLite (WAL, writers wait for each other) or any other database that SQLAlchemy knows.

    Raises Unavailable when the URL can't be read or its driver is not installed.
    """
    if not url.startswith("sqlite"):
        return _server(url)
    made = create_engine(url, connect_args={"timeout": _LOCK_WAIT})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin)
    return made


def _server(url: str) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)
    except ImportError as error:
        raise Unavailable(
            f"PDE_DATABASE_URL needs the package {error.name}: pip install 'process-dynamics-engine[postgres]'"
        ) from None
    except ArgumentError:  # the URL may hold a password: it is not repeated
        raise Unavailable("PDE_DATABASE_URL is not a database URL such as postgresql+psycopg://user@host/pde") from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's documented way to control BEGIN ourselves
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get(READING) else "BEGIN IMMEDIATE")


def naive(time: datetime | None) -> datetime | None:
    """A time as the database keeps it: UTC, without saying so."""
    return time and time.astimezone(UTC).replace(tzinfo=None)


def aware(time: datetime | None) -> datetime | None:
    """A time as the database gave it, said to be UTC."""
    return time and time.replace(tzinfo=UTC)
