"""The subscription services one by one, by a client that sends each Publish request itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asyncua import ua

from connections.simulations import Simulations
from tests.system.opcua.hearing import clause
from tests.system.opcua.raw import Raw, code, connection
from tests.system.opcua.rig import Served, Twin, begin
from tests.waiting import until_async

CODES, MODE = ua.StatusCodes, ua.MonitoringMode


class Unnamed(int):
    """A number of an enumeration that may not have it, for asyncua's encoder."""

    @property
    def value(self) -> int:
        return int(self)


@pytest.fixture
async def raw(served: Served) -> AsyncIterator[Raw]:
    async with connection(served.url) as one:
        await one.session()
        yield one


async def subscribe(raw: Raw, period: float = 50.0, keep_alive: int = 1000, priority: int = 0, most: int = 0) -> int:
    request = ua.CreateSubscriptionRequest()
    request.Parameters = ua.CreateSubscriptionParameters(
        period, ua.UInt32(3000), ua.UInt32(keep_alive), ua.UInt32(most), True, ua.Byte(priority)
    )
    return int((await raw.ask(request)).Parameters.SubscriptionId)


async def monitor(
    raw: Raw, number: int, twin: Twin, *names: str, mode: MODE = MODE.Reporting, **wanted: Any
) -> list[int]:
    request = ua.CreateMonitoredItemsRequest()
    request.Parameters.SubscriptionId = ua.UInt32(number)
    request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
    for handle, name in enumerate(names):
        node = ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{name}"), ua.AttributeIds.Value)
        parameters = ua.MonitoringParameters(ClientHandle=ua.UInt32(handle), **wanted)
        request.Parameters.ItemsToCreate.append(ua.MonitoredItemCreateRequest(node, mode, parameters))
    answer = await raw.ask(request)
    assert [result.StatusCode.value for result in answer.Results] == [0] * len(names)
    return [int(result.MonitoredItemId) for result in answer.Results]


async def publish(raw: Raw, *acknowledged: tuple[int, int], handle: int = 0) -> Any:
    """Send a Publish request and take the next answer."""
    await post_publish(raw, *acknowledged, handle=handle)
    return await raw.answer()


async def post_publish(raw: Raw, *acknowledged: tuple[int, int], handle: int = 0) -> None:
    request = ua.PublishRequest()
    request.RequestHeader.RequestHandle = ua.UInt32(handle)
    request.Parameters.SubscriptionAcknowledgements = [
        ua.SubscriptionAcknowledgement(ua.UInt32(number), ua.UInt32(sequence)) for number, sequence in acknowledged
    ]
    await raw.post(request)


def values(answer: Any) -> list[Any]:
    data = answer.Parameters.NotificationMessage.NotificationData
    return [item.Value.Value.Value for one in data for item in one.MonitoredItems]


def modification(number: int, period: float, lifetime: int, keep_alive: int, most: int = 0) -> Any:
    request = ua.ModifySubscriptionRequest()
    request.Parameters = ua.ModifySubscriptionParameters(
        ua.UInt32(number), period, ua.UInt32(lifetime), ua.UInt32(keep_alive), ua.UInt32(most), ua.Byte(1)
    )
    return request


async def test_a_modified_subscription_keeps_its_new_time(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw, period=60_000.0, keep_alive=1)
    await publish(raw)  # the first sign of life
    revised = (await raw.ask(modification(number, 100.0, 1, 2))).Parameters
    assert (revised.RevisedPublishingInterval, revised.RevisedMaxKeepAliveCount) == (100.0, 2)
    assert revised.RevisedLifetimeCount == 6
    begun = time.monotonic()
    for _ in range(5):
        assert values(await publish(raw)) == []
    assert 0.6 < time.monotonic() - begun < 3.0  # five signs of life, one every second cycle
    await monitor(raw, number, twin, *(tag.name for tag in twin.simulation.model.tags[:6]))
    await raw.ask(modification(number, 0.0, 1, 2, most=2))
    sizes = [len(values(await publish(raw))) for _ in range(3)]
    assert sizes == [2, 2, 2]
    assert code(await raw.ask(modification(number + 1000, 100.0, 1, 2))) == CODES.BadSubscriptionIdInvalid


