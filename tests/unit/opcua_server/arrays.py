"""A space with simulations and no server: what the tests of the fast paths work on."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from asyncua import ua

from connections.record import Record
from opcua_server.members import Member, Template
from opcua_server.space import Space
from opcua_server.tags import ValueTable
from opcua_server.values import DOUBLE, UINT32
from plant.catalog import MODELS
from plant.lifecycle import State
from plant.model import Model

MODEL = MODELS["wood-berry"]


def template(model: Model = MODEL) -> Template:
    """What the node set would say: discrete tags are UInt32."""
    members = {
        tag.name: Member(
            tag.name, ua.QualifiedName(tag.name, 2), ua.NodeClass.Variable, ua.NodeId(), ua.NodeId(), {},
            ua.VariantType.UInt32 if tag.states else ua.VariantType.Double, index,
        )
        for index, tag in enumerate(model.tags)
    }  # fmt: skip
    variants = tuple(UINT32 if tag.states else DOUBLE for tag in model.tags)
    return Template(model, ua.NodeId(), tuple(members.values()), members, variants)


def record(number: int, state: State = State.RUNNING, model: Model = MODEL) -> Record:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Record(
        f"{model.id}-{number}", number, model.id, "test", state, 1, 1, 1, 1.0, 1.0, 1e6, 1, moment, moment
    )  # fmt: skip


def space_of(*states: State, model: Model = MODEL) -> Space:
    """One simulation in each of these states, numbered from 1."""
    space = Space(ValueTable(), {model.id: template(model)})
    for number, state in enumerate(states, 1):
        space.put(record(number, state, model))
    return space


def end(space: Space, sim_id: str) -> None:
    live = space.simulations[sim_id]
    live.record = replace(live.record, status=State.STOPPED)


def node(name: str, namespace: int = 2) -> bytes:
    return b"\x03" + struct.pack("<Hi", namespace, len(name)) + name.encode()


def read_body(names: Sequence[str], times: int = 2, attribute: int = 13, age: float = 0.0) -> bytes:
    """Parameters of a Read request."""
    tail = struct.pack("<IiHi", attribute, -1, 0, -1)
    return struct.pack("<dIi", age, times, len(names)) + b"".join(node(name) + tail for name in names)


def write_body(values: Sequence[tuple[str, float]]) -> bytes:
    """Parameters of a Write request of Doubles."""
    parts = [node(name) + struct.pack("<IiBBd", 13, -1, 1, DOUBLE, value) for name, value in values]
    return struct.pack("<i", len(values)) + b"".join(parts)
