"""The address space as clients see it: types, tags with units and ranges, what the server says about itself."""

import math
from typing import Any

import pytest
from asyncua import Client, Node, ua

from connections.start import Start
from opcua_server.limits import LIMITS
from plant.access import User
from plant.catalog import MODELS
from plant.tags import Role
from plant.units import UNECE_NAMESPACE
from tests.system.opcua.rig import Twin, begin
from tests.waiting import until_async

IDS, CODES = ua.AttributeIds, ua.StatusCodes
NAMESPACES = [
    "http://opcfoundation.org/UA/",
    "urn:process-dynamics-engine:server",
    "urn:process-dynamics-engine:simulations",
    "urn:process-dynamics-engine:models",
]


async def names(node: Node) -> list[str]:
    return [str((await child.read_browse_name()).Name) for child in await node.get_children()]


async def test_the_namespaces(client: Client) -> None:
    assert await client.get_namespace_array() == NAMESPACES
    for uri in NAMESPACES[2:]:
        path = ["0:Server", "0:Namespaces"]
        folder = await client.nodes.objects.get_child(path)
        metadata = {(await one.read_browse_name()).Name: one for one in await folder.get_children()}
        assert await (await metadata[uri].get_child("0:NamespaceUri")).read_value() == uri


async def test_the_way_from_objects_to_a_tag(client: Client, twin: Twin) -> None:
    path = ["2:Simulations", "2:wood-berry", f"2:{twin.sim_id}", "3:reflux_flow"]
    tag = await client.nodes.objects.get_child(path)
    assert tag.nodeid == ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow")
    up: list[Node] = []
    parent: Node | None = tag
    while parent is not None and parent.nodeid != client.nodes.objects.nodeid:
        parent = await parent.get_parent()
        assert parent is not None
        up.append(parent)
    assert [node.nodeid.Identifier for node in up[:3]] == [twin.sim_id, "Simulations.wood-berry", "Simulations"]
    assert await names(await client.nodes.objects.get_child("2:Simulations")) == list(MODELS)


@pytest.mark.parametrize("model_id", list(MODELS))
async def test_every_tag_of_every_model(client: Client, twin: Twin, model_id: str) -> None:
    begun = await begin(twin.simulations, model_id)
    own = client.get_node(f"ns=2;s={begun.sim_id}")

    async def there() -> bool:
        value = await own.read_attribute(IDS.NodeClass, raise_on_bad_status=False)
        return value.StatusCode is not None and value.StatusCode.is_good()

    await until_async(there, "the simulation is in the address space")
    kind = client.get_node(await own.read_type_definition())
    declared = [await child.read_browse_name() for child in await kind.get_children()]
    for tag in MODELS[model_id].tags:
        node = client.get_node(f"ns=2;s={begun.sim_id}.{tag.name}")
        assert await node.read_browse_name() in declared
        assert (await node.read_description()).Text.startswith(tag.description)
        level = await node.read_attribute(IDS.AccessLevel)
        assert level.Value is not None
        assert level.Value.Value == (7 if tag.writable else 5)
        assert (await node.read_attribute(IDS.UserAccessLevel)).Value == level.Value
        assert (await node.read_attribute(IDS.Historizing)).Value == ua.Variant(True, ua.VariantType.Boolean)
        await (check_discrete if tag.states else check_analog)(node, tag)


async def check_analog(node: Node, tag: Any) -> None:
    assert await node.read_data_type() == ua.NodeId(ua.Int32(ua.ObjectIds.Double))
    assert await node.read_type_definition() == ua.NodeId(ua.Int32(ua.ObjectIds.AnalogUnitRangeType))
    span: Any = await (await node.get_child("0:EURange")).read_value()
    assert (span.Low, span.High) == (tag.low, tag.high)
    instrument: Any = await (await node.get_child("0:InstrumentRange")).read_value()
    assert instrument.Low <= tag.low < tag.high <= instrument.High
    unit: Any = await (await node.get_child("0:EngineeringUnits")).read_value()
    assert unit.UnitId == tag.unit.unit_id
    assert (unit.NamespaceUri == UNECE_NAMESPACE) is bool(tag.unit.code)
    assert math.isclose(float(await (await node.get_child("0:ValuePrecision")).read_value()), tag.digits)


async def check_discrete(node: Node, tag: Any) -> None:
    assert await node.read_type_definition() == ua.NodeId(ua.Int32(ua.ObjectIds.MultiStateDiscreteType))
    texts: Any = await (await node.get_child("0:EnumStrings")).read_value()
    assert [text.Text for text in texts] == list(tag.states)


async def test_the_variables_of_a_simulation(client: Client, twin: Twin) -> None:
    for _ in range(5):
        await twin.step()
    own = client.get_node(f"ns=2;s={twin.sim_id}")

    async def value(name: str) -> Any:
        return await client.get_node(f"{own.nodeid.to_string()}.{name}").read_value()

    async def moved() -> bool:
        return bool(await value("SimulationTime") == 5.0)

    await until_async(moved, "five steps")
    assert (await value("Status"), await value("Speed"), await value("SampleTime")) == ("running", 1.0, 1.0)
    assert (await value("Epoch"), await value("Overruns"), await value("LastError")) == (1, 0, "")
    assert 86_000 < await value("RemainingTime") <= 86_400
    assert (await value("CurrentState")).Text == "Running"
    for child in await own.get_children():
        if await child.read_node_class() == ua.NodeClass.Variable:
            await child.read_data_value(raise_on_bad_status=False)