async def test_a_shorter_lifetime_ends_a_subscription(raw: Raw) -> None:
    number = await subscribe(raw, keep_alive=1)
    await raw.ask(modification(number, 50.0, 3, 1))
    await asyncio.sleep(0.6)
    assert code(await raw.ask(modification(number, 50.0, 3, 1))) == CODES.BadSubscriptionIdInvalid
    ended = (await publish(raw)).Parameters
    (change,) = ended.NotificationMessage.NotificationData
    assert (ended.SubscriptionId, change.Status.value) == (number, CODES.BadTimeout)
    assert code(await publish(raw)) == CODES.BadNoSubscription


@pytest.mark.parametrize("what", ["items", "mode"])
async def test_every_request_about_a_subscription_keeps_it(raw: Raw, what: str) -> None:
    number = await subscribe(raw, keep_alive=1)
    await raw.ask(modification(number, 50.0, 12, 4))
    items, switch = ua.DeleteMonitoredItemsRequest(), ua.SetPublishingModeRequest()
    items.Parameters = ua.DeleteMonitoredItemsParameters(ua.UInt32(number), [ua.UInt32(4711)])
    switch.Parameters = ua.SetPublishingModeParameters(True, [ua.UInt32(number)])
    begun = time.monotonic()
    while time.monotonic() - begun < 1.5:  # its life is 0.6 s
        assert code(await raw.ask(items if what == "items" else switch)) == CODES.Good
        await asyncio.sleep(0.05)
    assert code(await raw.ask(modification(number, 50.0, 12, 4))) == CODES.Good


async def test_an_expired_subscription_is_told_of_beside_others(raw: Raw) -> None:
    number, other = await subscribe(raw, keep_alive=1), await subscribe(raw, period=60_000.0)
    for _ in range(2):
        await publish(raw)
    await raw.ask(modification(number, 50.0, 3, 1))
    await asyncio.sleep(0.6)
    assert code(await raw.ask(modification(number, 50.0, 3, 1))) == CODES.BadSubscriptionIdInvalid
    ended = (await publish(raw, (number, 1))).Parameters
    assert (ended.SubscriptionId, ended.NotificationMessage.NotificationData[0].Status.value) == (
        number, CODES.BadTimeout,
    )  # fmt: skip
    assert [one.value for one in ended.Results] == [CODES.BadSubscriptionIdInvalid]
    delete = ua.DeleteSubscriptionsRequest()
    assert code(await raw.ask(delete)) == CODES.BadNothingToDo
    delete.Parameters.SubscriptionIds = [ua.UInt32(other), ua.UInt32(number)]
    assert [one.value for one in (await raw.ask(delete)).Results] == [0, CODES.BadSubscriptionIdInvalid]


async def test_what_is_more_than_one_message_follows_at_once(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw, period=5_000.0, most=3)
    for _ in range(8):
        await post_publish(raw)
    first = await raw.answer()
    assert values(first) == []
    await monitor(raw, number, twin, *(tag.name for tag in twin.simulation.model.tags[:7]))
    begun = time.monotonic()
    answers = [await raw.answer() for _ in range(3)]
    assert [len(values(answer)) for answer in answers] == [3, 3, 1]
    assert [answer.Parameters.MoreNotifications for answer in answers] == [True, True, False]
    assert time.monotonic() - begun < 9.0


async def test_republish_until_acknowledged(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw)
    await monitor(raw, number, twin, "reflux_flow")
    answer = await publish(raw)
    while not values(answer):
        answer = await publish(raw)
    sequence = answer.Parameters.NotificationMessage.SequenceNumber
    again = ua.RepublishRequest()
    again.Parameters.SubscriptionId, again.Parameters.RetransmitSequenceNumber = ua.UInt32(number), sequence
    for _ in range(2):
        message = (await raw.ask(again)).NotificationMessage
        assert message.SequenceNumber == sequence
        assert [item.Value.Value.Value for item in message.NotificationData[0].MonitoredItems] == values(answer)
    twin.simulation.set("reflux_flow", 3.0)
    await twin.send()
    acknowledged = await publish(raw, (number, sequence), (number, 4711), (number + 1000, 1))
    assert [result.value for result in acknowledged.Parameters.Results] == [
        CODES.Good, CODES.BadSequenceNumberUnknown, CODES.BadSubscriptionIdInvalid,
    ]  # fmt: skip
    assert code(await raw.ask(again)) == CODES.BadMessageNotAvailable


