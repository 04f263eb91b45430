"""Browse paths, registered nodes, ranges of arrays, times and attributes, as clients of every kind ask for them."""

from typing import Any

import pytest
from asyncua import Client, ua

from plant.catalog import MODELS
from tests.system.opcua.rig import Twin

CODES, IDS, TIMES = ua.StatusCodes, ua.AttributeIds, ua.TimestampsToReturn
HIERARCHICAL = ua.NodeId(ua.Int32(ua.ObjectIds.HierarchicalReferences))
OBJECTS = ua.NodeId(ua.Int32(ua.ObjectIds.ObjectsFolder))
ALL = (1 << 30) - 1


def path(start: ua.NodeId, *names: str, inverse: bool = False, kind: ua.NodeId = HIERARCHICAL) -> ua.BrowsePath:
    elements = [ua.RelativePathElement(kind, inverse, True, ua.QualifiedName.from_string(name)) for name in names]
    return ua.BrowsePath(start, ua.RelativePath(elements))


async def follow(client: Client, *paths: ua.BrowsePath) -> list[tuple[int, list[str]]]:
    results = await client.uaclient.translate_browsepaths_to_nodeids(list(paths))
    return [(one.StatusCode.value, [target.TargetId.to_string() for target in one.Targets or ()]) for one in results]


async def test_many_browse_paths_at_once(client: Client, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    way = ("2:Simulations", "2:wood-berry", f"2:{twin.sim_id}")
    tags = MODELS["wood-berry"].tags
    found = await follow(client, *(path(OBJECTS, *way, f"3:{tag.name}") for tag in tags))
    assert found == [(0, [f"{own}.{tag.name}"]) for tag in tags]
    deeper = await follow(
        client, path(OBJECTS, *way, "3:reflux_flow", "0:EURange"),
        path(OBJECTS, *way, "3:SetSpeed", "0:InputArguments"),
        path(OBJECTS, "0:Server", "0:ServerStatus", "0:CurrentTime"),
    )  # fmt: skip
    assert [targets for _, targets in deeper] == [
        [f"{own}.reflux_flow.EURange"], [f"{own}.SetSpeed.InputArguments"], ["i=2258"],
    ]  # fmt: skip


async def test_browse_paths_upwards_and_by_type(client: Client, twin: Twin) -> None:
    """Against the direction of references, along one kind of them, and along all kinds (null)."""
    own = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}")
    tag = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow")
    component = ua.NodeId(ua.Int32(ua.ObjectIds.HasComponent))
    organizes = ua.NodeId(ua.Int32(ua.ObjectIds.Organizes))
    up = (f"2:{twin.sim_id}", "2:wood-berry", "2:Simulations", "0:Objects")
    assert await follow(
        client, path(tag, *up, inverse=True), path(own, "3:reflux_flow", kind=component),
        path(own, "3:reflux_flow", kind=organizes), path(own, "3:reflux_flow", kind=ua.NodeId()),
        path(own, "3:reflux_flow", inverse=True),
    ) == [
        (0, [OBJECTS.to_string()]), (0, [tag.to_string()]), (CODES.BadNoMatch, []), (0, [tag.to_string()]),
        (CODES.BadNoMatch, []),
    ]  # fmt: skip


async def test_one_request_takes_no_pages_from_itself(client: Client, twin: Twin) -> None:
    """What can't be continued is refused; the next request takes the place of what was left."""
    most = int(await client.get_node(ua.ObjectIds.Server_ServerCapabilities_MaxBrowseContinuationPoints).read_value())
    wanted = ua.BrowseDescription(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}"), ResultMask=ua.UInt32(63))
    for _ in range(2):
        params = ua.BrowseParameters(RequestedMaxReferencesPerNode=ua.UInt32(1), NodesToBrowse=[wanted] * (most + 20))
        results = await client.uaclient.browse(params)
        assert [one.StatusCode.value for one in results] == [0] * most + [CODES.BadNoContinuationPoints] * 20
        assert [len(one.References or ()) for one in results] == [1] * most + [0] * 20
    following = ua.BrowseNextParameters(False, [one.ContinuationPoint for one in results[:most]])
    assert all(one.StatusCode.is_good() and one.References for one in await client.uaclient.browse_next(following))


