"""Methods of the engine and of a simulation, as a client calls them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import Client, ua

from connections.snapshots import Snapshot, SnapshotKind, Snapshots
from plant.lifecycle import State
from tests.system.opcua.rig import Twin
from tests.waiting import until_async

CODES, TYPES = ua.StatusCodes, ua.VariantType
Call = Callable[..., Awaitable[ua.CallMethodResult]]


@pytest.fixture
def call(client: Client) -> Call:
    async def request(owner: str, method: str, *arguments: ua.Variant) -> ua.CallMethodResult:
        ids = ua.NodeId.from_string(owner), ua.NodeId.from_string(method)
        (result,) = await client.uaclient.call([ua.CallMethodRequest(*ids, list(arguments))])
        return result

    return request


def text(value: str | None) -> ua.Variant:
    return ua.Variant(value, TYPES.String)


def double(value: float) -> ua.Variant:
    return ua.Variant(value, TYPES.Double)


NO_INPUTS = ua.Variant([], TYPES.String, is_array=True)
ENGINE, START = "ns=2;s=Engine", "ns=2;s=Engine.StartSimulation"


async def status_becomes(client: Client, sim_id: str, status: str) -> None:
    node = client.get_node(f"ns=2;s={sim_id}.Status")

    async def is_so() -> bool:
        return bool(await node.read_value() == status)

    await until_async(is_so, f"{sim_id} is {status}")


async def test_a_life_by_methods(client: Client, call: Call, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"

    async def life(name: str, *arguments: ua.Variant) -> int:
        return int((await call(own, f"{own}.{name}", *arguments)).StatusCode.value)

    assert await life("Suspend") == CODES.Good
    await status_becomes(client, twin.sim_id, "paused")
    assert await life("Suspend") == CODES.BadInvalidState
    assert await life("Step", ua.Variant(3, TYPES.UInt32)) == CODES.Good
    assert await life("Step", ua.Variant(0, TYPES.UInt32)) == CODES.BadOutOfRange
    assert await life("Step", text("3")) == CODES.BadInvalidArgument
    for name in ("Step", "SetSpeed"):
        assert await life(name, ua.Variant(None, TYPES.Null)) == CODES.BadInvalidArgument
    refused = await call(own, f"{own}.Step", text("3"))
    assert [code.value for code in refused.InputArgumentResults] == [CODES.BadTypeMismatch]
    assert await life("Step") == CODES.BadArgumentsMissing
    assert await life("Resume", double(1.0)) == CODES.BadTooManyArguments
    assert await life("SetSpeed", double(10.0)) == CODES.Good
    assert await life("SetSpeed", double(1e6)) == CODES.BadOutOfRange
    assert await life("SetSpeed", double(float("nan"))) == CODES.BadOutOfRange
    assert await life("Resume") == CODES.Good
    assert await life("Reset") == CODES.Good
    assert await life("Halt") == CODES.Good
    await status_becomes(client, twin.sim_id, "stopped")
    assert await life("Resume") == CODES.BadInvalidState
    sent = [(action.command, action.argument) for action in await twin.actions()]
    assert sent == [
        ("pause", None), ("step", 3.0), ("speed", 10.0), ("resume", None), ("reset", None), ("stop", None),
    ]  # fmt: skip


async def test_the_method_of_the_type_does_the_same(client: Client, call: Call, twin: Twin) -> None:
    own = client.get_node(f"ns=2;s={twin.sim_id}")
    kind = await own.read_type_definition()
    (parent,) = await client.get_node(kind).get_referenced_nodes(ua.ObjectIds.HasSubtype, ua.BrowseDirection.Inverse)
    methods = await parent.get_methods()
    names = {(await method.read_browse_name()).Name: method for method in methods}
    result = await call(f"ns=2;s={twin.sim_id}", names["Suspend"].nodeid.to_string())
    assert result.StatusCode.value == CODES.Good
    await status_becomes(client, twin.sim_id, "paused")


async def test_arguments_are_named_and_described(client: Client, twin: Twin) -> None:
    counts = {
        f"{twin.sim_id}.Step": 1,
        f"{twin.sim_id}.SaveSnapshot": 1,
        f"{twin.sim_id}.SetSpeed": 1,
        f"{twin.sim_id}.InjectFault": 3,
    }
    for path, wanted in {**counts, "Engine.StartSimulation": 6}.items():
        arguments: Any = await (await client.get_node(f"ns=2;s={path}").get_child("0:InputArguments")).read_value()
        assert len(arguments) == wanted
        assert all(argument.Name and argument.Description.Text for argument in arguments)


async def test_start_simulation(client: Client, call: Call, twin: Twin) -> None:
    given = ua.Variant(["reflux_flow=2.5"], TYPES.String, is_array=True)
    start = (text("wood-berry"), text("Column of the test"), double(3600.0), double(2.0), given)
    full = await call(ENGINE, START, *start)
    assert full.StatusCode.value == CODES.BadResourceUnavailable  # no worker runs in this test

    await twin.simulations.bus.redis.sadd("pde:workers", "w")
    beat = {"name": "w", "machine": "m", "machine_name": "Hall 3", "slots": "500", "hosted": "0"}
    await twin.simulations.bus.redis.hset("pde:worker:w", mapping=beat)
    try:
        other = await call(ENGINE, START, *start, text("steady"))
        assert other.StatusCode.value == CODES.Good
        assert twin.simulations.records.get(other.OutputArguments[0].Value).start == "steady"
        made = await call(ENGINE, START, *start)
        assert made.StatusCode.value == CODES.Good
        sim_id, node = (output.Value for output in made.OutputArguments)
        assert node == ua.NodeId.from_string(f"ns=2;s={sim_id}")
        assert await client.get_node(f"ns=2;s={sim_id}.Status").read_value() == "queued"
        record = twin.simulations.records.get(sim_id)
        assert (record.name, record.duration, record.speed) == ("Column of the test", 3600.0, 2.0)
        assert (record.inputs, record.status) == ({"reflux_flow": 2.5}, State.QUEUED)
        for name, value in {"Capacity": 500, "Machines": ["Hall 3"]}.items():
            await engine_says(client, name, value)
    finally:
        await twin.simulations.bus.redis.delete("pde:workers", "pde:worker:w")


async def engine_says(client: Client, name: str, value: object) -> None:
    node = client.get_node(f"ns=2;s=Engine.{name}")

    async def is_so() -> bool:
        return bool(await node.read_value() == value)

    await until_async(is_so, f"{name} is {value}")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((text("no-such-model"), text(""), double(0), double(0), NO_INPUTS), CODES.BadNotFound),
        ((text("wood-berry"), text(""), double(-5), double(0), NO_INPUTS), CODES.BadOutOfRange),
        ((text("wood-berry"), text(""), double(float("nan")), double(0), NO_INPUTS), CODES.BadOutOfRange),
        ((text("wood-berry"), text(""), double(0), double(1e9), NO_INPUTS), CODES.BadOutOfRange),
        ((text("wood-berry"), text("x" * 201), double(0), double(0), NO_INPUTS), CODES.BadInvalidArgument),
        ((double(1), text(""), double(0), double(0), NO_INPUTS), CODES.BadInvalidArgument),
        ((text("wood-berry"),), CODES.BadArgumentsMissing),
        ((text("wood-berry"), text(""), double(0), double(0), NO_INPUTS, NO_INPUTS), CODES.BadInvalidArgument),
        ((text("wood-berry"), text(""), double(0), double(0), NO_INPUTS, text("cold")), CODES.BadNotFound),
        (
            (text("wood-berry"), text(""), double(0), double(0), NO_INPUTS, text(""), text("")),
            CODES.BadTooManyArguments,
        ),
        (
            (text("wood-berry"), text(""), double(0), double(0), ua.Variant(["reflux_flow=99"], is_array=True)),
            CODES.BadOutOfRange,
        ),
        (
            (text("wood-berry"), text(""), double(0), double(0), ua.Variant(["reflux"], is_array=True)),
            CODES.BadInvalidArgument,
        ),
    ],
)
async def test_bad_starts(call: Call, twin: Twin, arguments: tuple[ua.Variant, ...], code: int) -> None:
    before = len(twin.simulations.records.all())
    assert (await call(ENGINE, START, *arguments)).StatusCode.value == code
    assert len(twin.simulations.records.all()) == before


async def test_methods_of_others_and_of_none(call: Call, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    assert (await call(own, START)).StatusCode.value == CODES.BadMethodInvalid
    assert (await call(own, f"{own}.Explode")).StatusCode.value == CODES.BadMethodInvalid
    assert (await call("ns=2;s=nowhere-1", f"{own}.Halt")).StatusCode.value == CODES.BadNodeIdUnknown
    assert (await call("ns=2;s=Engine", f"{own}.Halt")).StatusCode.value == CODES.BadMethodInvalid
    assert await twin.actions() == []


async def test_stop_all(client: Client, call: Call, twin: Twin) -> None:
    assert (await call(ENGINE, "ns=2;s=Engine.StopAll")).StatusCode.value == CODES.Good
    await status_becomes(client, twin.sim_id, "stopped")
    await engine_says(client, "Running", 0)


def strings(*texts: str) -> ua.Variant:
    return ua.Variant(list(texts), TYPES.String, is_array=True)


async def test_faults_are_injected_and_cleared(client: Client, call: Call, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    inject, clear = f"{own}.InjectFault", f"{own}.ClearFaults"
    parameters = strings("size=0.5", "duration = 60")
    made = await call(own, inject, text("distillate_methanol"), text("bias"), parameters)
    assert made.StatusCode.value == CODES.Good
    (number,) = (output.Value for output in made.OutputArguments)
    assert (await call(own, inject, text("reflux_flow"), text("stuck"))).StatusCode.value == CODES.Good
    assert (await call(own, clear)).StatusCode.value == CODES.Good
    first, second, third = await twin.actions()
    assert first.fault is not None
    assert (first.number, first.door, first.user) == (number, "opcua", "engineer")
    assert [first.fault[name] for name in ("tag", "kind", "size", "start", "duration")] == [
        "distillate_methanol", "bias", 0.5, None, 60.0,
    ]  # fmt: skip
    assert second.fault is not None
    assert third.command == "clear_faults"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((text("no_tag"), text("bias"), strings("size=1")), CODES.BadNotFound),
        ((text("reflux_flow"), text("bias"), strings("size=1")), CODES.BadInvalidArgument),
        ((text("distillate_methanol"), text("bias"), strings("size=nan")), CODES.BadOutOfRange),
        ((text("distillate_methanol"), text("bias"), strings("much")), CODES.BadInvalidArgument),
        ((text("distillate_methanol"), text("freeze"), strings("start=-1")), CODES.BadOutOfRange),
        ((text("distillate_methanol"),), CODES.BadArgumentsMissing),
        ((text("distillate_methanol"), double(1.0)), CODES.BadInvalidArgument),
    ],
)
async def test_faults_that_do_not_fit_are_refused(
    client: Client, call: Call, twin: Twin, arguments: tuple[ua.Variant, ...], code: int
) -> None:
    own = f"ns=2;s={twin.sim_id}"
    assert (await call(own, f"{own}.InjectFault", *arguments)).StatusCode.value == code
    assert await twin.actions() == []


async def test_snapshots_that_can_not_be(client: Client, call: Call, twin: Twin) -> None:
    """No name, one that is none, one that nobody took, one that is taken; and a worker that does not answer."""
    own = f"ns=2;s={twin.sim_id}"

    async def asked(method: str, *arguments: ua.Variant) -> int:
        return int((await call(own, f"{own}.{method}", *arguments)).StatusCode.value)

    facts = {"kind": SnapshotKind.NAMED, "user": "eva", "created_at": datetime.now(UTC)}
    kept = Snapshot(twin.sim_id, "taken", simulation_time=0.0, tick=0, **facts)
    Snapshots(twin.simulations.records).add(kept, b"damaged")
    for method, argument, code in (
        ("SaveSnapshot", text(""), CODES.BadInvalidArgument), ("SaveSnapshot", text("a b"), CODES.BadInvalidArgument),
        ("SaveSnapshot", text("x" * 101), CODES.BadInvalidArgument),
        ("SaveSnapshot", double(1), CODES.BadInvalidArgument), ("SaveSnapshot", text("taken"), CODES.BadEntryExists),
        ("RestoreSnapshot", text("taken"), CODES.BadInvalidState),
        ("RestoreSnapshot", text("never"), CODES.BadNotFound), ("RestoreSnapshot", text(None), CODES.BadNotFound),
    ):  # fmt: skip
        assert await asked(method, argument) == code, (method, argument)
    assert await asked("SaveSnapshot") == CODES.BadArgumentsMissing
    assert await twin.actions() == []
    assert await asked("SaveSnapshot", text("silence")) == CODES.BadCommunicationError
    assert [action.command for action in await twin.actions()] == ["snapshot"]
