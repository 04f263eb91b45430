"""Migrations of the records database (Alembic): `migrate` brings any earlier version to the present one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError

from connections.database import engine
from plant.errors import Unavailable


def migrate(url: str) -> None:
    """Bring the database to the newest version; doing it twice is doing it once. Raises Unavailable."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    database = engine(url)
    try:
        with database.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise Unavailable(f"the database can't be opened: {error}") from error
    finally:
        database.dispose()