async def test_bad_browse_paths_are_refused_one_by_one(client: Client, twin: Twin) -> None:
    own = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}")
    nameless = path(own, "3:reflux_flow")
    nameless.RelativePath.Elements[0].TargetName = ua.QualifiedName()
    nowhere = ua.NodeId.from_string("ns=2;s=nowhere-7")
    results = await follow(
        client, path(own, "3:no_such_tag"), path(own, "0:reflux_flow"), path(nowhere, "3:reflux_flow"), path(own),
        nameless, path(own, *["3:reflux_flow"] * 1000), path(own, "3:reflux_flow"),
        path(own, "3:reflux_flow", kind=nowhere),
    )  # fmt: skip
    assert [code for code, _ in results] == [
        CODES.BadNoMatch, CODES.BadNoMatch, CODES.BadNodeIdUnknown, CODES.BadNothingToDo, CODES.BadBrowseNameInvalid,
        CODES.BadTooManyOperations, CODES.Good, CODES.BadReferenceTypeIdInvalid,
    ]  # fmt: skip
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await follow(client)
    assert refused.value.code == CODES.BadNothingToDo


async def test_registered_nodes_are_the_nodes(client: Client, twin: Twin) -> None:
    nodes = [ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{tag.name}") for tag in MODELS["wood-berry"].tags]
    registered = await client.uaclient.register_nodes(nodes)
    assert registered == nodes
    params = ua.ReadParameters(NodesToRead=[ua.ReadValueId(node, IDS.Value) for node in registered])
    assert all(value.StatusCode.is_good() for value in await client.uaclient.read(params))
    await client.uaclient.unregister_nodes(registered)
    await client.uaclient.unregister_nodes(registered)
    assert all(value.StatusCode.is_good() for value in await client.uaclient.read(params))
    for empty in (client.uaclient.register_nodes([]), client.uaclient.unregister_nodes([])):
        with pytest.raises(ua.UaStatusCodeError) as refused:
            await empty
        assert refused.value.code == CODES.BadNothingToDo


async def test_every_attribute_of_every_class_of_node(client: Client, twin: Twin) -> None:
    """UaExpert asks each node for all of them: those of its class have a value, the others say that they are not."""
    own, common = f"ns=2;s={twin.sim_id}", {1, 2, 3, 4, 5, 6, 7}
    wanted = {
        own: common | {12}, f"{own}.reflux_flow": common | {13, 14, 15, 17, 18, 19, 20},
        f"{own}.Halt": common | {21, 22},
        "ns=2;s=Engine": common | {12}, "i=2253": common | {12}, "i=2258": common | {13, 14, 15, 17, 18, 19, 20},
        "i=17570": common | {8, 14, 15}, "i=58": common | {8}, "i=33": common | {8, 9, 10},
        f"{own}.Alarms.bottoms_methanol": common | {12},
    }  # fmt: skip
    for name, attributes in wanted.items():
        node = ua.NodeId.from_string(name)
        params = ua.ReadParameters(NodesToRead=[ua.ReadValueId(node, IDS(number)) for number in range(1, 28)])
        values = await client.uaclient.read(params)
        given = {number for number, value in enumerate(values, 1) if value.StatusCode.is_good()}
        assert attributes <= given, (name, attributes - given)
        refused = {value.StatusCode.value for value in values if not value.StatusCode.is_good()}
        assert refused == {CODES.BadAttributeIdInvalid}, (name, refused)


@pytest.mark.parametrize("times", [TIMES.Source, TIMES.Server, TIMES.Both, TIMES.Neither])
async def test_times_as_asked_for(client: Client, twin: Twin, times: ua.TimestampsToReturn) -> None:
    """Of tags alone (the fast path), and of other nodes and attributes with them."""
    tag = ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow"), IDS.Value)
    other = ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.Status"), IDS.Value)
    name = ua.ReadValueId(tag.NodeId, IDS.BrowseName)
    for wanted in ([tag], [tag, tag], [tag, other]):
        for value in await client.uaclient.read(ua.ReadParameters(0.0, times, wanted)):
            assert (value.SourceTimestamp is not None) == (times in (TIMES.Source, TIMES.Both))
            assert (value.ServerTimestamp is not None) == (times in (TIMES.Server, TIMES.Both))
    (attribute,) = await client.uaclient.read(ua.ReadParameters(0.0, times, [name]))
    assert attribute.SourceTimestamp is None


async def test_requests_that_make_no_sense_as_a_whole(client: Client, twin: Twin) -> None:
    tag = ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow"), IDS.Value)
    cases: tuple[tuple[Any, int], ...] = (
        (ua.ReadParameters(-1.0, TIMES.Both, [tag]), CODES.BadMaxAgeInvalid),
        (ua.ReadParameters(0.0, TIMES.Invalid, [tag]), CODES.BadTimestampsToReturnInvalid),
        (ua.ReadParameters(0.0, TIMES.Both, []), CODES.BadNothingToDo),
    )
    for params, code in cases:
        with pytest.raises(ua.UaStatusCodeError) as refused:
            await client.uaclient.read(params)
        assert refused.value.code == code


async def test_ranges_of_arrays(client: Client, twin: Twin) -> None:
    texts = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.distillate_methanol_mode.EnumStrings")
    scalar = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow")
    status = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.Status")
    nowhere = ua.NodeId.from_string("ns=2;s=nowhere-7")
    namespaces = ua.NodeId(ua.Int32(ua.ObjectIds.Server_NamespaceArray))
    cases: tuple[tuple[ua.NodeId, str, int], ...] = (
        (namespaces, "0:1", 0), (namespaces, "3", 0), (namespaces, "2:99", 0),
        (namespaces, "99", CODES.BadIndexRangeNoData),
        (texts, "0", 0), (scalar, "0", CODES.BadIndexRangeNoData), (texts, "1:0", CODES.BadIndexRangeInvalid),
        (texts, "1:1", CODES.BadIndexRangeInvalid), (texts, "x", CODES.BadIndexRangeInvalid),
        (texts, "-1", CODES.BadIndexRangeInvalid), (texts, "0:", CODES.BadIndexRangeInvalid),
        (status, "0:2", 0), (nowhere, "0", CODES.BadNodeIdUnknown),
        (texts, "0,0", CODES.BadIndexRangeNoData), (scalar, "x", CODES.BadIndexRangeInvalid),
    )  # fmt: skip
    wanted = [ua.ReadValueId(node, IDS.Value, ua.String(text)) for node, text, _ in cases]
    values = await client.uaclient.read(ua.ReadParameters(0.0, TIMES.Both, wanted))
    assert [(case[1], value.StatusCode.value) for case, value in zip(cases, values, strict=True)] == [
        (case[1], case[2]) for case in cases
    ]
    whole = await client.get_namespace_array()
    assert [value.Value.Value for value in values[:3]] == [whole[:2], whole[3:4], whole[2:]]
    assert values[[text for _, text, _ in cases].index("0:2")].Value.Value == "run"


async def test_values_are_told_in_binary_only(client: Client, twin: Twin) -> None:
    """By Read, CreateMonitoredItems and HistoryRead alike; other attributes have no encoding to ask for."""
    tag, status = (ua.NodeId.from_string(f"ns=2;s={twin.sim_id}{name}") for name in (".reflux_flow", ".Status"))
    build = ua.NodeId(ua.Int32(ua.ObjectIds.Server_ServerStatus_BuildInfo))
    binary, xml, own = ua.QualifiedName("Default Binary"), ua.QualifiedName("Default XML"), ua.QualifiedName("mine")
    unsupported, invalid = CODES.BadDataEncodingUnsupported, CODES.BadDataEncodingInvalid
    cases: tuple[tuple[ua.NodeId, int, ua.QualifiedName, int], ...] = (
        (tag, IDS.Value, ua.QualifiedName(), 0), (tag, IDS.Value, binary, 0), (tag, IDS.Value, xml, unsupported),
        (tag, IDS.Value, own, invalid), (tag, IDS.Value, ua.QualifiedName("Default Binary", 2), invalid),
        (tag, IDS.DisplayName, binary, invalid), (status, IDS.Value, ua.QualifiedName("Default JSON"), unsupported),
        (build, IDS.Value, binary, 0), (build, IDS.Value, xml, unsupported),
    )  # fmt: skip
    wanted = [ua.ReadValueId(node, attribute, DataEncoding=encoding) for node, attribute, encoding, _ in cases]
    expected = [code for *_, code in cases]
    for _ in range(2):  # the second time by way of what is remembered of the first
        values = await client.uaclient.read(ua.ReadParameters(0.0, TIMES.Both, wanted))
        assert [value.StatusCode.value for value in values] == expected
        alone = [await client.uaclient.read(ua.ReadParameters(0.0, TIMES.Both, [one])) for one in wanted]
        assert [value.StatusCode.value for (value,) in alone] == expected
    subscription = await client.create_subscription(1000, None)
    items = [ua.MonitoredItemCreateRequest(one, ua.MonitoringMode.Reporting) for one in wanted]
    params = ua.CreateMonitoredItemsParameters(subscription.subscription_id, TIMES.Both, items)
    created = await client.uaclient.create_monitored_items(params)
    assert [one.StatusCode.value for one in created] == expected
    history = ua.HistoryReadParameters()
    history.HistoryReadDetails = ua.ReadRawModifiedDetails(StartTime=ua.DateTime(2026, 1, 1), NumValuesPerNode=1)
    history.NodesToRead = [ua.HistoryReadValueId(tag, DataEncoding=one) for one in (binary, xml, own)]
    told = await client.uaclient.history_read(history)
    assert [one.StatusCode.value for one in told][1:] == [unsupported, invalid]
    assert told[0].StatusCode.value not in (unsupported, invalid)


async def test_no_other_attribute_has_an_encoding_or_a_part(client: Client, twin: Twin) -> None:
    """Of every class of node, by Read and by CreateMonitoredItems: what can be read as a whole, and nothing else."""
    own, standard = f"ns=2;s={twin.sim_id}", ("i=2253", "i=58", "i=33", "i=22")
    nodes = [ua.NodeId.from_string(name) for name in (own, f"{own}.reflux_flow", f"{own}.Step", *standard)]
    others = [IDS(number) for number in range(1, 28) if number != IDS.Value]
    whole = [ua.ReadValueId(node, attribute) for node in nodes for attribute in others]
    subscription = await client.create_subscription(1000, None)

    async def found(wanted: list[ua.ReadValueId]) -> tuple[list[int], list[int]]:
        values = await client.uaclient.read(ua.ReadParameters(0.0, TIMES.Both, wanted))
        items = [ua.MonitoredItemCreateRequest(one, ua.MonitoringMode.Reporting) for one in wanted]
        params = ua.CreateMonitoredItemsParameters(subscription.subscription_id, TIMES.Both, items)
        made = await client.uaclient.create_monitored_items(params)
        return [one.StatusCode.value for one in values], [one.StatusCode.value for one in made]

    there, _ = await found(whole)
    assert set(there) == {0, CODES.BadAttributeIdInvalid}
    binary, part = ua.QualifiedName("Default Binary"), ua.String("0")
    for asked, code in (
        ({"DataEncoding": binary}, CODES.BadDataEncodingInvalid), ({"IndexRange": part}, CODES.BadIndexRangeNoData),
        ({"IndexRange": ua.String("x")}, CODES.BadIndexRangeInvalid),
    ):  # fmt: skip
        read, monitored = await found([ua.ReadValueId(one.NodeId, one.AttributeId, **asked) for one in whole])
        assert read == monitored == [one or code for one in there], asked


async def test_history_is_told_whole(client: Client, twin: Twin) -> None:
    tag = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow")
    history = ua.HistoryReadParameters()
    history.HistoryReadDetails = ua.ReadRawModifiedDetails(StartTime=ua.DateTime(2026, 1, 1), NumValuesPerNode=1)
    history.NodesToRead = [ua.HistoryReadValueId(tag, ua.String(text)) for text in ("0", "2:1")]
    told = await client.uaclient.history_read(history)
    assert [one.StatusCode.value for one in told] == [CODES.BadIndexRangeNoData, CODES.BadIndexRangeInvalid]


async def test_a_range_of_what_is_monitored_is_refused(client: Client, twin: Twin) -> None:
    texts, tag = (
        ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{name}")
        for name in ("distillate_methanol_mode.EnumStrings", "reflux_flow")
    )
    subscription = await client.create_subscription(1000, None)
    items = [
        ua.MonitoredItemCreateRequest(ua.ReadValueId(node, IDS.Value, ua.String("0")), ua.MonitoringMode.Reporting)
        for node in (texts, tag)
    ]
    params = ua.CreateMonitoredItemsParameters(subscription.subscription_id, TIMES.Both, items)
    created = await client.uaclient.create_monitored_items(params)
    assert [one.StatusCode.value for one in created] == 2 * [CODES.BadIndexRangeNoData]


async def test_a_range_of_what_is_written_is_refused(client: Client, twin: Twin) -> None:
    tag = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow")
    value = ua.DataValue(ua.Variant(2.0, ua.VariantType.Double))
    params = ua.WriteParameters([ua.WriteValue(tag, IDS.Value, ua.String("0"), value)])
    assert [one.value for one in await client.uaclient.write(params)] == [CODES.BadIndexRangeNoData]
    assert await twin.actions() == []


async def test_references_in_both_directions_and_of_every_class(client: Client, twin: Twin) -> None:
    """Forwards, backwards, both; by type with and without subtypes; by class; unknown types and directions refused."""
    own = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}")
    component = ua.NodeId(ua.Int32(ua.ObjectIds.HasComponent))
    aggregates = ua.NodeId(ua.Int32(ua.ObjectIds.Aggregates))

    async def browse(direction: Any, kind: ua.NodeId, subtypes: bool = True, classes: int = 0) -> ua.BrowseResult:
        wanted = ua.BrowseDescription(own, direction, kind, subtypes, ua.UInt32(classes), ua.UInt32(63))
        (result,) = await client.uaclient.browse(ua.BrowseParameters(NodesToBrowse=[wanted]))
        return result

    way = ua.BrowseDirection
    forward = (await browse(way.Forward, HIERARCHICAL)).References
    inverse = (await browse(way.Inverse, HIERARCHICAL)).References
    both = (await browse(way.Both, HIERARCHICAL)).References
    assert len(both) == len(forward) + len(inverse)
    assert [one.IsForward for one in inverse] == [False] * len(inverse)
    assert {one.BrowseName.Name for one in inverse} == {"wood-berry"}
    methods = (await browse(way.Forward, component, classes=ua.NodeClass.Method)).References
    assert {"SetSpeed", "Step", "Suspend", "InjectFault"} <= {one.BrowseName.Name for one in methods}
    assert {one.NodeClass for one in methods} == {ua.NodeClass.Method}
    assert (await browse(way.Forward, aggregates, subtypes=False)).References == []
    assert len((await browse(way.Forward, aggregates)).References) >= len(methods)
    unknown = await browse(way.Forward, OBJECTS)
    assert unknown.StatusCode.value == CODES.BadReferenceTypeIdInvalid
    assert (await browse(way.Invalid, component)).StatusCode.value == CODES.BadBrowseDirectionInvalid


