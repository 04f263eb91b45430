"""The machines that were ever named, and which of them are to be emptied. Synchronous: call from a thread."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, DateTime, Integer, String, Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from connections.database import METADATA
from connections.record import now
from connections.records import Records
from plant.errors import StaleVersion, UnknownName

MACHINES = Table(
    "machines",
    METADATA,
    Column("machine_id", String(100), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("draining", String(10), nullable=True, comment="move or finish; NULL: in service"),
    Column("version", Integer, nullable=False),
)


class Draining(StrEnum):
    """What becomes of the simulations on a machine that takes no new ones."""

    MOVE = "move"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine; `draining` None: in service. `version` rises with every change."""

    machine_id: str
    name: str
    draining: Draining | None
    version: int


class Machines:
    """The machines in the records' database."""

    def __init__(self, records: Records) -> None:
        self._transaction, self._reading = records.transaction, records.reading

    def all(self) -> dict[str, Machine]:
        """Every machine by its id."""
        with self._reading() as connection:
            rows = connection.execute(select(MACHINES).order_by(MACHINES.c.machine_id)).mappings().all()
        return {row["machine_id"]: _machine(dict(row)) for row in rows}

    def draining(self) -> dict[str, Draining]:
        """The machines that take no new simulations."""
        query = select(MACHINES.c.machine_id, MACHINES.c.draining).where(MACHINES.c.draining.is_not(None))
        with self._reading() as connection:
            return {machine: Draining(how) for machine, how in connection.execute(query)}

    def register(self, machine_id: str, name: str) -> None:
        """Remember a machine; a known one keeps its first date and takes the new name."""
        with self._transaction() as connection:
            row = {"machine_id": machine_id, "name": name}
            known = connection.execute(update(MACHINES).where(MACHINES.c.machine_id == machine_id).values(name=name))
            if known.rowcount == 0:
                connection.execute(insert(MACHINES).values(**row, created_at=now().replace(tzinfo=None), version=1))

    def drain(self, machine_id: str, how: Draining | None, version: int | None = None) -> Machine:
        """Take a machine out of service, or (None) back into it. Raises UnknownName or StaleVersion."""
        with self._transaction() as connection:
            known = _find(connection, machine_id, version)
            if known.draining == how:
                return known
            values = {"draining": how and str(how), "version": known.version + 1}
            connection.execute(update(MACHINES).where(MACHINES.c.machine_id == machine_id).values(values))
        return Machine(machine_id, known.name, how, known.version + 1)

    def remove(self, machine_id: str, version: int | None = None) -> Machine:
        """Forget a machine. Raises UnknownName or StaleVersion."""
        with self._transaction() as connection:
            known = _find(connection, machine_id, version)
            connection.execute(delete(MACHINES).where(MACHINES.c.machine_id == machine_id))
        return known


def _find(connection: Connection, machine_id: str, version: int | None) -> Machine:
    query = select(MACHINES).where(MACHINES.c.machine_id == machine_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise UnknownName(f"there is no machine '{machine_id[:80]}'")
    if version is not None and version != row["version"]:
        raise StaleVersion(f"machine {machine_id} is at version {row['version']}, not {version}: read it again")
    return _machine(dict(row))


def _machine(row: "dict[str, str | int | None]") -> Machine:
    how = row["draining"]
    return Machine(str(row["machine_id"]), str(row["name"]), None if how is None else Draining(str(how)),
                   int(row["version"] or 1))  # fmt: skip
