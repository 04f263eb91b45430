"""A simulation as a Program: every transition is an event of its own, and the last one can be read."""

from typing import Any

import pytest
from asyncua import Client, ua

from tests.system.opcua.hearing import call, clause, event_filter, listening
from tests.system.opcua.rig import Twin

KIND = ua.ObjectIds.ProgramTransitionEventType
FIELDS = ("EventType", "SourceNode", "SourceName", "Message", "Severity", "ReceiveTime")
OWN = ("Transition", "Transition/Id", "FromState", "FromState/Id", "ToState", "ToState/Id", "Transition/TransitionTime")


def state(name: str) -> ua.NodeId:
    return ua.NodeId(ua.Int32(getattr(ua.ObjectIds, f"ProgramStateMachineType_{name}")))


@pytest.mark.parametrize("notifier", ["i=2253", "ns=2;s=Simulations.wood-berry", ""])
async def test_every_transition_is_told(client: Client, twin: Twin, notifier: str) -> None:
    of_type = ua.ContentFilterElement(
        ua.FilterOperator.OfType, [ua.LiteralOperand(ua.Variant(ua.NodeId(ua.Int32(KIND))))]
    )
    wanted = event_filter(ua.ContentFilter([of_type]), FIELDS)
    wanted.SelectClauses += [clause(path, KIND) for path in OWN]
    node = f"ns=2;s={twin.sim_id}"
    async with listening(client, notifier or node, wanted) as ear:
        for count, (method, name, before, after) in enumerate(
            (
                ("Suspend", "RunningToSuspended", "Running", "Suspended"),
                ("Resume", "SuspendedToRunning", "Suspended", "Running"),
                ("Halt", "RunningToHalted", "Running", "Halted"),
            ),
            1,
        ):
            assert await call(client, node, f"{node}.{method}") == ua.StatusCodes.Good
            event = await ear.last(count)
            assert (event["SourceNode"], event["SourceName"]) == (ua.NodeId.from_string(node), twin.sim_id)
            assert [event[path].Text for path in OWN[::2][:3]] == [name, before, after]
            assert [event[path] for path in OWN[1::2]] == [state(name), state(before), state(after)]
            held: Any = await client.get_node(f"{node}.LastTransition.TransitionTime").read_value()
            assert event["Transition/TransitionTime"] == held
            assert event["Message"].Text.endswith(f"from {before} to {after}")
        assert len({event["EventType"] for event in ear.events}) == 1
