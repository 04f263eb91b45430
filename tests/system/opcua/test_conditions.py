"""Conditions by the book: what a disabled one says, what a refresh leaves alone, filters that do not fit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncua import Client, ua

from tests.system.opcua.hearing import TYPES, Ear, call, clause, condition, event_filter, listening
from tests.system.opcua.rig import Twin

CODES, TIMES = ua.StatusCodes, ua.TimestampsToReturn
TAG, ENABLE, DISABLE, REFRESH = "bottoms_methanol", "i=9027", "i=9028", "i=3875"


async def read(client: Client, node: str) -> Any:
    return await client.get_node(node).read_data_value(raise_on_bad_status=False)


async def test_a_disabled_condition_says_so_wherever_it_is_read(client: Client, twin: Twin) -> None:
    node = condition(twin.sim_id, TAG)
    assert await call(client, node, DISABLE) == CODES.Good
    for path in ("Quality", "Comment", "ActiveState", "HighLimit"):
        assert (await read(client, f"{node}.{path}")).StatusCode.value == CODES.BadConditionDisabled, path
    for path in ("EventId", "Retain", "ConditionName", "EnabledState.Id"):
        assert (await read(client, f"{node}.{path}")).StatusCode.is_good(), path
    assert await call(client, node, ENABLE) == CODES.Good


async def test_the_alarm_of_a_worker_has_no_variable_that_it_watches(client: Client, twin: Twin) -> None:
    found = [(await read(client, f"{condition(twin.sim_id, name)}.InputNode")).Value.Value for name in (TAG, "worker")]
    assert found == [ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{TAG}"), ua.NodeId()]


def switch(ear: Ear, mode: ua.MonitoringMode) -> ua.SetMonitoringModeParameters:
    assert ear.subscription is not None
    number = ua.IntegerId(ear.subscription.subscription_id or 0)
    return ua.SetMonitoringModeParameters(number, mode, [ua.IntegerId(ear.item)])


async def test_a_refresh_is_for_items_that_report(client: Client, twin: Twin) -> None:
    async with listening(client, "i=2253") as ear:
        assert ear.subscription is not None
        number = ua.Variant(ear.subscription.subscription_id, TYPES.UInt32)
        for mode, count in ((ua.MonitoringMode.Disabled, 0), (ua.MonitoringMode.Reporting, 2)):
            await client.uaclient.set_monitoring_mode(switch(ear, mode))
            assert await call(client, "i=2782", REFRESH, number) == CODES.Good
            await ear.hears(count)
            kinds = [event["EventType"].Identifier for event in ear.events]
            assert [kinds[:1], kinds[-1:]] == ([[2787], [2788]] if count else [[], []])


@pytest.mark.parametrize(
    ("node", "attribute", "wanted", "code"),
    [
        ("i=2267", ua.AttributeIds.Value, event_filter(), CODES.BadFilterNotAllowed),
        ("i=2253", ua.AttributeIds.EventNotifier, ua.DataChangeFilter(), CODES.BadFilterNotAllowed),
        (
            "i=2253",
            ua.AttributeIds.EventNotifier,
            ua.EventFilter([clause("Severity", 58)]),
            CODES.BadEventFilterInvalid,
        ),
    ],
)
async def test_filters_fit_what_is_monitored(
    client: Client, node: str, attribute: ua.AttributeIds, wanted: Any, code: int
) -> None:
    subscription = await client.create_subscription(50, None)
    target = ua.ReadValueId(ua.NodeId.from_string(node), attribute)
    parameters = ua.MonitoringParameters(ua.IntegerId(1), 0.0, wanted, ua.Counter(0), True)
    request = [ua.MonitoredItemCreateRequest(target, ua.MonitoringMode.Reporting, parameters)]
    (result,) = await client.uaclient.create_monitored_items(
        ua.CreateMonitoredItemsParameters(subscription.subscription_id, TIMES.Both, request)
    )
    assert result.StatusCode.value == code
    await subscription.delete()


@pytest.mark.parametrize("times", list(TIMES))
async def test_the_history_of_events_has_the_times_of_its_filter(client: Client, twin: Twin, times: Any) -> None:
    span = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(hours=1)
    details = ua.ReadEventDetails(ua.Counter(0), *span, event_filter())
    wanted = [ua.HistoryReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}"))]
    (result,) = await client.uaclient.history_read(ua.HistoryReadParameters(details, times, False, wanted))
    assert not result.StatusCode.is_bad()


async def test_what_an_item_has_sampled_is_told_when_it_reports(client: Client, twin: Twin) -> None:
    node = f"ns=2;s={twin.sim_id}"
    async with listening(client, node) as ear, listening(client, node) as witness:
        expected, seen = [], 0
        for mode, kept in ((ua.MonitoringMode.Sampling, True), (ua.MonitoringMode.Disabled, False)):
            await client.uaclient.set_monitoring_mode(switch(ear, mode))
            for method in (DISABLE, ENABLE):
                assert await call(client, condition(twin.sim_id, TAG), method) == CODES.Good
            seen += 2
            told = [event["EventId"] for event in (await witness.hears(seen))[-2:]]
            expected += told if kept else []
            assert [event["EventId"] for event in ear.events] == ([] if kept else expected)
            await client.uaclient.set_monitoring_mode(switch(ear, ua.MonitoringMode.Reporting))
            await ear.hears(len(expected))
        assert await call(client, condition(twin.sim_id, TAG), DISABLE) == CODES.Good
        last = (await witness.hears(seen + 1))[-1]["EventId"]
        await ear.hears(len(expected) + 1)
        assert [event["EventId"] for event in ear.events] == [*expected, last]
    assert await call(client, condition(twin.sim_id, TAG), ENABLE) == CODES.Good


async def test_what_waits_is_forgotten_when_an_item_is_disabled(client: Client, twin: Twin) -> None:
    async with listening(client, f"ns=2;s={twin.sim_id}") as ear:
        for mode in (ua.MonitoringMode.Sampling, ua.MonitoringMode.Disabled, ua.MonitoringMode.Reporting):
            await client.uaclient.set_monitoring_mode(switch(ear, mode))
            if mode == ua.MonitoringMode.Sampling:
                assert await call(client, condition(twin.sim_id, TAG), DISABLE) == CODES.Good
        assert await call(client, condition(twin.sim_id, TAG), ENABLE) == CODES.Good
        (event,) = await ear.hears(1)
        assert event["Message"].Text.endswith("enabled by engineer")
