"""Alarms in the running server: raised, acknowledged, confirmed, shelved, disabled, refreshed, kept over a restart."""

import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from asyncua import Client, ua
from redis import Redis

from connections.simulations import Simulations
from plant.lifecycle import Command, State
from plant.quality import Quality
from tests.system.opcua.hearing import about, call, condition, listening
from tests.system.opcua.rig import (
    END_WITHIN,
    READY_KEY,
    Twin,
    begin,
    opened,
    prepared,
    serving,
    start_server,
)
from tests.waiting import until, until_async

CODES, TYPES = ua.StatusCodes, ua.VariantType
ACKNOWLEDGE, CONFIRM, COMMENT, ENABLE, DISABLE = "i=9111", "i=9113", "i=9029", "i=9027", "i=9028"
TIMED, ONE_SHOT, UNSHELVE = "i=9213", "i=9212", "i=9211"
CONDITION_TYPE, REFRESH, REFRESH_2 = "i=2782", "i=3875", "i=12912"
BOTTOMS = "bottoms_methanol"


async def shows(twin: Twin, value: float, tag: str = BOTTOMS) -> None:
    """A frame in which a tag has this value."""
    twin.simulation.set(tag, value)
    await twin.send()


async def has(client: Client, twin: Twin, value: float, tag: str = BOTTOMS) -> bool:
    """Whether the server shows this value of a tag."""
    held = await client.get_node(f"{source(twin)}.{tag}").read_data_value(raise_on_bad_status=False)
    return held.Value is not None and held.Value.Value == value


def source(twin: Twin) -> str:
    return f"ns=2;s={twin.sim_id}"


async def read(client: Client, twin: Twin, path: str, alarm: str = BOTTOMS) -> ua.DataValue:
    return await client.get_node(f"{condition(twin.sim_id, alarm)}.{path}").read_data_value(raise_on_bad_status=False)


async def value(client: Client, twin: Twin, path: str, alarm: str = BOTTOMS) -> Any:
    held = (await read(client, twin, path, alarm)).Value
    return None if held is None else held.Value


async def test_an_alarm_tells_everything(client: Client, twin: Twin) -> None:
    async with listening(client, source(twin)) as ear:
        await shows(twin, 1.2)
        event = await ear.last(1)
    name = f"{twin.sim_id}.{BOTTOMS}"
    expected = {
        "EventType": ua.NodeId(ua.Int32(ua.ObjectIds.ExclusiveLimitAlarmType)), "SourceName": name,
        "SourceNode": ua.NodeId.from_string(f"ns=2;s={name}"), "InputNode": ua.NodeId.from_string(f"ns=2;s={name}"),
        "Severity": 500, "ConditionName": BOTTOMS, "Retain": True, "EnabledState/Id": True, "ActiveState/Id": True,
        "AckedState/Id": False, "ConfirmedState/Id": True, "SuppressedOrShelved": False, "HighLimit": 1.0,
        "ConditionClassId": ua.NodeId(ua.Int32(ua.ObjectIds.ProcessConditionClassType)), "BranchId": ua.NodeId(),
        "LimitState/CurrentState/Id": ua.NodeId(ua.Int32(ua.ObjectIds.ExclusiveLimitStateMachineType_High)),
        "Id": ua.NodeId.from_string(condition(twin.sim_id, BOTTOMS)),
    }  # fmt: skip
    assert {key: event[key] for key in expected} == expected
    assert event["Message"].Text == f"{name} = 1.2 % is above 1 % (high)"
    assert event["LimitState/CurrentState"].Text == "High"
    assert event["ShelvingState/CurrentState"].Text == "Unshelved"
    assert event["Quality"] == ua.StatusCode()
    assert len(event["EventId"]) == 16
    assert event["Time"] is not None


async def test_levels_hysteresis_and_quality(client: Client, twin: Twin) -> None:
    async with listening(client, source(twin)) as ear:
        for level in (1.2, 2.5, 0.99, 0.8, 1.2, 0.2):
            await shows(twin, level)
        await ear.hears(4)
        assert [(event["Severity"], event["ActiveState/Id"]) for event in ear.events] == [
            (500, True), (800, True), (500, True),
            (500, False),
        ], "0.99 and 0.8 are inside the hysteresis of half a percent of 0..100"  # fmt: skip
        bad = np.zeros(len(twin.simulation.values), np.uint32)
        bad[twin.simulation.model.index(BOTTOMS)] = Quality.BAD_SENSOR_FAILURE
        await shows(twin, 1.2)
        await twin.send(status=bad)
        event = await ear.last(6)
        assert (event["Quality"].value, event["ActiveState/Id"], event["Retain"]) == (
            CODES.BadSensorFailure,
            True,
            True,
        )


