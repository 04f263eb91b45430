"""Which fields events can have, by the types of the standard address space."""

import pytest
from asyncua import ua
from asyncua.server.internal_server import InternalServer

from opcua_server.alarms.fields import FIELDS
from opcua_server.alarms.types import EventTypes
from opcua_server.alarms.vocabulary import CONDITION_ID, TYPE_IDS
from plant.alarms.declared import Kind

IDS = ua.ObjectIds


@pytest.fixture
async def types() -> EventTypes:
    server = InternalServer()
    await server.init()
    return EventTypes(server.aspace)


async def test_every_field_of_alarms_is_one_of_their_types(types: EventTypes) -> None:
    for kind in (ua.NodeId(), ua.NodeId(ua.Int32(IDS.BaseEventType)), TYPE_IDS[Kind.LIMIT]):
        missing = [path for path in FIELDS if path != CONDITION_ID and not types.has_field(kind, path)]
        assert missing == ([] if kind != TYPE_IDS[Kind.LIMIT] else ["NormalState"])


@pytest.mark.parametrize(
    ("kind", "path", "known"),
    [
        (IDS.BaseEventType, "Message", True), (IDS.BaseEventType, "Changes", True),
        (IDS.BaseEventType, "Mesage", False), (IDS.BaseEventType, "Message/EURange", False),
        (IDS.AuditWriteUpdateEventType, "NewValue", True), (IDS.AuditWriteUpdateEventType, "Severity", True),
        (IDS.AuditWriteUpdateEventType, "ActiveState", False), (IDS.ConditionType, "ActiveState/Id", True),
        (IDS.ProgramTransitionEventType, "FromState/Id", True), (IDS.ConditionType, "ActiveState/Id/Id", False),
        (IDS.AuditConditionShelvingEventType, "ShelvingTime", True), (IDS.BaseEventType, "", False),
    ],
)  # fmt: skip
async def test_fields(types: EventTypes, kind: int, path: str, known: bool) -> None:
    assert types.has_field(ua.NodeId(ua.Int32(kind)), path) is known
