"""Requests that may come again with the same Idempotency-Key: what each asked, and what it was answered, for a day.

Synchronous: call from a thread.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from connections.database import METADATA
from connections.record import Record, now
from connections.records import Records
from plant.errors import InvalidValue, WrongState

REQUESTS = Table(
    "requests",
    METADATA,
    Column("id", String(64), primary_key=True, comment="SHA-256 of caller, method, path and key"),
    Column("asked", String(64), nullable=False, comment="SHA-256 of what was asked"),
    Column("sim_id", String(120), nullable=True, comment="what it started or changed"),
    Column("status", Integer, nullable=True, comment="NULL: not answered yet"),
    Column("headers", JSON, nullable=True),
    Column("body", LargeBinary, nullable=True),
    Column("created_at", DateTime, nullable=False, index=True),
)
CLAIM_LIFE = timedelta(seconds=10)
KEPT = timedelta(days=1)
REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The id of the request that is being carried out, when it may come again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Requests:
    """The requests in the records' database."""

    def __init__(self, records: Records) -> None:
        self._transaction, self._reading = records.transaction, records.reading

    def claim(self, request: str, asked: str) -> Answer | None:
        """Its answer, if it was here before; None: it is to be carried out now, as for the first time.

        What an earlier try has done stands in `done`. Raises InvalidValue when something else was asked under this id,
        WrongState while the first one is under way.
        """
        with self._transaction() as connection:
            query = select(REQUESTS).where(REQUESTS.c.id == request).with_for_update()
            row = connection.execute(query).mappings().first()
            if row is None:
                values = {"id": request, "asked": asked, "created_at": _now()}
                connection.execute(insert(REQUESTS).values(values))
                return None
            if row["asked"] != asked:
                raise InvalidValue("this Idempotency-Key was used for another request")
            if row["status"] is not None:
                return Answer(row["status"], row["headers"], bytes(row["body"]))
            if row["created_at"] > _now() - CLAIM_LIFE:
                raise WrongState("the first request with this Idempotency-Key is under way; ask again")
            connection.execute(update(REQUESTS).where(REQUESTS.c.id == request).values(created_at=_now()))
        return None

    def done(self, request: str) -> str | None:
        """The simulation that an earlier try of this request has started or changed."""
        with self._reading() as connection:
            found: str | None = connection.execute(select(REQUESTS.c.sim_id).where(REQUESTS.c.id == request)).scalar()
        return found

    def answer(self, request: str, answer: Answer) -> None:
        """Keep what it was answered."""
        values = {"status": answer.status, "headers": answer.headers, "body": answer.body}
        with self._transaction() as connection:
            connection.execute(update(REQUESTS).where(REQUESTS.c.id == request).values(values))

    def release(self, request: str) -> None:
        """It failed in the middle: it may come again at once and goes on from what was done."""
        with self._transaction() as connection:
            values = {"created_at": _now() - CLAIM_LIFE}
            connection.execute(update(REQUESTS).where(REQUESTS.c.id == request).values(values))

    def forget(self, request: str) -> None:
        """It was refused: nothing was done."""
        with self._transaction() as connection:
            connection.execute(delete(REQUESTS).where(REQUESTS.c.id == request))

    def prune(self) -> None:
        """Forget what is older than a day."""
        with self._transaction() as connection:
            connection.execute(delete(REQUESTS).where(REQUESTS.c.created_at < _now() - KEPT))


def mark(request: str | None) -> Callable[[Connection, Record], None]:
    """For a change of a record: note in the same transaction that this request has made it."""

    def noted(connection: Connection, record: Record) -> None:
        if request is not None:
            connection.execute(update(REQUESTS).where(REQUESTS.c.id == request).values(sim_id=record.sim_id))

    return noted


def _now() -> datetime:
    return now().replace(tzinfo=None)