async def test_acknowledge_and_confirm(client: Client, twin: Twin) -> None:
    node = condition(twin.sim_id, BOTTOMS)
    async with listening(client, source(twin)) as ear:
        await shows(twin, 1.2)
        high = await ear.last(1)
        assert await call(client, node, ACKNOWLEDGE, *about(b"x" * 16)) == CODES.BadEventIdUnknown
        assert await call(client, node, CONFIRM, *about(high["EventId"])) == CODES.BadConditionBranchAlreadyConfirmed
        assert await call(client, node, ACKNOWLEDGE, *about(high["EventId"], "seen")) == CODES.Good
        acked = await ear.last(2)
        assert (acked["AckedState/Id"], acked["Comment"].Text, acked["ClientUserId"]) == (True, "seen", "engineer")
        assert acked["Message"].Text.endswith("is above 1 % (high); acknowledged by engineer: seen")
        again = await call(client, node, ACKNOWLEDGE, *about(acked["EventId"]))
        assert again == CODES.BadConditionBranchAlreadyAcked
        await shows(twin, 2.5)
        worse = await ear.last(3)
        assert (worse["AckedState/Id"], worse["Severity"], worse["LastSeverity"]) == (False, 800, 500)
        assert await call(client, node, ACKNOWLEDGE, *about(high["EventId"])) == CODES.BadEventIdUnknown
        assert await call(client, node, f"{node}.Acknowledge", *about(worse["EventId"])) == CODES.Good
        unconfirmed = await ear.last(4)
        assert unconfirmed["ConfirmedState/Id"] is False
        await shows(twin, 0.2)
        over = await ear.last(5)
        assert (over["ActiveState/Id"], over["Retain"]) == (False, True)
        assert await call(client, node, f"{node}.Confirm", *about(unconfirmed["EventId"])) == CODES.Good
        done = await ear.last(6)
        assert (done["ConfirmedState/Id"], done["Retain"]) == (True, False)
    assert len({event["EventId"] for event in ear.events}) == 6


async def test_comments_disabling_and_bad_calls(client: Client, twin: Twin) -> None:
    node = condition(twin.sim_id, BOTTOMS)
    async with listening(client, source(twin)) as ear:
        await shows(twin, 1.2)
        raised = await ear.last(1)
        assert await call(client, node, COMMENT, *about(raised["EventId"], "pump 2 looked at")) == CODES.Good
        assert (await ear.last(2))["Comment"].Text == "pump 2 looked at"
        assert await call(client, node, ENABLE) == CODES.BadConditionAlreadyEnabled
        assert await call(client, node, DISABLE) == CODES.Good
        disabled = await ear.last(3)
        assert (disabled["EnabledState/Id"], disabled["Retain"]) == (False, False)
        assert disabled["AckedState/Id"] == ua.StatusCode(ua.UInt32(CODES.BadConditionDisabled))
        assert await call(client, node, DISABLE) == CODES.BadConditionAlreadyDisabled
        assert await call(client, node, ACKNOWLEDGE, *about(raised["EventId"])) == CODES.BadConditionDisabled
        assert (await read(client, twin, "AckedState")).StatusCode.value == CODES.BadConditionDisabled
        await shows(twin, 2.5)
        await until_async(lambda: has(client, twin, 2.5), "the server has taken the value that enabling looks at")
        assert await call(client, node, ENABLE) == CODES.Good
        both = (await ear.hears(5))[3:5]
        assert [event["ActiveState/Id"] for event in both] == [False, True], "enabled, and raised by the value of now"
        assert both[1]["Severity"] == 800
    assert await call(client, node, ACKNOWLEDGE) == CODES.BadArgumentsMissing
    assert await call(client, node, ENABLE, ua.Variant(1)) == CODES.BadTooManyArguments
    text = ua.Variant("x", TYPES.String)
    assert await call(client, node, ACKNOWLEDGE, text, text) == CODES.BadInvalidArgument
    bad = ua.CallMethodRequest(ua.NodeId.from_string(node), ua.NodeId.from_string(ACKNOWLEDGE), [text, about(b"")[1]])
    (told,) = await client.uaclient.call([bad])
    assert [one.value for one in told.InputArgumentResults] == [CODES.BadTypeMismatch, CODES.Good]
    assert await call(client, node, REFRESH.replace("3875", "9999")) == CODES.BadMethodInvalid
    assert await call(client, condition(twin.sim_id, "nope"), ENABLE) == CODES.BadNodeIdUnknown
    long = about(both[1]["EventId"], "x" * 2000)
    assert await call(client, node, COMMENT, *long) == CODES.BadInvalidArgument


