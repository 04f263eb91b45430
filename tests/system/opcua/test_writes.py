"""Every answer that a Write can get, and what it leaves behind."""

import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import Client, ua

from plant.access import User
from plant.lifecycle import Command
from tests.system.opcua.rig import Served, Twin
from tests.waiting import until_async

CODES, TYPES = ua.StatusCodes, ua.VariantType
Write = Callable[..., Awaitable[list[int]]]


@pytest.fixture
def write(client: Client, twin: Twin) -> Write:
    """Write (tag, variant or DataValue) pairs in one request; answers the status codes."""

    async def request(*pairs: tuple[str, Any]) -> list[int]:
        params = ua.WriteParameters()
        for tag, value in pairs:
            one = ua.WriteValue(client.get_node(f"ns=2;s={twin.sim_id}.{tag}").nodeid, ua.AttributeIds.Value)
            one.Value = value if isinstance(value, ua.DataValue) else ua.DataValue(value)
            params.NodesToWrite.append(one)
        codes: list[ua.StatusCode] = await client.uaclient.write(params)
        return [int(code.value) for code in codes]

    return request


def double(value: float) -> ua.Variant:
    return ua.Variant(value, TYPES.Double)


async def value_of(client: Client, twin: Twin, tag: str) -> float:
    return float(await client.get_node(f"ns=2;s={twin.sim_id}.{tag}").read_value())


@pytest.mark.parametrize(
    ("tag", "value", "code"),
    [
        ("reflux_flow", double(2.5), CODES.Good),
        ("reflux_flow", ua.Variant(2.1, TYPES.Float), CODES.Good),
        ("reflux_flow", ua.Variant(3, TYPES.Int32), CODES.Good),
        ("reflux_flow", ua.Variant(2, TYPES.UInt64), CODES.Good),
        ("feed_flow", double(2.0), CODES.Good),
        ("distillate_methanol_mode", ua.Variant(1, TYPES.UInt32), CODES.Good),
        ("reflux_flow", double(4.0), CODES.Good),
        ("reflux_flow", double(4.0000001), CODES.BadOutOfRange),
        ("reflux_flow", double(-0.1), CODES.BadOutOfRange),
        ("reflux_flow", double(math.nan), CODES.BadOutOfRange),
        ("reflux_flow", double(math.inf), CODES.BadOutOfRange),
        ("reflux_flow", ua.Variant(math.nan, TYPES.Float), CODES.BadOutOfRange),
        ("reflux_flow", ua.Variant(2**60, TYPES.Int64), CODES.BadTypeMismatch),
        ("reflux_flow", ua.Variant("2.5", TYPES.String), CODES.BadTypeMismatch),
        ("reflux_flow", ua.Variant(True, TYPES.Boolean), CODES.BadTypeMismatch),
        ("reflux_flow", ua.Variant([2.5], TYPES.Double), CODES.BadTypeMismatch),
        ("reflux_flow", ua.Variant(None, TYPES.Null), CODES.BadTypeMismatch),
        ("distillate_methanol_mode", ua.Variant(2, TYPES.UInt32), CODES.BadOutOfRange),
        ("distillate_methanol_mode", double(0.5), CODES.BadTypeMismatch),
        ("distillate_methanol", double(95.0), CODES.BadNotWritable),
        ("distillate_methanol", ua.Variant("x", TYPES.String), CODES.BadNotWritable),
        ("distillate_methanol.EURange", double(1.0), CODES.BadNotWritable),
        ("Speed", double(2.0), CODES.BadNotWritable),
        ("no_such_tag", double(1.0), CODES.BadNodeIdUnknown),
    ],
)
async def test_each_answer(write: Write, client: Client, twin: Twin, tag: str, value: ua.Variant, code: int) -> None:
    before = await value_of(client, twin, tag) if tag in {"reflux_flow", "distillate_methanol"} else None
    assert await write((tag, value)) == [code]
    appended = await twin.actions()
    if code == CODES.Good:
        assert appended[-1].values == {tag: pytest.approx(value.Value, rel=1e-6)}
        assert (appended[-1].door, appended[-1].user) == ("opcua", str(User.ENGINEER))
        assert await value_of(client, twin, tag) == pytest.approx(value.Value, rel=1e-6)
    else:
        assert appended == []
        assert before is None or await value_of(client, twin, tag) == before


async def test_a_plc_real_is_the_decimal_that_was_meant(write: Write, client: Client, twin: Twin) -> None:
    assert await write(("reflux_flow", ua.Variant(2.1, TYPES.Float))) == [CODES.Good]
    assert await value_of(client, twin, "reflux_flow") == 2.1


async def test_one_bad_value_harms_only_itself(write: Write, twin: Twin) -> None:
    codes = await write(
        ("reflux_flow", double(2.2)), ("steam_flow", double(99.0)), ("distillate_methanol", double(1.0)),
        ("feed_flow", ua.Variant("x", TYPES.String)), ("no_such_tag", double(1.0)), ("feed_flow", double(2.6)),
    )  # fmt: skip
    assert codes == [
        CODES.Good, CODES.BadOutOfRange, CODES.BadNotWritable, CODES.BadTypeMismatch, CODES.BadNodeIdUnknown,
        CODES.Good,
    ]  # fmt: skip
    (action,) = await twin.actions()
    assert action.values == {"reflux_flow": 2.2, "feed_flow": 2.6}