async def test_browse_tells_what_was_asked_for(client: Client, twin: Twin) -> None:
    """The result mask; and neither views nor nodes that are not there."""
    own, nowhere = ua.NodeId.from_string(f"ns=2;s={twin.sim_id}"), ua.NodeId.from_string("ns=2;s=nowhere-7")
    wanted = [ua.BrowseDescription(node, ua.BrowseDirection.Forward, HIERARCHICAL, True, ua.UInt32(0), ua.UInt32(mask))
              for node, mask in ((own, 63), (own, 8), (own, 0), (nowhere, 63))]  # fmt: skip
    params = ua.BrowseParameters(NodesToBrowse=wanted)
    whole, names, bare, unknown = await client.uaclient.browse(params)
    assert unknown.StatusCode.value == CODES.BadNodeIdUnknown
    assert [one.NodeId for one in names.References] == [one.NodeId for one in whole.References]
    assert [one.BrowseName for one in names.References] == [one.BrowseName for one in whole.References]
    for one in [*names.References, *bare.References]:
        assert (one.ReferenceTypeId, one.TypeDefinition, one.NodeClass) == (ua.NodeId(), ua.NodeId(), 0)
        assert one.DisplayName.Text is None
    assert not any(one.BrowseName.Name for one in bare.References)
    params.View.ViewId = own
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await client.uaclient.browse(params)
    assert refused.value.code == CODES.BadViewIdUnknown