async def test_calls_go_to_an_alarm_by_a_method_that_it_has(client: Client, twin: Twin) -> None:
    node, other = condition(twin.sim_id, BOTTOMS), condition(twin.sim_id, "worker")
    for owner, method, code in (
        (node, f"{other}.Disable", CODES.BadMethodInvalid),
        (f"{node}.HighLimit", DISABLE, CODES.BadMethodInvalid),
        (f"{node}.ShelvingState", DISABLE, CODES.BadMethodInvalid),
        (f"{node}.Nope", DISABLE, CODES.BadNodeIdUnknown),
        (CONDITION_TYPE, DISABLE, CODES.BadNodeIdInvalid),
        ("i=9341", ACKNOWLEDGE, CODES.BadNodeIdInvalid),
    ):
        assert await call(client, owner, method) == code, (owner, method)
    assert (await read(client, twin, "EnabledState/Id")).Value.Value is True
    number = ua.Variant(ua.UInt32(1), TYPES.UInt32)
    assert await call(client, "i=9341", REFRESH, number) == CODES.BadSubscriptionIdInvalid  # a type of conditions
    for owner, code in (("i=2253", CODES.BadMethodInvalid), ("ns=2;s=nope-1", CODES.BadNodeIdUnknown)):
        assert await call(client, owner, REFRESH, number) == code


async def test_shelving(client: Client, twin: Twin) -> None:
    node = condition(twin.sim_id, BOTTOMS)
    state = f"{node}.ShelvingState"

    def milliseconds(number: float) -> ua.Variant:
        return ua.Variant(number, TYPES.Double)

    async with listening(client, source(twin)) as ear:
        assert await call(client, state, UNSHELVE) == CODES.BadConditionNotShelved
        assert await call(client, state, TIMED, milliseconds(0.0)) == CODES.BadShelvingTimeOutOfRange
        assert await call(client, state, TIMED, milliseconds(1e12)) == CODES.BadShelvingTimeOutOfRange
        assert await call(client, state, TIMED, milliseconds(600.0)) == CODES.Good
        shelved = await ear.last(1)
        assert (shelved["SuppressedOrShelved"], shelved["ShelvingState/CurrentState"].Text) == (True, "Timed Shelved")
        assert await call(client, state, TIMED, milliseconds(600.0)) == CODES.BadConditionAlreadyShelved
        assert (await ear.last(2))["SuppressedOrShelved"] is False, "its time is over"
        assert await call(client, node, f"{state}.OneShotShelve") == CODES.Good
        assert 0 < await value(client, twin, "ShelvingState.UnshelveTime") <= 86_400_000
        await shows(twin, 1.2)
        assert (await ear.last(4))["SuppressedOrShelved"] is True
        assert await call(client, state, ONE_SHOT) == CODES.BadConditionAlreadyShelved
        await shows(twin, 0.2)
        assert (await ear.last(5))["SuppressedOrShelved"] is False
        assert await value(client, twin, "ShelvingState.CurrentState.Id") == ua.NodeId(ua.Int32(2930))


