"""Who may do what with an alarm, whatever the session says it is about."""

from dataclasses import dataclass

import pytest
from asyncua import ua
from asyncua.server.internal_server import InternalServer

from opcua_server.alarms.items import EventItems
from opcua_server.alarms.methods import AlarmMethods
from opcua_server.alarms.nodes import AlarmNodes
from opcua_server.alarms.parts import METHODS
from plant.access import Caller as Known
from plant.access import Right, User, may
from tests.unit.opcua_server.test_alarms_watch import Rig

CODES, TYPES = ua.StatusCodes, ua.VariantType


@dataclass
class Caller:
    who: Known

    def own_items(self, subscription: int) -> EventItems:
        raise AssertionError("nothing is refreshed here")


@pytest.mark.parametrize("role", User)
async def test_only_who_may_operate_gives_orders(role: User) -> None:
    server, rig, recorded = InternalServer(), Rig(), []
    await server.init()
    rig.begin("wood-berry-1")

    async def record() -> bool:
        recorded.append(rig.watch.states.take_changes())
        return len(recorded) == 1

    methods = AlarmMethods(AlarmNodes(server.aspace, rig.watch), rig.watch, record)
    node = ua.NodeId.from_string("ns=2;s=wood-berry-1.Alarms.bottoms_methanol")
    allowed = may(role, Right.OPERATE)
    codes = []
    for name in ("Disable", "Enable"):
        request = ua.CallMethodRequest(node, ua.NodeId(ua.Int32(9027)), [])
        assert methods.concerns(request)
        codes.append((await methods.call(request, name, Caller(Known(role)))).StatusCode.value)
    done = [CODES.Good, CODES.GoodCompletesAsynchronously]  # the second time the record could not be written
    assert codes == (done if allowed else [CODES.BadUserAccessDenied] * 2)
    assert [len(changes.events) for changes in recorded] == ([1, 1] if allowed else [])
    assert len(rig.heard) == len(recorded)
    other = ua.CallMethodRequest(ua.NodeId.from_string("ns=2;s=wood-berry-1"), ua.NodeId(ua.Int32(9027)), [])
    assert not methods.concerns(other)
    assert {path.rpartition("/")[2] for path in METHODS} >= {"Acknowledge", "TimedShelve"}