async def test_the_urgent_one_is_served_first(raw: Raw, twin: Twin) -> None:
    numbers = [await subscribe(raw, priority=priority) for priority in (1, 200, 3)]
    for _ in numbers:
        await publish(raw)
    for number in numbers:
        await monitor(raw, number, twin, "reflux_flow")
    await asyncio.sleep(0.3)  # all three have something to tell and no request to tell it with
    order = [(await publish(raw)).Parameters.SubscriptionId for _ in numbers]
    assert order == [numbers[1], numbers[2], numbers[0]]


async def test_cancel_answers_what_waits(raw: Raw) -> None:
    await subscribe(raw, period=60_000.0)
    await publish(raw)
    for handle in (7, 8, 7):
        await post_publish(raw, handle=handle)
    cancel = ua.CancelRequest()
    cancel.Parameters.RequestHandle = ua.UInt32(7)
    await raw.post(cancel)
    answers = [await raw.answer() for _ in range(3)]
    assert [code(answer) for answer in answers[:2]] == [CODES.BadRequestCancelledByClient] * 2
    assert [answer.ResponseHeader.RequestHandle for answer in answers[:2]] == [7, 7]
    assert answers[2].Parameters.CancelCount == 2


async def test_nothing_waits_when_the_last_subscription_is_gone(raw: Raw) -> None:
    number = await subscribe(raw, period=60_000.0)
    await publish(raw)
    for handle in (7, 8):
        await post_publish(raw, handle=handle)
    delete = ua.DeleteSubscriptionsRequest()
    delete.Parameters.SubscriptionIds = [ua.Counter(number)]
    await raw.post(delete)
    answers = [await raw.answer() for _ in range(3)]
    assert [code(answer) for answer in answers] == [CODES.BadNoSubscription] * 2 + [CODES.Good]
    assert [answer.ResponseHeader.RequestHandle for answer in answers[:2]] == [7, 8]


async def test_triggering(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw)
    (reporting,) = await monitor(raw, number, twin, "steam_flow")
    linked, sampled = await monitor(raw, number, twin, "reflux_flow", "SimulationTime", mode=MODE.Sampling)
    await publish(raw)
    link = ua.SetTriggeringRequest()
    link.Parameters = ua.SetTriggeringParameters(
        ua.UInt32(number),
        ua.UInt32(reporting),
        [ua.UInt32(linked), ua.UInt32(sampled), ua.UInt32(9999)],
        [ua.UInt32(5)],
    )
    done = (await raw.ask(link)).Parameters
    assert [one.value for one in done.AddResults] == [0, 0, CODES.BadMonitoredItemIdInvalid]
    assert [one.value for one in done.RemoveResults] == [CODES.BadMonitoredItemIdInvalid]
    await post_publish(raw)
    twin.simulation.set("reflux_flow", 3.0)
    await twin.send()
    await asyncio.sleep(0.3)
    twin.simulation.set("steam_flow", 2.0)
    await twin.send()
    told = values(await raw.answer())
    told += [] if 2.0 in told and 3.0 in told else values(await publish(raw))
    assert 2.0 in told
    assert 3.0 in told
    link.Parameters.TriggeringItemId = ua.UInt32(9999)
    assert code(await raw.ask(link)) == CODES.BadMonitoredItemIdInvalid
    link.Parameters.LinksToAdd = link.Parameters.LinksToRemove = []
    assert code(await raw.ask(link)) == CODES.BadNothingToDo


async def listen(raw: Raw, number: int, *selected: Any, queue: int = 10) -> Any:
    """An event item of the Server in mode Sampling."""
    target = ua.ReadValueId(ua.NodeId(ua.Int32(ua.ObjectIds.Server)), ua.AttributeIds.EventNotifier)
    wanted = ua.MonitoringParameters(
        ClientHandle=ua.UInt32(70), QueueSize=ua.UInt32(queue), Filter=ua.EventFilter(list(selected))
    )
    request = ua.CreateMonitoredItemsRequest()
    request.Parameters.SubscriptionId = ua.UInt32(number)
    request.Parameters.ItemsToCreate = [ua.MonitoredItemCreateRequest(target, MODE.Sampling, wanted)]
    return (await raw.ask(request)).Results[0]


