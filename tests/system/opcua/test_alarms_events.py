"""Events in the running server: who reports them, filters, queues that overflow, and their history in pages."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncua import Client, ua

from connections.simulations import Simulations
from tests.system.opcua.hearing import (
    about,
    call,
    clause,
    condition,
    element,
    event_filter,
    listening,
)
from tests.system.opcua.rig import Twin, begin
from tests.system.opcua.test_alarms import ACKNOWLEDGE, BOTTOMS, shows, source
from tests.waiting import until_async

CODES, TYPES, OP = ua.StatusCodes, ua.VariantType, ua.FilterOperator
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


async def test_every_notifier_reports_its_own(client: Client, twin: Twin, simulations: Simulations) -> None:
    other = await begin(simulations, "quadruple-tank")
    places = ("i=2253", "ns=2;s=Simulations", "ns=2;s=Simulations.wood-berry", source(twin), source(other))
    async with (
        listening(client, places[0]) as server, listening(client, places[1]) as folder,
        listening(client, places[2]) as models, listening(client, places[3]) as own,
        listening(client, places[4]) as stranger,
    ):  # fmt: skip
        await shows(twin, 1.2)
        for ear in (server, folder, models, own):
            assert (await ear.last(1))["SourceName"] == f"{twin.sim_id}.{BOTTOMS}"
        assert stranger.events == []


async def test_nodes_without_events_say_so(client: Client, twin: Twin) -> None:
    subscription = await client.create_subscription(50, None)
    for node, code in (
        (f"{source(twin)}.{BOTTOMS}", CODES.BadAttributeIdInvalid),
        ("ns=2;s=nope-1", CODES.BadNodeIdUnknown),
        (f"{source(twin)}.Alarms", CODES.BadAttributeIdInvalid),
    ):
        result = await create(client, subscription.subscription_id, node, event_filter())
        assert result.StatusCode.value == code, node
    await subscription.delete()


async def create(client: Client, subscription: int, node: str, wanted: Any) -> ua.MonitoredItemCreateResult:
    target = ua.ReadValueId(ua.NodeId.from_string(node), ua.AttributeIds.EventNotifier)
    parameters = ua.MonitoringParameters(ua.IntegerId(1), 0.0, wanted, ua.Counter(0), True)
    request = ua.CreateMonitoredItemsParameters(
        subscription, ua.TimestampsToReturn.Both,
        [ua.MonitoredItemCreateRequest(target, ua.MonitoringMode.Reporting, parameters)],
    )  # fmt: skip
    (result,) = await client.uaclient.create_monitored_items(request)
    return result


async def test_where_clauses_choose(client: Client, twin: Twin) -> None:
    severe = ua.ContentFilter([
        element(OP.And, ua.ElementOperand(ua.UInt32(1)), ua.ElementOperand(ua.UInt32(2))),
        element(OP.OfType, (ua.NodeId(ua.Int32(ua.ObjectIds.LimitAlarmType)), TYPES.NodeId)),
        element(OP.GreaterThanOrEqual, clause("Severity"), (700, TYPES.UInt16)),
    ])  # fmt: skip
    async with listening(client, source(twin), event_filter(severe)) as ear:
        for level in (1.2, 2.5, 0.2):
            await shows(twin, level)
        assert [event["Severity"] for event in await ear.hears(1)][:1] == [800]
        assert all(event["Severity"] >= 700 for event in ear.events)
    bad = ua.ContentFilter([element(OP.Cast, (1, TYPES.Int32), (2, TYPES.Int32))])
    subscription = await client.create_subscription(50, None)
    result = await create(client, subscription.subscription_id, source(twin), event_filter(bad))
    assert result.StatusCode.value == CODES.BadEventFilterInvalid
    (problem,) = result.FilterResult.WhereClauseResult.ElementResults
    assert problem.StatusCode.value == CODES.BadFilterOperatorUnsupported
    for nothing in (None, ua.EventFilter([])):
        result = await create(client, subscription.subscription_id, source(twin), nothing)
        assert result.StatusCode.value == CODES.BadEventFilterInvalid
    await subscription.delete()


async def test_a_full_queue_says_so(client: Client, twin: Twin) -> None:
    node = condition(twin.sim_id, BOTTOMS)
    async with listening(client, source(twin), queue=3) as ear, listening(client, source(twin)) as all_of_it:
        assert ear.subscription is not None
        await client.uaclient.set_publishing_mode(publishing(ear.subscription.subscription_id, False))
        for i in range(8):
            await shows(twin, 1.2 if i % 2 == 0 else 0.2)
        await all_of_it.hears(8)
        await client.uaclient.set_publishing_mode(publishing(ear.subscription.subscription_id, True))
        events = await ear.hears(4)
        overflow = ua.NodeId(ua.Int32(ua.ObjectIds.EventQueueOverflowEventType))
        assert [event["EventType"] == overflow for event in events] == [True, False, False, False]
        assert [event["EventId"] for event in events[1:]] == [event["EventId"] for event in all_of_it.events[5:]]
        assert await call(client, node, ACKNOWLEDGE, *about(events[-1]["EventId"])) == CODES.Good
        assert (await ear.last(5))["AckedState/Id"] is True


def publishing(number: int, enabled: bool) -> ua.SetPublishingModeParameters:
    return ua.SetPublishingModeParameters(enabled, [ua.IntegerId(number)])


async def test_model_changes_are_told(client: Client, twin: Twin, simulations: Simulations) -> None:
    wanted = event_filter(None, ("EventType", "Message", "Changes", "SourceName"))
    version = client.get_node("ns=2;s=Simulations.wood-berry.NodeVersion")
    before = await version.read_value()
    folder = client.get_node("ns=2;s=Simulations.wood-berry")
    assert version in await folder.get_properties()
    async with listening(client, "i=2253", wanted) as ear:
        begun = await begin(simulations)

        async def told() -> bool:
            return any(begun.sim_id in (message or "") for message in ear.messages)

        await until_async(told, "the new simulation is told")
        event = next(one for one in ear.events if begun.sim_id in one["Message"].Text)
        assert event["EventType"] == ua.NodeId(ua.Int32(ua.ObjectIds.GeneralModelChangeEventType))
        assert [(change.Affected, change.Verb) for change in event["Changes"]] == [
            (ua.NodeId.from_string(f"ns=2;s={begun.sim_id}"), 1), (folder.nodeid, 4),
        ]  # fmt: skip
        assert await version.read_value() not in (before, "0")


PATHS = ("EventId", "Message", "Severity", "Time", "AckedState/Id", "SourceName")


async def read_events(
    client: Client, node: str, start: datetime | None = None, end: datetime | None = None, count: int = 0,
    where: ua.ContentFilter | None = None, point: bytes | None = None, release: bool = False,
) -> ua.HistoryReadResult:  # fmt: skip
    nothing: Any = ua.get_win_epoch()
    wanted = event_filter(where, PATHS)
    details = ua.ReadEventDetails(ua.Counter(count), start or nothing, end or nothing, wanted)
    value = ua.HistoryReadValueId(ua.NodeId.from_string(node))
    value.ContinuationPoint = point  # type: ignore[assignment]
    params = ua.HistoryReadParameters(details, ua.TimestampsToReturn.Both, release, [value])
    (result,) = await client.uaclient.history_read(params)
    return result


def rows(result: ua.HistoryReadResult) -> list[dict[str, Any]]:
    data = result.HistoryData
    lists: Sequence[Any] = [] if isinstance(data, ua.ExtensionObject) else data.Events
    found = [dict(zip(PATHS, (field.Value for field in one.EventFields), strict=False)) for one in lists]
    return [row for row in found if str(row["SourceName"]).endswith(BOTTOMS)]


def messages(result: ua.HistoryReadResult) -> list[str]:
    return [row["Message"].Text for row in rows(result)]


@pytest.fixture
async def happened(client: Client, twin: Twin) -> list[dict[str, Any]]:
    """Eleven events: raised and cleared five times, then acknowledged."""
    async with listening(client, source(twin)) as ear:
        for i in range(10):
            await shows(twin, 1.2 if i % 2 == 0 else 0.2)
        await ear.hears(10)
        raised = ear.events[-1]["EventId"]
        assert await call(client, condition(twin.sim_id, BOTTOMS), ACKNOWLEDGE, *about(raised, "seen")) == CODES.Good
        return await ear.hears(11)


async def test_history_is_what_was_told(client: Client, twin: Twin, happened: list[dict[str, Any]]) -> None:
    whole = await read_events(client, source(twin), LONG_AGO, soon())
    assert [row["EventId"] for row in rows(whole)] == [event["EventId"] for event in happened]
    assert messages(whole) == [event["Message"].Text for event in happened]
    assert [row["AckedState/Id"] for row in rows(whole)] == [False] * 10 + [True]
    backwards = await read_events(client, source(twin), soon(), LONG_AGO)
    assert messages(backwards) == messages(whole)[::-1]
    newest = await read_events(client, source(twin), end=soon(), count=2)
    assert messages(newest) == messages(whole)[:-3:-1]
    cut = await read_events(client, source(twin), happened[2]["Time"], happened[5]["Time"])
    assert messages(cut) == messages(whole)[2:5]
    for node in ("i=2253", "ns=2;s=Simulations", "ns=2;s=Simulations.wood-berry"):
        found = await read_events(client, node, LONG_AGO, soon())
        assert {row["EventId"] for row in rows(whole)} <= {row["EventId"] for row in rows(found)}, node


async def test_history_comes_in_pages(client: Client, twin: Twin, happened: list[dict[str, Any]]) -> None:
    first = await read_events(client, source(twin), LONG_AGO, soon(), 0)
    assert not first.ContinuationPoint
    four = await read_events(client, source(twin), LONG_AGO, count=4)
    assert (len(rows(four)), bool(four.ContinuationPoint)) == (4, False)
    whole = await read_events(client, source(twin), LONG_AGO, soon(), 0)
    paged, point = [], None
    while not paged or point:  # between two times the number is that of a page
        page = await read_events(client, source(twin), LONG_AGO, soon(), 2, point=point)
        assert len(rows(page)) <= 2
        paged, point = [*paged, *rows(page)], page.ContinuationPoint
    assert [row["EventId"] for row in paged] == [row["EventId"] for row in rows(whole)]
    severe = ua.ContentFilter([element(OP.Like, clause("Message"), ("%acknowledged by%", TYPES.String))])
    chosen = await read_events(client, source(twin), LONG_AGO, soon(), where=severe)
    assert messages(chosen) == [happened[-1]["Message"].Text]


async def test_long_histories_have_continuation_points(client: Client, twin: Twin) -> None:
    for i in range(1050):
        await shows(twin, 1.2 if i % 2 == 0 else 0.2)

    async def recorded() -> bool:
        newest = await read_events(client, source(twin), end=soon(), count=1)
        return messages(newest) == [f"{twin.sim_id}.{BOTTOMS} = 3 % is above 2 % (high high)"]

    await shows(twin, 3.0)
    await until_async(recorded, "the last event is recorded", 60)
    first = await read_events(client, source(twin), LONG_AGO, soon())
    assert len(rows(first)) == 1000
    assert first.ContinuationPoint
    rest = await read_events(client, source(twin), LONG_AGO, soon(), point=first.ContinuationPoint)
    ids = [row["EventId"] for row in [*rows(first), *rows(rest)]]
    assert (len(ids), len(set(ids)), bool(rest.ContinuationPoint)) == (1051, 1051, False)
    again = await read_events(client, source(twin), LONG_AGO, soon(), point=first.ContinuationPoint)
    assert again.StatusCode.value == CODES.BadContinuationPointInvalid
    third = await read_events(client, source(twin), LONG_AGO, soon())
    released = await read_events(client, source(twin), LONG_AGO, soon(), point=third.ContinuationPoint, release=True)
    assert released.StatusCode.is_good()
    gone = await read_events(client, source(twin), LONG_AGO, soon(), point=third.ContinuationPoint)
    assert gone.StatusCode.value == CODES.BadContinuationPointInvalid


async def test_histories_that_can_not_be_read(client: Client, twin: Twin) -> None:
    for node, code in (
        (f"{source(twin)}.{BOTTOMS}", CODES.BadHistoryOperationUnsupported),
        ("i=2254", CODES.BadHistoryOperationUnsupported),
        ("ns=2;s=nope-1", CODES.BadNodeIdUnknown),
    ):
        assert (await read_events(client, node, LONG_AGO, soon())).StatusCode.value == code
    assert (await read_events(client, source(twin), LONG_AGO)).StatusCode.value == CODES.BadHistoryOperationInvalid
    bad = ua.ContentFilter([element(OP.Cast, (1, TYPES.Int32), (2, TYPES.Int32))])
    refused = await read_events(client, source(twin), LONG_AGO, soon(), where=bad)
    assert refused.StatusCode.value == CODES.BadEventFilterInvalid
    early = await read_events(client, source(twin), LONG_AGO, LONG_AGO + timedelta(days=1))
    assert early.StatusCode.value == CODES.GoodNoData