async def test_every_request_has_an_id_on_its_way_to_the_worker(write: Write, twin: Twin) -> None:
    for flow in (2.1, 2.2, 2.3):  # from the second on they are known by their shape
        assert await write(("reflux_flow", double(flow)), ("steam_flow", double(1.7))) == [CODES.Good, CODES.Good]
    traces = [action.trace for action in await twin.actions()]
    assert all(traces)
    assert len(set(traces)) == len(traces) == 3


async def test_attributes_that_there_are_not_are_unknown_to_write(client: Client, twin: Twin) -> None:
    node = client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow").nodeid
    params = ua.WriteParameters()
    for attribute in (ua.AttributeIds.DisplayName, ua.AttributeIds.EventNotifier, ua.AttributeIds.Executable):
        params.NodesToWrite.append(ua.WriteValue(node, attribute, Value=ua.DataValue(double(1.0))))
    codes = [one.value for one in await client.uaclient.write(params)]
    assert codes == [CODES.BadNotWritable, CODES.BadAttributeIdInvalid, CODES.BadAttributeIdInvalid]


async def test_status_and_client_timestamps(write: Write, client: Client, twin: Twin) -> None:
    old = datetime(2001, 1, 1, tzinfo=UTC)
    bad = ua.DataValue(double(2.2), ua.StatusCode(ua.UInt32(CODES.BadSensorFailure)))
    uncertain = ua.DataValue(double(2.2), ua.StatusCode(ua.UInt32(CODES.Uncertain)))
    stamped = ua.DataValue(double(2.2), SourceTimestamp=old, ServerTimestamp=old)
    assert await write(("reflux_flow", bad), ("reflux_flow", uncertain)) == [CODES.BadWriteNotSupported] * 2
    assert await twin.actions() == []
    assert await write(("reflux_flow", stamped)) == [CODES.Good]
    held = await client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow").read_data_value()
    assert held.SourceTimestamp is not None
    assert (datetime.now(UTC) - held.SourceTimestamp).total_seconds() < 60


async def test_a_loop_in_auto_owns_its_output(write: Write, client: Client, twin: Twin) -> None:
    driven = next(loop.manipulated for loop in twin.simulation.model.loops if loop.controlled == "distillate_methanol")
    assert await write(("distillate_methanol_mode", ua.Variant(1, TYPES.UInt32))) == [CODES.Good]
    assert await write((driven, double(2.0))) == [CODES.BadInvalidState]
    manual = ("distillate_methanol_mode", ua.Variant(0, TYPES.UInt32))
    assert await write(manual, (driven, double(2.0))) == [CODES.Good, CODES.Good]
    assert await value_of(client, twin, driven) == 2.0


async def test_the_accepted_value_stays_until_the_worker_shows_it(write: Write, client: Client, twin: Twin) -> None:
    assert await write(("reflux_flow", double(2.2))) == [CODES.Good]
    frame = await twin.step()
    assert frame.values[0] == 1.95
    time_node = client.get_node(f"ns=2;s={twin.sim_id}.SimulationTime")
    await until_async(lambda: reads(time_node, frame.sim_time), "the frame is shown")
    assert await value_of(client, twin, "reflux_flow") == 2.2
    twin.simulation.set("reflux_flow", 2.2)
    twin.action = (await twin.actions())[-1].number
    await twin.step()
    twin.simulation.set("reflux_flow", 2.4)
    last = await twin.step()
    await until_async(lambda: reads(time_node, last.sim_time), "the last frame is shown")
    assert await value_of(client, twin, "reflux_flow") == 2.4


async def reads(node: Any, value: float) -> bool:
    return bool(await node.read_value() == value)


async def test_an_ended_simulation_takes_no_value(write: Write, client: Client, twin: Twin) -> None:
    await twin.simulations.command(twin.sim_id, Command.STOP, User.ENGINEER, "test")
    status = client.get_node(f"ns=2;s={twin.sim_id}.Status")

    async def stopped() -> bool:
        return bool(await status.read_value() == "stopped")

    await until_async(stopped, "the simulation is stopped")
    assert await write(("reflux_flow", double(2.2))) == [CODES.BadInvalidState]
    held = await client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow").read_data_value(raise_on_bad_status=False)
    assert held.Value is not None
    assert (held.Value.Value, held.StatusCode) == (
        1.95, ua.StatusCode(ua.UInt32(CODES.UncertainLastUsableValue)),
    )  # fmt: skip


async def test_attributes_other_than_the_value(client: Client, twin: Twin) -> None:
    params = ua.WriteParameters()
    node = client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow").nodeid
    name = ua.DataValue(ua.Variant(ua.LocalizedText("mine")))
    params.NodesToWrite.append(ua.WriteValue(node, ua.AttributeIds.DisplayName, Value=name))
    assert [code.value for code in await client.uaclient.write(params)] == [CODES.BadNotWritable]


async def test_the_standard_nodes_are_read_only(client: Client, served: Served) -> None:
    params = ua.WriteParameters()
    node = ua.NodeId(ua.Int32(ua.ObjectIds.Server_NamespaceArray))
    value = ua.DataValue(ua.Variant(["mine"], TYPES.String))
    params.NodesToWrite.append(ua.WriteValue(node, ua.AttributeIds.Value, Value=value))
    assert [code.value for code in await client.uaclient.write(params)] == [CODES.BadNotWritable]
    assert (await client.get_namespace_array())[0] == "http://opcfoundation.org/UA/"
