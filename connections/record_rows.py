"""Records as rows of the database: the table of simulations."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Float, Integer, String, Table, Text
from sqlalchemy.engine import RowMapping

from connections.database import METADATA, aware, naive
from connections.record import TIMES, Record
from plant.lifecycle import State

SIMULATIONS = Table(
    "simulations",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("sim_id", String(120), nullable=False, unique=True),
    Column("model_id", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("speed", Float, nullable=True, comment="NULL: as fast as possible"),
    Column("sample_time", Float, nullable=False, comment="simulated seconds"),
    Column("duration", Float, nullable=False, comment="simulated seconds"),
    Column("seed", Integer, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("machine", String(100), nullable=True),
    Column("worker", String(200), nullable=True),
    Column("cause", Text, nullable=True),
    Column("started_at", DateTime, nullable=True),
    Column("ended_at", DateTime, nullable=True),
    Column("ends_at", DateTime, nullable=True),
    Column("simulation_time", Float, nullable=False),
    Column("tick", BigInteger, nullable=False),
    Column("overruns", Integer, nullable=False),
    Column("start", String(100), nullable=False, comment="name of the start state"),
    Column("planned", JSON, nullable=False, comment="faults of every start"),
    Column("faults", JSON, nullable=False, comment="faults as the worker last told"),
    Column("owner", String(100), nullable=True, comment="name of the user whose it is"),
    Column("sharing", String(10), nullable=False, comment="private, shared or open"),
    Column("stall", String(10), nullable=False, comment="catch_up or skip"),
    Column("resume", String(10), nullable=False, comment="catch_up or hold"),
    Column("idle", Float, nullable=True, comment="seconds without an action until it ends"),
    Column("isolated", Boolean, nullable=False, comment="has a process of its own"),
    Column("origin", String(300), nullable=True, comment="the snapshot that it is a branch of"),
)
ORDERS = {
    "name": SIMULATIONS.c.name,
    "creation_date": SIMULATIONS.c.created_at,
    "update_date": SIMULATIONS.c.updated_at,
}


def row_of(record: Record) -> dict[str, Any]:
    """A record as a row."""
    row: dict[str, Any] = {name: getattr(record, name) for name in record.__slots__}
    row["status"], row["sharing"] = str(record.status), str(record.sharing)
    row["speed"] = None if record.speed == float("inf") else record.speed
    return row | {name: naive(row[name]) for name in TIMES}


def record_of(row: RowMapping | Mapping[str, Any]) -> Record:
    """A row as a record."""
    content = dict(row)
    content["status"] = State(content["status"])
    content["speed"] = float("inf") if content["speed"] is None else content["speed"]
    return Record(**content | {name: aware(content[name]) for name in TIMES})