async def test_refresh_tells_what_is_of_interest_to_its_own_session_only(
    served: Any, client: Client, simulations: Simulations
) -> None:
    twins = [await begin(simulations) for _ in range(3)]
    async with listening(client, "i=2253") as warm:
        for twin in twins:
            await shows(twin, 1.2)
        await shows(twins[2], 0.2)
        await warm.hears(4)
        done = warm.events[[e["SourceName"] for e in warm.events].index(f"{twins[2].sim_id}.{BOTTOMS}")]
        assert await call(client, condition(twins[2].sim_id, BOTTOMS), ACKNOWLEDGE, *about(done["EventId"])) == 0
    async with listening(client, "i=2253") as ear, Client(served.url) as stranger:
        assert ear.subscription is not None
        number = ua.Variant(ear.subscription.subscription_id, TYPES.UInt32)
        item = ua.Variant(ear.item, TYPES.UInt32)
        assert await call(stranger, CONDITION_TYPE, REFRESH, number) == CODES.BadSubscriptionIdInvalid
        assert await call(client, CONDITION_TYPE, REFRESH, number) == CODES.Good
        ends = [ua.NodeId(ua.Int32(kind)) for kind in (2787, 2788)]

        async def refreshed() -> bool:
            return any(event["EventType"] == ends[1] for event in ear.events)

        await until_async(refreshed, "the end of the refresh")
        names = [event["SourceName"] for event in ear.events]
        assert (ear.events[0]["EventType"], names[-1]) == (ends[0], "Server")
        ours = [name for name in names if name.endswith(BOTTOMS) and name.split(".")[0] in {t.sim_id for t in twins}]
        assert sorted(ours) == sorted(f"{twin.sim_id}.{BOTTOMS}" for twin in twins[:2])
        ear.events.clear()
        assert await call(client, CONDITION_TYPE, REFRESH_2, number, item) == CODES.Good
        await until_async(refreshed, "the end of the second refresh")
        wrong = ua.Variant(99, TYPES.UInt32)
        assert await call(client, CONDITION_TYPE, REFRESH_2, number, wrong) == CODES.BadMonitoredItemIdInvalid
    async with listening(client, source(twins[1])) as narrow:
        assert narrow.subscription is not None
        assert await narrow.subscription.server.call([ua.CallMethodRequest(
            ua.NodeId.from_string(CONDITION_TYPE), ua.NodeId.from_string(REFRESH),
            [ua.Variant(narrow.subscription.subscription_id, TYPES.UInt32)],
        )])  # fmt: skip
        await narrow.hears(3)
        assert [event["SourceName"] for event in narrow.events] == ["Server", f"{twins[1].sim_id}.{BOTTOMS}", "Server"]


async def test_a_late_worker_is_an_alarm_of_the_system(client: Client, twin: Twin) -> None:
    async with listening(client, source(twin), workers=True) as ear:
        late = await ear.last(1)
        assert late["ConditionName"] == "worker"
        assert late["Message"].Text == f"{twin.sim_id}: its worker sends no values"
        assert late["ConditionClassId"] == ua.NodeId(ua.Int32(ua.ObjectIds.SystemConditionClassType))
        assert late["SourceNode"] == ua.NodeId.from_string(source(twin))
        await twin.send()
        back = await ear.last(2)
        assert (back["ActiveState/Id"], back["Message"].Text) == (
            False,
            f"{twin.sim_id}: its worker sends values again",
        )


async def test_the_end_of_a_simulation_is_the_end_of_its_alarms(
    client: Client, twin: Twin, simulations: Simulations
) -> None:
    async with listening(client, source(twin)) as ear:
        await shows(twin, 1.2)
        await ear.hears(1)
        twin.state = State.FINISHED
        await twin.send()
        over = await ear.last(2)
        assert (over["Retain"], over["ActiveState/Id"], over["AckedState/Id"]) == (False, False, True)
        assert over["Message"].Text.startswith(f"{twin.sim_id} is finished: ")


async def test_the_nodes_of_an_alarm(client: Client, twin: Twin) -> None:
    await shows(twin, 1.2)

    async def raised() -> bool:
        return bool(await value(client, twin, "ActiveState.Id"))

    await until_async(raised, "the alarm is active")
    folder = client.get_node(f"{source(twin)}.Alarms")
    names = [(await child.read_browse_name()).Name for child in await folder.get_children()]
    assert names == ["steam_flow", "distillate_methanol", BOTTOMS, "worker"]
    node = client.get_node(condition(twin.sim_id, BOTTOMS))
    assert await node.read_type_definition() == ua.NodeId(ua.Int32(ua.ObjectIds.ExclusiveLimitAlarmType))
    children = {(await child.read_browse_name()).Name: child for child in await node.get_children()}
    assert {"HighLimit", "HighHighLimit", "HighDeadband", "SeverityHigh", "OnDelay", "Acknowledge"} <= set(children)
    assert not {"LowLimit", "LowLowLimit"} & set(children)
    for name, child in children.items():
        assert await child.get_parent() == node, name
    tag = client.get_node(f"{source(twin)}.{BOTTOMS}")
    assert [found.nodeid for found in await tag.get_referenced_nodes(ua.ObjectIds.HasCondition)] == [node.nodeid]
    assert await value(client, twin, "HighLimit") == 1.0
    assert (await value(client, twin, "ActiveState.EffectiveDisplayName")).Text == "High"
    normal = await read(client, twin, "LimitState.CurrentState", "distillate_methanol")
    assert normal.StatusCode is not None
    assert normal.StatusCode.value == CODES.BadStateNotActive
    arguments = await client.get_node(f"{node.nodeid.to_string()}.Acknowledge.InputArguments").read_value()
    assert [argument.Name for argument in arguments] == ["EventId", "Comment"]
    for notifier in ("i=2253", "ns=2;s=Simulations", "ns=2;s=Simulations.wood-berry", source(twin)):
        held = await client.get_node(notifier).read_attribute(ua.AttributeIds.EventNotifier)
        assert held.Value is not None
        assert held.Value.Value == 5