async def test_both_times_and_no_value_without_a_frame(client: Client, twin: Twin) -> None:
    waiting = await twin.simulations.start(Start("quadruple-tank", wait=True), User.ENGINEER)
    tag = next(tag.name for tag in MODELS["quadruple-tank"].tags if tag.role is Role.OUTPUT)
    node = ua.NodeId.from_string(f"ns=2;s={waiting.sim_id}.{tag}")
    params = ua.ReadParameters(0.0, ua.TimestampsToReturn.Both, [ua.ReadValueId(node, IDS.Value)])

    async def there() -> bool:
        (value,) = await client.uaclient.read(params)
        return value.StatusCode == ua.StatusCode(ua.UInt32(CODES.BadWaitingForInitialData))

    await until_async(there, "the queued simulation is shown")
    (value,) = await client.uaclient.read(params)
    assert value.Value is None or value.Value.Value is None
    assert value.SourceTimestamp is not None
    assert value.ServerTimestamp is not None


async def test_browse_in_pages(client: Client, twin: Twin) -> None:
    own = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}")
    description = ua.BrowseDescription(own, ua.BrowseDirection.Forward, ua.NodeId(), True, ua.UInt32(0), ua.UInt32(63))
    params = ua.BrowseParameters(RequestedMaxReferencesPerNode=ua.UInt32(7), NodesToBrowse=[description])
    (page,) = await client.uaclient.browse(params)
    found = list(page.References)
    while page.ContinuationPoint:
        assert len(page.References) == 7
        last = page.ContinuationPoint
        (page,) = await client.uaclient.browse_next(ua.BrowseNextParameters(False, [last]))
        found += page.References
    params.RequestedMaxReferencesPerNode = ua.UInt32(0)
    (whole,) = await client.uaclient.browse(params)
    assert [one.NodeId for one in found] == [one.NodeId for one in whole.References]
    (gone,) = await client.uaclient.browse_next(ua.BrowseNextParameters(False, [last]))
    assert gone.StatusCode.value == CODES.BadContinuationPointInvalid


async def test_the_server_knows_its_limits(client: Client) -> None:
    capabilities = await client.nodes.server.get_child("0:ServerCapabilities")
    limits = await capabilities.get_child("0:OperationLimits")
    for node in [
        *await capabilities.get_variables(),
        *await capabilities.get_properties(),
        *await limits.get_properties(),
    ]:
        assert await node.read_value() is not None, await node.read_browse_name()
    assert await (await limits.get_child("0:MaxNodesPerRead")).read_value() == LIMITS.nodes_per_request
    status: Any = await client.get_node(ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus))).read_value()
    assert status.BuildInfo.ProductName == "Process Dynamics Engine"
    assert status.State == ua.ServerState.Running


async def test_endpoints_and_the_identities_that_they_take(client: Client) -> None:
    """None, and three policies in two modes; a password never travels in the clear."""
    endpoints = await client.get_endpoints()
    offered = {(end.SecurityPolicyUri.partition("#")[2], end.SecurityMode.name) for end in endpoints}
    secured = ("Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss")
    assert offered == {("None", "None_")} | {(name, mode) for name in secured for mode in ("Sign", "SignAndEncrypt")}
    for end in endpoints:
        kinds = {token.TokenType: token.SecurityPolicyUri for token in end.UserIdentityTokens}
        assert set(kinds) == {ua.UserTokenType.Anonymous, ua.UserTokenType.UserName, ua.UserTokenType.Certificate}
        encrypted = end.SecurityMode is ua.MessageSecurityMode.SignAndEncrypt
        assert encrypted or not kinds[ua.UserTokenType.UserName].endswith("#None")
        assert end.Server.ApplicationUri == NAMESPACES[1]


async def test_nodes_that_are_not_there(client: Client, twin: Twin) -> None:
    for text in ("ns=2;s=nowhere-7", "ns=2;s=nowhere-7.reflux_flow", f"ns=2;s={twin.sim_id}.", "ns=2;s=", "ns=2;i=5",
                 f"ns=2;s={twin.sim_id}.reflux_flow.NoSuch", "ns=2;s=Simulations.no-such-model"):  # fmt: skip
        value = await client.get_node(text).read_data_value(raise_on_bad_status=False)
        assert value.StatusCode == ua.StatusCode(ua.UInt32(CODES.BadNodeIdUnknown)), text


async def test_index_ranges(client: Client, twin: Twin) -> None:
    node = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.distillate_methanol_mode.EnumStrings")
    array = ua.ReadValueId(node, IDS.Value, ua.String("1"))
    scalar = ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow"), IDS.Value, ua.String("0"))
    nonsense = ua.ReadValueId(node, IDS.Value, ua.String("2:1"))
    params = ua.ReadParameters(0.0, ua.TimestampsToReturn.Both, [array, scalar, nonsense])
    one, two, three = await client.uaclient.read(params)
    assert [text.Text for text in one.Value.Value] == ["auto"]
    assert two.StatusCode.value == CODES.BadIndexRangeNoData
    assert three.StatusCode.value == CODES.BadIndexRangeInvalid


async def test_a_new_simulation_is_an_event(client: Client, twin: Twin) -> None:
    class Handler:
        """Keeps the events."""

        def __init__(self) -> None:
            self.events: list[Any] = []

        def event_notification(self, event: Any) -> None:
            self.events.append(event)

    handler = Handler()
    subscription = await client.create_subscription(50, handler)
    await subscription.subscribe_events(client.nodes.server, ua.ObjectIds.GeneralModelChangeEventType)
    begun = await begin(twin.simulations)

    async def told() -> bool:
        return any(change.Affected.Identifier == begun.sim_id for event in handler.events for change in event.Changes)

    await until_async(told, "the event about the new simulation")
    await subscription.delete()
