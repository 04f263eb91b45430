"""What clients are told at the door, and requests of the size that collectors send."""

import pytest
from asyncua import Client, ua

from connections.simulations import Simulations
from opcua_server.limits import LIMITS
from tests.system.opcua.hearing import event_filter, listening
from tests.system.opcua.raw import connection
from tests.system.opcua.rig import Served, Twin, begin
from tests.waiting import until_async

IDS = ua.AttributeIds


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_endpoints_have_the_host_that_the_client_asked(served: Served, host: str) -> None:
    url = served.url.replace("127.0.0.1", host)
    client = Client(url, timeout=20)
    assert {one.EndpointUrl for one in await client.connect_and_get_server_endpoints()} == {url}
    async with client:
        assert {one.EndpointUrl for one in await client.get_endpoints()} == {url}


async def test_a_session_is_told_what_the_server_really_takes(served: Served) -> None:
    async with connection(served.url) as raw:
        await raw.open()
        told = (await raw.create_session()).Parameters
        assert told.MaxRequestMessageSize == LIMITS.message
        assert told.RevisedSessionTimeout == 60_000.0
        assert len(told.ServerNonce) == 32
        assert {one.EndpointUrl for one in told.ServerEndpoints} == {served.url}


async def test_one_request_for_all_nodes_of_a_large_collector(client: Client, twin: Twin) -> None:
    """Telegraf registers, reads and monitors everything at once."""
    node = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow")
    nodes = [node] * LIMITS.nodes_per_request
    assert await client.uaclient.register_nodes(nodes) == nodes
    params = ua.ReadParameters(0.0, ua.TimestampsToReturn.Both, [ua.ReadValueId(one, IDS.Value) for one in nodes])
    values = await client.uaclient.read(params)
    assert len(values) == len(nodes)
    assert {(value.StatusCode.value, value.Value.Value) for value in values} == {(0, 1.95)}
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await client.uaclient.register_nodes([*nodes, node])
    assert refused.value.code == ua.StatusCodes.BadTooManyOperations


async def test_ids_need_no_quotes(client: Client, twin: Twin) -> None:
    """Names of everything below a simulation: letters, digits, underscores; scalars where a tag is one number."""
    waiting, seen = [client.get_node(f"ns=2;s={twin.sim_id}")], 0
    while waiting:
        for child in await waiting.pop().get_children():
            name = (await child.read_browse_name()).Name or ""
            assert name.replace("_", "").isalnum(), name
            waiting.append(child)
            seen += 1
    assert seen > 50
    for tag in twin.simulation.model.tags:
        node = client.get_node(f"ns=2;s={twin.sim_id}.{tag.name}")
        assert await node.read_value_rank() == ua.ValueRank.Scalar


async def test_a_simulation_that_goes_is_told_too(client: Client, twin: Twin, simulations: Simulations) -> None:
    """Its record is deleted: its nodes are gone, and a model change event says so."""
    going = await begin(simulations)
    status = client.get_node(f"ns=2;s={going.sim_id}.Status")

    async def is_(there: bool) -> bool:
        value = await status.read_data_value(raise_on_bad_status=False)
        return (value.StatusCode.value != ua.StatusCodes.BadNodeIdUnknown) is there

    await until_async(lambda: is_(True), "it is shown")
    version = client.get_node("ns=2;s=Simulations.wood-berry.NodeVersion")
    before = await version.read_value()
    async with listening(client, "i=2253", event_filter(None, ("EventType", "Message", "Changes"))) as ear:
        simulations.records.delete(going.sim_id)
        await until_async(lambda: is_(False), "its nodes are gone", 20)

        async def told() -> bool:
            return f"{going.sim_id} is gone" in ear.messages

        await until_async(told, "the event")
        event = next(one for one in ear.events if one["Message"].Text == f"{going.sim_id} is gone")
        assert [change.Verb for change in event["Changes"]] == [2, 8]
        assert await version.read_value() != before