async def linked_to(raw: Raw, number: int, item: int, *linked: int) -> None:
    link = ua.SetTriggeringRequest()
    link.Parameters = ua.SetTriggeringParameters(
        ua.UInt32(number), ua.UInt32(item), [ua.UInt32(one) for one in linked], []
    )
    assert [one.value for one in (await raw.ask(link)).Parameters.AddResults] == [0] * len(linked)


def happened(answer: Any) -> list[str]:
    """The events of a message: the SimIDs that came."""
    told = [one for one in answer.Parameters.NotificationMessage.NotificationData if hasattr(one, "Events")]
    return [event.EventFields[0].Value.Text.split()[0] for one in told for event in one.Events]


async def test_events_wait_until_what_triggers_them_reports(raw: Raw, twin: Twin, simulations: Simulations) -> None:
    number = await subscribe(raw)
    (reporting,) = await monitor(raw, number, twin, "steam_flow")
    events = int((await listen(raw, number, clause("Message"))).MonitoredItemId)
    await linked_to(raw, number, reporting, events)
    answers = [await publish(raw)]
    others = [(await begin(simulations)).sim_id for _ in range(2)]
    await asyncio.sleep(0.5)
    await post_publish(raw)
    await asyncio.sleep(0.3)
    assert not raw.waiting  # nothing has triggered it
    twin.simulation.set("steam_flow", 2.0)
    await twin.send()
    answers.append(await raw.answer())
    while not happened(answers[-1]):
        answers.append(await publish(raw))
    assert set(happened(answers[-1])) >= set(others)
    await begin(simulations)
    await post_publish(raw)
    await asyncio.sleep(0.5)
    assert not raw.waiting  # one report is no licence for what happens later
    delete = ua.DeleteMonitoredItemsRequest()
    delete.Parameters = ua.DeleteMonitoredItemsParameters(ua.UInt32(number), [ua.UInt32(events)])
    await raw.ask(delete)
    unlink = ua.SetTriggeringRequest()
    unlink.Parameters = ua.SetTriggeringParameters(ua.UInt32(number), ua.UInt32(reporting), [], [ua.UInt32(events)])
    assert [one.value for one in (await raw.ask(unlink)).Parameters.RemoveResults] == [CODES.BadMonitoredItemIdInvalid]


@pytest.mark.parametrize("oldest", [True, False])
async def test_a_queue_of_events_that_becomes_smaller_says_what_it_lost(
    raw: Raw, simulations: Simulations, oldest: bool
) -> None:
    number = await subscribe(raw)
    item = (await listen(raw, number, clause("Message"))).MonitoredItemId
    await publish(raw)
    names = [(await begin(simulations)).sim_id for _ in range(3)]
    await until_async(lambda: shown(raw, names), "all of them are there")
    change = ua.ModifyMonitoredItemsRequest()
    wanted = ua.MonitoringParameters(
        QueueSize=ua.UInt32(2), DiscardOldest=oldest, Filter=ua.EventFilter([clause("Message")])
    )
    change.Parameters.SubscriptionId = ua.UInt32(number)
    change.Parameters.ItemsToModify = [ua.MonitoredItemModifyRequest(item, wanted)]
    assert [one.RevisedQueueSize for one in (await raw.ask(change)).Results] == [2]
    switch = ua.SetMonitoringModeRequest()
    switch.Parameters = ua.SetMonitoringModeParameters(ua.UInt32(number), MODE.Reporting, [item])
    await raw.ask(switch)
    told = happened(await publish(raw))
    assert [one == "events" for one in told] == ([True, False, False] if oldest else [False, False, True])


async def shown(raw: Raw, names: list[str]) -> bool:
    """Whether the server has all these simulations."""
    read = ua.ReadRequest()
    read.Parameters.NodesToRead = [
        ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={name}"), ua.AttributeIds.BrowseName) for name in names
    ]
    return all(one.StatusCode is None or one.StatusCode.is_good() for one in (await raw.ask(read)).Results)


async def test_fields_that_no_event_has_are_told(raw: Raw) -> None:
    number = await subscribe(raw)
    paths = ("Message", "Mesage", "LimitState/CurrentState/Id", "ActiveState/Ids")
    other = clause("ActiveState/Id", ua.ObjectIds.BaseModelChangeEventType)
    made = await listen(raw, number, *(clause(path) for path in paths), other)
    unknown = CODES.BadNodeIdUnknown
    assert made.StatusCode.is_good()
    assert [one.value for one in made.FilterResult.SelectClauseResults] == [0, unknown, 0, unknown, unknown]


