"""What a reference tells of the node that it leads to is what that node says of itself, in both directions."""

from collections.abc import AsyncIterator

import pytest
from asyncua import Client, ua

from tests.system.opcua.rig import Twin

IDS = ua.AttributeIds
TOLD = (IDS.NodeClass, IDS.BrowseName, IDS.DisplayName)
ABOVE = ("i=2253", "ns=2;s=Engine", "ns=2;s=Simulations", "ns=2;s=Simulations.wood-berry")


async def browsed(client: Client, sim_id: str) -> AsyncIterator[tuple[ua.NodeId, list[ua.ReferenceDescription]]]:
    """Every node of a simulation and those above it, with all references."""
    waiting, known = [ua.NodeId.from_string(one) for one in (*ABOVE, f"ns=2;s={sim_id}")], set[ua.NodeId]()
    while waiting:
        node = waiting.pop()
        if node in known:
            continue
        known.add(node)
        found = await client.get_node(node).get_references()
        yield node, found
        waiting += [one.NodeId for one in found if one.IsForward and str(one.NodeId.Identifier).startswith(sim_id)]


async def test_references_tell_what_the_nodes_say(client: Client, twin: Twin) -> None:
    wrong, seen = [], 0
    async for node, found in browsed(client, twin.sim_id):
        seen += 1
        wanted = [ua.ReadValueId(one.NodeId, attribute) for one in found for attribute in TOLD]
        values = await client.uaclient.read(ua.ReadParameters(0.0, ua.TimestampsToReturn.Neither, wanted))
        said = [value.Value.Value if value.Value is not None else None for value in values]
        for place, one in enumerate(found):
            told = [one.NodeClass, one.BrowseName, one.DisplayName]
            if told != said[len(TOLD) * place :][: len(TOLD)]:
                wrong.append((str(node), str(one.ReferenceTypeId), str(one.NodeId), told))
    assert seen > 300
    assert not wrong, wrong[:5]


async def test_a_condition_is_found_from_both_ends_by_the_class_of_node(client: Client, twin: Twin) -> None:
    tag, alarm = (f"ns=2;s={twin.sim_id}.{path}" for path in ("bottoms_methanol", "Alarms.bottoms_methanol"))
    for start, direction, kind, end in (
        (tag, ua.BrowseDirection.Forward, ua.NodeClass.Object, alarm),
        (alarm, ua.BrowseDirection.Inverse, ua.NodeClass.Variable, tag),
    ):
        found = await client.get_node(start).get_references(ua.ObjectIds.HasCondition, direction, kind)
        assert [one.NodeId for one in found] == [ua.NodeId.from_string(end)]
    above = await client.get_node(f"{alarm}.Severity").get_parent()
    assert above is not None
    assert above.nodeid == ua.NodeId.from_string(alarm)


@pytest.mark.parametrize("start", ["ns=3;s=WoodBerryType", "ns=3;s=SimulationType", "i=2268", "ns=2;s={sim}"])
async def test_references_tell_the_type_of_what_they_lead_to(client: Client, twin: Twin, start: str) -> None:
    found = await client.get_node(start.format(sim=twin.sim_id)).get_references()
    instances = [one for one in found if one.NodeClass in (ua.NodeClass.Object, ua.NodeClass.Variable)]
    assert instances
    for one in instances:
        kinds = await client.get_node(one.NodeId).get_references(ua.ObjectIds.HasTypeDefinition)
        assert [one.TypeDefinition] == [kind.NodeId for kind in kinds], one.BrowseName
