"""Where uploaded models are kept for good: one table of the records' database. Synchronous: call from a thread."""

from datetime import UTC, datetime

from sqlalchemy import Boolean, Column, DateTime, LargeBinary, String, Table, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from connections.database import METADATA, engine
from connections.own.definition import Definition, Kind
from plant.errors import Unavailable

MODELS = Table(
    "models",
    METADATA,
    Column("id", String(100), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("retired", Boolean, nullable=False, comment="kept for simulations that have ended, not offered any more"),
    Column("updated_at", DateTime, nullable=False),
)


class ModelStore:
    """The uploaded models in one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def all(self) -> list[Definition]:
        """Every definition, retired ones too."""
        try:
            with self._engine.begin() as connection:
                rows = connection.execute(select(MODELS).order_by(MODELS.c.id)).mappings().all()
        except SQLAlchemyError as error:
            raise Unavailable(f"the database does not answer: {error.__class__.__name__}") from error
        return [Definition(r["id"], Kind(r["kind"]), bytes(r["content"]), bool(r["retired"])) for r in rows]

    def put(self, definition: Definition) -> None:
        """Keep a definition in place of an earlier one with its id."""
        row = {
            "id": definition.id, "kind": str(definition.kind), "content": definition.content,
            "retired": definition.retired, "updated_at": datetime.now(UTC).replace(tzinfo=None),
        }  # fmt: skip
        try:
            with self._engine.begin() as connection:
                changed = connection.execute(update(MODELS).where(MODELS.c.id == definition.id).values(row))
                if changed.rowcount == 0:
                    connection.execute(insert(MODELS).values(row))
        except SQLAlchemyError as error:
            raise Unavailable(f"the database does not answer: {error.__class__.__name__}") from error

    def remove(self, model_id: str) -> None:
        """Forget a definition."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(MODELS).where(MODELS.c.id == model_id))
        except SQLAlchemyError as error:
            raise Unavailable(f"the database does not answer: {error.__class__.__name__}") from error