async def test_enumerations_without_a_name_fail_their_own_item_only(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw)
    flow = ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.reflux_flow"), ua.AttributeIds.Value)
    request = ua.CreateMonitoredItemsRequest()
    request.Parameters.SubscriptionId = ua.UInt32(number)
    for trigger, kind in ((1, 1), (7, 0), (1, 9), (7, 1), (2, 0)):
        wanted = ua.DataChangeFilter(ua.DataChangeTrigger.Status, ua.UInt32(kind), 0.5)
        wanted.Trigger = Unnamed(trigger)
        request.Parameters.ItemsToCreate.append(
            ua.MonitoredItemCreateRequest(flow, MODE.Reporting, ua.MonitoringParameters(Filter=wanted))
        )
    request.Parameters.ItemsToCreate[-1].MonitoringMode = Unnamed(5)
    made = await raw.ask(request)
    invalid = CODES.BadMonitoredItemFilterInvalid
    assert [one.StatusCode.value for one in made.Results] == [
        0, invalid, CODES.BadDeadbandFilterInvalid, invalid, CODES.BadMonitoringModeInvalid,
    ]  # fmt: skip
    request.Parameters.TimestampsToReturn = Unnamed(8)
    assert code(await raw.ask(request)) == CODES.BadTimestampsToReturnInvalid
    read = ua.ReadRequest()
    read.Parameters = ua.ReadParameters(0.0, Unnamed(8), [flow])
    assert code(await raw.ask(read)) == CODES.BadTimestampsToReturnInvalid
    browse = ua.BrowseRequest()
    for direction in (0, 7):
        wish = ua.BrowseDescription(NodeId=ua.NodeId(ua.Int32(85)), ResultMask=ua.UInt32(63))
        wish.BrowseDirection = Unnamed(direction)
        browse.Parameters.NodesToBrowse.append(wish)
    results = (await raw.ask(browse)).Results
    assert [one.StatusCode.value for one in results] == [0, CODES.BadBrowseDirectionInvalid]


async def test_publishing_switched_off_and_on(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw, keep_alive=3)
    await monitor(raw, number, twin, "reflux_flow")
    switch = ua.SetPublishingModeRequest()
    switch.Parameters = ua.SetPublishingModeParameters(False, [ua.UInt32(number), ua.UInt32(9999)])
    assert [one.value for one in (await raw.ask(switch)).Parameters.Results] == [0, CODES.BadSubscriptionIdInvalid]
    twin.simulation.set("reflux_flow", 3.5)
    await twin.send()
    for _ in range(2):
        assert 3.5 not in values(await publish(raw))
    switch.Parameters.PublishingEnabled = True
    await raw.ask(switch)
    assert values(await publish(raw))[-1] == 3.5


async def test_a_transferred_subscription_stays_with_its_user(raw: Raw, served: Served, twin: Twin) -> None:
    number = await subscribe(raw)
    take = ua.TransferSubscriptionsRequest()
    take.Parameters.SubscriptionIds = [ua.UInt32(number), ua.UInt32(9999)]
    own = (await raw.ask(take)).Parameters.Results
    assert [one.StatusCode.value for one in own] == [CODES.BadNothingToDo, CODES.BadSubscriptionIdInvalid]
    async with connection(served.url) as other:
        await other.session()
        results = (await other.ask(take)).Parameters.Results
        assert [one.StatusCode.value for one in results] == [CODES.BadUserAccessDenied, CODES.BadSubscriptionIdInvalid]


async def test_sampling_intervals_are_kept(raw: Raw, twin: Twin) -> None:
    number = await subscribe(raw)
    await monitor(raw, number, twin, "reflux_flow", SamplingInterval=1000.0, QueueSize=ua.UInt32(100))
    begun, told = time.monotonic(), []
    await post_publish(raw)
    while time.monotonic() - begun < 2.5:
        twin.simulation.set("reflux_flow", 1.0 + (time.monotonic() - begun) / 2)
        await twin.send()
        await asyncio.sleep(0.05)
        if raw.waiting:
            told += values(await raw.answer())
            await post_publish(raw)
    assert 2 <= len(told) <= 4
