"""All rows of one records database into another of the same version, whatever kinds they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from connections.database import engine
from plant.errors import Duplicate, Unavailable

VERSION_TABLE = "alembic_version"
_ROWS = 500


def copy_rows(source_url: str, target_url: str) -> None:
    """Copy every row, all or none; both databases must be at the present version.

    Raises Duplicate when the target holds rows already, Unavailable when a database does not answer.
    """
    with _open(source_url) as source, _open(target_url) as target:
        read, written = _tables(source), _tables(target)
        full = [name for name, table in written.items() if target.scalar(select(func.count()).select_from(table))]
        if full:
            raise Duplicate(f"the database is not empty ({', '.join(full)}); a restore overwrites nothing")
        for name, table in written.items():
            for rows in source.execution_options(yield_per=_ROWS).execute(select(read[name])).mappings().partitions():
                target.execute(insert(table), [dict(row) for row in rows])
            _go_on_counting(target, table)


@contextmanager
def _open(url: str) -> Iterator[Connection]:
    database = engine(url)
    try:
        with database.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            yield connection
    except SQLAlchemyError as error:
        raise Unavailable(f"the database can't be copied: {type(error).__name__}") from error
    finally:
        database.dispose()


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables as they are there, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != VERSION_TABLE}


def _go_on_counting(target: Connection, table: Table) -> None:
    """PostgreSQL counts numbers that it gives itself apart from the rows: set its counters behind the last one."""
    if target.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if not isinstance(column.type, Integer):
            continue
        counter = target.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        last = target.scalar(select(func.max(column)))
        if counter is not None and last is not None:
            target.execute(select(func.setval(counter, last)))
