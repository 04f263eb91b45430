"""Subscriptions on tags: every sample that was asked for, in order, with its status and both times."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from asyncua import Client, ua

from plant.quality import Quality
from tests.system.opcua.rig import Twin, begin
from tests.waiting import until_async

TRIGGER, DEADBAND, MODE = ua.DataChangeTrigger, ua.DeadbandType, ua.MonitoringMode
CODES = ua.StatusCodes


@dataclass
class Subscribed:
    """A raw subscription: its notifications as they came, one list of (handle, DataValue) for each message."""

    client: Client
    number: int
    messages: list[list[tuple[int, ua.DataValue]]] = field(default_factory=list)
    sequence: list[int] = field(default_factory=list)

    @property
    def values(self) -> list[ua.DataValue]:
        return [value for message in self.messages for _, value in message]

    async def monitor(self, *nodes: ua.NodeId, **parameters: Any) -> list[ua.MonitoredItemCreateResult]:
        params = ua.CreateMonitoredItemsParameters(self.number, parameters.pop("times", ua.TimestampsToReturn.Both))
        mode = parameters.pop("mode", MODE.Reporting)
        for handle, node in enumerate(nodes):
            wanted = ua.MonitoringParameters(ClientHandle=ua.UInt32(handle), **parameters)
            params.ItemsToCreate.append(
                ua.MonitoredItemCreateRequest(ua.ReadValueId(node, ua.AttributeIds.Value), mode, wanted)
            )
        created: list[ua.MonitoredItemCreateResult] = await self.client.uaclient.create_monitored_items(params)
        return created

    async def take(self, result: ua.PublishResult) -> None:
        self.sequence.append(result.NotificationMessage.SequenceNumber)
        for data in result.NotificationMessage.NotificationData or ():
            if isinstance(data, ua.DataChangeNotification):
                self.messages.append([(item.ClientHandle, item.Value) for item in data.MonitoredItems])

    async def count(self, wanted: int) -> None:
        async def enough() -> bool:
            return len(self.values) >= wanted

        await until_async(enough, f"{wanted} notifications", 10)


Subscribe = Callable[..., Awaitable[Subscribed]]


@pytest.fixture
async def subscribe(client: Client) -> Subscribe:
    async def open_one(period: float = 50.0, most: int = 0) -> Subscribed:
        params = ua.CreateSubscriptionParameters(period, ua.UInt32(1000), ua.UInt32(100), ua.UInt32(most), True)
        subscribed = Subscribed(client, 0)
        result = await client.uaclient.create_subscription(params, subscribed.take)
        subscribed.number = result.SubscriptionId
        return subscribed

    return open_one


def tag(twin: Twin, name: str) -> ua.NodeId:
    return ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{name}")


def numbers(subscribed: Subscribed) -> list[float]:
    return [value.Value.Value for value in subscribed.values if value.Value is not None]


async def move(twin: Twin, *values: float) -> None:
    """Frames in which the reflux takes these values, as fast as they go."""
    for value in values:
        twin.simulation.set("reflux_flow", value)
        await twin.send()


async def test_y_moves_after_u(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe()
    await subscribed.monitor(tag(twin, "distillate_methanol"), tag(twin, "reflux_flow"))
    await subscribed.count(2)
    twin.simulation.set("reflux_flow", 2.5)
    frames = [await twin.step() for _ in range(80)]
    last = frames[-1].values[twin.simulation.model.index("distillate_methanol")]
    assert last > 96.3

    async def arrived() -> bool:
        return bool(numbers(subscribed)[-1] == last)

    await until_async(arrived, "the last y")
    for value in subscribed.values:
        assert value.SourceTimestamp is not None
        assert value.ServerTimestamp is not None


async def test_samples_faster_than_publishing_are_kept_up_to_the_queue(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe(400.0)
    (created,) = await subscribed.monitor(tag(twin, "reflux_flow"), QueueSize=ua.UInt32(100))
    assert created.RevisedQueueSize == 100
    await subscribed.count(1)
    wanted = [1.0 + i / 100 for i in range(50)]
    await move(twin, *wanted)
    await subscribed.count(51)
    assert numbers(subscribed)[1:] == wanted
    times = [value.SourceTimestamp for value in subscribed.values]
    assert times == sorted(set(times))
    assert len(subscribed.messages) <= 5


@pytest.mark.parametrize(("oldest", "kept", "marked"), [(True, [1.5, 1.6, 1.7], 0), (False, [1.1, 1.2, 1.7], 2)])
async def test_a_full_queue_says_what_it_lost(
    twin: Twin, subscribe: Subscribe, oldest: bool, kept: list[float], marked: int
) -> None:
    subscribed = await subscribe(600.0)
    await subscribed.monitor(tag(twin, "reflux_flow"), QueueSize=ua.UInt32(3), DiscardOldest=oldest)
    await subscribed.count(1)
    await move(twin, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7)
    await subscribed.count(4)
    assert numbers(subscribed)[1:] == kept
    codes = [value.StatusCode.value for value in subscribed.values[1:] if value.StatusCode is not None]
    assert codes == [0x480 if place == marked else 0 for place in range(3)]


async def test_a_queue_of_one_holds_the_newest(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe(400.0)
    await subscribed.monitor(tag(twin, "reflux_flow"), QueueSize=ua.UInt32(1))
    await subscribed.count(1)
    await move(twin, 1.1, 1.2, 1.3)
    await subscribed.count(2)
    assert numbers(subscribed)[1:] == [1.3]
    assert subscribed.values[-1].StatusCode == ua.StatusCode()


async def test_deadband_counts_from_the_last_reported_value(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe()
    absolute = ua.DataChangeFilter(TRIGGER.StatusValue, ua.UInt32(DEADBAND.Absolute), 0.5)
    percent = ua.DataChangeFilter(TRIGGER.StatusValue, ua.UInt32(DEADBAND.Percent), 25.0)
    await subscribed.monitor(tag(twin, "reflux_flow"), Filter=absolute, QueueSize=ua.UInt32(50))
    other = await subscribe()
    await other.monitor(tag(twin, "reflux_flow"), Filter=percent, QueueSize=ua.UInt32(50))
    await subscribed.count(1)
    await move(twin, *(1.95 - 0.125 * step for step in range(1, 16)))  # a slow ramp down to 0.075
    await subscribed.count(4)
    await other.count(2)
    assert numbers(subscribed) == [1.95, 1.95 - 0.625, 1.95 - 1.25, 1.95 - 1.875]
    assert numbers(other) == [1.95, 1.95 - 1.125]  # 25 % of 0..4 lb/min


@pytest.mark.parametrize(
    ("name", "kind", "size", "code"),
    [
        ("reflux_flow", DEADBAND.Percent, 101.0, CODES.BadDeadbandFilterInvalid),
        ("reflux_flow", DEADBAND.Absolute, -1.0, CODES.BadDeadbandFilterInvalid),
        ("reflux_flow", DEADBAND.Absolute, float("nan"), CODES.BadDeadbandFilterInvalid),
        ("distillate_methanol_mode", DEADBAND.Absolute, 1.0, CODES.BadFilterNotAllowed),
        ("Status", DEADBAND.Absolute, 1.0, CODES.BadFilterNotAllowed),
        ("no_such_tag", DEADBAND.None_, 0.0, CODES.BadNodeIdUnknown),
    ],
)
async def test_refused_items(
    twin: Twin, subscribe: Subscribe, name: str, kind: ua.DeadbandType, size: float, code: int
) -> None:
    subscribed = await subscribe()
    wanted = ua.DataChangeFilter(TRIGGER.StatusValue, ua.UInt32(kind), size)
    (created,) = await subscribed.monitor(tag(twin, name), Filter=wanted)
    assert created.StatusCode.value == code


async def test_triggers(twin: Twin, subscribe: Subscribe) -> None:
    seen = {}
    for trigger in TRIGGER:
        seen[trigger] = await subscribe()
        wanted = ua.DataChangeFilter(trigger, ua.UInt32(DEADBAND.None_), 0.0)
        await seen[trigger].monitor(tag(twin, "reflux_flow"), Filter=wanted, QueueSize=ua.UInt32(10))
        await seen[trigger].count(1)
    await move(twin, 1.95, 2.0)  # the same value at a later time, then another value
    bad = np.zeros(len(twin.simulation.values), np.uint32)
    bad[0] = Quality.BAD_OUT_OF_RANGE
    await twin.send(status=bad)
    await seen[TRIGGER.StatusValueTimestamp].count(4)
    await seen[TRIGGER.StatusValue].count(3)
    await seen[TRIGGER.Status].count(2)
    assert [len(seen[trigger].values) for trigger in TRIGGER] == [2, 3, 4]


async def test_bad_is_told_once_and_carries_no_value(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe()
    await subscribed.monitor(tag(twin, "reflux_flow"), QueueSize=ua.UInt32(20))
    await subscribed.count(1)
    bad = np.zeros(len(twin.simulation.values), np.uint32)
    bad[0] = Quality.BAD_OUT_OF_RANGE
    twin.simulation.values[0] = np.nan
    for _ in range(3):
        await twin.send(status=bad)
    await move(twin, 2.0)
    await subscribed.count(3)
    _, failed, again = subscribed.values
    assert failed.StatusCode == ua.StatusCode(ua.UInt32(CODES.BadOutOfRange))
    assert failed.Value is None or failed.Value.Value is None
    assert failed.SourceTimestamp is not None
    assert again.Value is not None
    assert again.Value.Value == 2.0


async def test_types_statuses_and_handles_of_a_mixed_message(twin: Twin, subscribe: Subscribe) -> None:
    status = np.zeros(len(twin.simulation.values), np.uint32)
    model = twin.simulation.model
    status[model.index("steam_flow")] = Quality.UNCERTAIN_LAST_USABLE_VALUE
    status[model.index("feed_flow")] = Quality.BAD_SENSOR_FAILURE
    frame = await twin.send(status=status)
    names = ["feed_flow", "reflux_flow", "distillate_methanol_mode", "steam_flow"]
    subscribed = await subscribe()
    await asyncio.sleep(0.1)
    await subscribed.monitor(*(tag(twin, name) for name in names))
    await subscribed.count(4)
    by_handle = {handle: value for message in subscribed.messages for handle, value in message}
    assert [by_handle[i].StatusCode.value for i in range(4)] == [  # type: ignore[union-attr]
        CODES.BadSensorFailure, 0, 0, CODES.UncertainLastUsableValue,
    ]  # fmt: skip
    kinds = [by_handle[i].Value.VariantType for i in (1, 2, 3)]  # type: ignore[union-attr]
    assert kinds == [ua.VariantType.Double, ua.VariantType.UInt32, ua.VariantType.Double]
    assert by_handle[3].Value.Value == frame.values[1]  # type: ignore[union-attr]


async def test_timestamps_as_asked_for(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe()
    await subscribed.monitor(tag(twin, "reflux_flow"), times=ua.TimestampsToReturn.Source)
    await subscribed.count(1)
    (value,) = subscribed.values
    assert value.SourceTimestamp is not None
    assert value.ServerTimestamp is None


async def test_modes_modify_and_delete(twin: Twin, subscribe: Subscribe, client: Client) -> None:
    subscribed = await subscribe()
    created = await subscribed.monitor(
        tag(twin, "reflux_flow"), tag(twin, "steam_flow"), mode=MODE.Disabled, QueueSize=ua.UInt32(5)
    )
    ids = [one.MonitoredItemId for one in created]
    await move(twin, 2.0)
    reflux = client.get_node(tag(twin, "reflux_flow"))

    async def shown() -> bool:
        return bool(await reflux.read_value() == 2.0)

    await until_async(shown, "the value is there")
    assert subscribed.values == []
    params = ua.SetMonitoringModeParameters(ua.IntegerId(subscribed.number), MODE.Reporting, ids[:1])
    await client.uaclient.set_monitoring_mode(params)
    await subscribed.count(1)
    assert numbers(subscribed) == [2.0]
    change = ua.MonitoredItemModifyRequest(ids[0], ua.MonitoringParameters(
        ClientHandle=ua.UInt32(77), QueueSize=ua.UInt32(5000),
        Filter=ua.DataChangeFilter(TRIGGER.StatusValue, ua.UInt32(DEADBAND.Absolute), 0.5),
    ))  # fmt: skip
    modify = ua.ModifyMonitoredItemsParameters(ua.IntegerId(subscribed.number), ua.TimestampsToReturn.Both, [change])
    (modified,) = await client.uaclient.modify_monitored_items(modify)
    assert modified.RevisedQueueSize == 1000
    await move(twin, 2.4, 2.6)
    await subscribed.count(2)
    assert subscribed.messages[-1][0][0] == 77
    assert numbers(subscribed) == [2.0, 2.6]
    delete = ua.DeleteMonitoredItemsParameters(ua.IntegerId(subscribed.number), [*ids, ua.IntegerId(999_999)])
    codes = await client.uaclient.delete_monitored_items(delete)
    assert [code.value for code in codes] == [0, 0, CODES.BadMonitoredItemIdInvalid]


async def test_variables_of_the_simulation_are_sampled(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe()
    await subscribed.monitor(tag(twin, "Status"), tag(twin, "SimulationTime"))
    await subscribed.count(2)
    await twin.step()
    await subscribed.count(3)
    assert subscribed.messages[-1][0][0] == 1
    assert subscribed.values[-1].Value is not None
    assert subscribed.values[-1].Value.Value == 1.0


async def test_a_notification_is_kept_until_acknowledged(twin: Twin, client: Client) -> None:
    seen: list[ua.PublishResult] = []

    async def keep(result: ua.PublishResult) -> None:
        seen.append(result)

    params = ua.CreateSubscriptionParameters(50.0, ua.UInt32(1000), ua.UInt32(100), ua.UInt32(0), True)
    number = (await client.uaclient.create_subscription(params, keep)).SubscriptionId
    subscribed = Subscribed(client, number)
    await subscribed.monitor(tag(twin, "reflux_flow"))

    async def told() -> bool:
        return any(result.NotificationMessage.NotificationData for result in seen)

    await until_async(told, "the first notification")
    first = next(result for result in seen if result.NotificationMessage.NotificationData)
    assert first.NotificationMessage.SequenceNumber in first.AvailableSequenceNumbers
    session = client.uaclient.session
    with pytest.raises(ua.UaStatusCodeError) as refused:
        await session.republish(number, 4711)
    assert refused.value.code == CODES.BadMessageNotAvailable


async def test_no_message_is_larger_than_asked_for(twin: Twin, subscribe: Subscribe) -> None:
    subscribed = await subscribe(most=4)
    names = [one.name for one in twin.simulation.model.tags]
    await subscribed.monitor(*(tag(twin, name) for name in names))
    await subscribed.count(len(names))
    assert max(len(message) for message in subscribed.messages) <= 4
    assert sorted(handle for message in subscribed.messages for handle, _ in message) == list(range(len(names)))


async def test_many_simulations_in_one_subscription(twin: Twin, subscribe: Subscribe) -> None:
    other = await begin(twin.simulations, "quadruple-tank")
    subscribed = await subscribe()
    await asyncio.sleep(0.2)
    nodes = [tag(twin, one.name) for one in twin.simulation.model.tags]
    nodes += [tag(other, one.name) for one in other.simulation.model.tags]
    await subscribed.monitor(*nodes)
    await subscribed.count(len(nodes))
    shown = {handle: value for message in subscribed.messages for handle, value in message}
    wanted = [*twin.simulation.values, *other.simulation.values]
    assert [float(shown[i].Value.Value) for i in range(len(nodes))] == wanted  # type: ignore[union-attr,arg-type]