async def test_every_mandatory_member_of_the_types_is_there(client: Client, twin: Twin) -> None:
    for alarm in (BOTTOMS, "worker"):
        top = client.get_node(condition(twin.sim_id, alarm))
        kind = client.get_node(await top.read_type_definition())
        while kind.nodeid != ua.NodeId(ua.Int32(ua.ObjectIds.BaseObjectType)):
            for member in await kind.get_children(ua.ObjectIds.Aggregates):
                await has_member(client, top, member, "")
            kind = (await kind.get_referenced_nodes(ua.ObjectIds.HasSubtype, ua.BrowseDirection.Inverse))[0]


async def has_member(client: Client, top: Any, member: Any, above: str) -> None:
    rules = await member.get_referenced_nodes(ua.ObjectIds.HasModellingRule)
    if ua.NodeId(ua.Int32(78)) not in [rule.nodeid for rule in rules]:
        return
    path = f"{above}.{(await member.read_browse_name()).Name}"
    mine = client.get_node(f"{top.nodeid.to_string()}{path}")
    assert await mine.read_node_class() == await member.read_node_class(), path
    if await mine.read_node_class() == ua.NodeClass.Variable:
        assert (await mine.read_data_type()) == (await member.read_data_type()), path
    for below in await member.get_children(ua.ObjectIds.Aggregates):
        await has_member(client, top, below, path)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_a_restart_loses_no_acknowledgement(tmp_path: Path, end: signal.Signals) -> None:
    with prepared(tmp_path) as settings:
        async with opened(settings) as simulations:
            with serving(settings) if end is signal.SIGTERM else killed(settings) as served:
                twin = await begin(simulations)
                gone = await begin(simulations)
                async with Client(served.url) as client, listening(client) as ear:
                    await shows(twin, 2.5)
                    await shows(twin, 93.0, "distillate_methanol")
                    await shows(gone, 2.5)
                    await ear.hears(3)
                    raised = next(event for event in ear.events if event["ConditionName"] == BOTTOMS)
                    node = condition(twin.sim_id, BOTTOMS)
                    assert await call(client, node, ACKNOWLEDGE, *about(raised["EventId"], "mine")) == CODES.Good
                    acked = await ear.last(4)
            simulations.records.command(gone.sim_id, Command.STOP)
            with serving(settings) as served:
                async with Client(served.url) as client:
                    assert await value(client, twin, "AckedState.Id") is True
                    assert await value(client, twin, "ConfirmedState.Id") is False
                    assert (await value(client, twin, "Comment")).Text == "mine"
                    assert await value(client, twin, "AckedState.Id", "distillate_methanol") is False
                    assert await value(client, twin, "EventId") == acked["EventId"]
                    assert await value(client, gone, "Retain") is False
                    confirmed = await call(client, node, CONFIRM, *about(acked["EventId"]))
                    assert confirmed == CODES.Good


class killed:  # noqa: N801 - reads as a phrase
    """A server that is killed at the end."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def __enter__(self) -> Any:
        from tests.system.opcua.rig import Served

        self._process = start_server(self._settings)
        with Redis.from_url(str(self._settings.redis_url)) as redis:
            until(lambda: redis.get(READY_KEY), "the OPC UA server is ready")
        return Served(self._settings, self._process, self._settings.data / "server.log")

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(END_WITHIN)
        with Redis.from_url(str(self._settings.redis_url)) as redis:
            redis.delete(READY_KEY)
