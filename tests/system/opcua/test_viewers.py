"""One session, several users, one after the other: what is monitored tells each of them what Read tells him."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from asyncua import Client, Node, ua
from asyncua.ua import AttributeIds as IDS  # noqa: N814

from connections.redis_keys import EVENTS
from connections.simulations import Simulations
from connections.start import Start
from connections.users import Users
from plant.access import Caller, User
from plant.lifecycle import Command
from tests.system.opcua.hearing import element, event_filter, listening
from tests.system.opcua.rig import Served, Twin, begin, keep_busy
from tests.waiting import until_async

PASSWORD = "correct horse battery"
WRITE = ua.AccessLevel.CurrentWrite.mask
ALL = ua.AccessLevel.CurrentRead.mask | ua.AccessLevel.HistoryRead.mask | WRITE
UNKNOWN = ua.StatusCodes.BadNodeIdUnknown
ROLES = {"olga": User.OPERATOR, "otto": User.OPERATOR, "vera": User.VIEWER, "emil": User.ENGINEER}


@pytest.fixture(scope="module", autouse=True)
def users(served: Served) -> Iterator[None]:
    with closing(Users(served.settings.sql_url)) as accounts:
        for name, role in ROLES.items():
            accounts.add(name, role, PASSWORD)
        yield


class Told:
    """What was told last of each item, a status code where it is not good."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, IDS], Any] = {}

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        item = data.monitored_item
        code = item.Value.StatusCode.value if item.Value.StatusCode is not None else 0
        self.last[str(node.nodeid.Identifier).partition(".")[2], data.subscription_data.attribute] = code or value


@asynccontextmanager
async def signed_in(served: Served, name: str) -> AsyncIterator[Client]:
    client = Client(served.url, timeout=20)
    client.set_user(name)
    client.set_password(PASSWORD)
    async with client:
        yield client


@asynccontextmanager
async def watching(client: Client, twin: Twin) -> AsyncIterator[Told]:
    """Rights, methods, names and values of a simulation."""
    told = Told()
    subscription = await client.create_subscription(50, told)
    sim = f"ns=2;s={twin.sim_id}"
    for path, attribute in WATCHED:
        await subscription.subscribe_data_change(client.get_node(f"{sim}.{path}"), attribute)
    yield told
    await subscription.delete()


WATCHED = (
    ("reflux_flow", IDS.UserAccessLevel), ("feed_flow", IDS.UserAccessLevel), ("Step", IDS.UserExecutable),
    ("InjectFault", IDS.UserExecutable), ("reflux_flow", IDS.Value), ("Status", IDS.Value), ("Step", IDS.BrowseName),
)  # fmt: skip


async def read(client: Client, twin: Twin) -> dict[tuple[str, IDS], Any]:
    """What Read answers now."""
    asked = [ua.ReadValueId(ua.NodeId.from_string(f"ns=2;s={twin.sim_id}.{path}"), one) for path, one in WATCHED]
    answers = await client.uaclient.read(ua.ReadParameters(0.0, ua.TimestampsToReturn.Both, asked))
    return {
        key: (answer.StatusCode.value if answer.StatusCode is not None else 0) or answer.Value.Value
        for key, answer in zip(WATCHED, answers, strict=True)
    }


async def agree(client: Client, twin: Twin, told: Told, **wanted: Any) -> dict[tuple[str, IDS], Any]:
    """Wait until the items have told what Read answers, and Read what is `wanted` of the first tag's rights."""

    async def same() -> bool:
        answers = await read(client, twin)
        fits = all(answers[name, IDS.UserAccessLevel] == level for name, level in wanted.items())
        return fits and told.last == answers

    await until_async(same, f"{wanted}, and the same told: {told.last}")
    return told.last


async def shared(simulations: Simulations, twin: Twin, **changes: Any) -> None:
    await simulations.announce(await asyncio.to_thread(simulations.records.change, twin.sim_id, **changes))


async def test_items_follow_the_user_of_the_session(served: Served, simulations: Simulations, twin: Twin) -> None:
    async with signed_in(served, "olga") as client, watching(client, twin) as told:
        heard = await agree(client, twin, told, reflux_flow=ALL, feed_flow=ALL - WRITE)
        assert (heard["Step", IDS.UserExecutable], heard["InjectFault", IDS.UserExecutable]) == (True, False)
        for name, levels in (("vera", (ALL - WRITE, ALL - WRITE)), ("emil", (ALL, ALL)), ("olga", (ALL, ALL - WRITE))):
            await client.activate_session(username=name, password=PASSWORD)
            heard = await agree(client, twin, told, reflux_flow=levels[0], feed_flow=levels[1])
            assert heard["Step", IDS.UserExecutable] == (ROLES[name] is not User.VIEWER)
        await simulations.command(twin.sim_id, Command.STOP, User.ENGINEER, "test")
        await agree(client, twin, told, reflux_flow=ALL - WRITE, feed_flow=ALL - WRITE)


async def test_items_follow_what_the_owner_shares(served: Served, simulations: Simulations, twin: Twin) -> None:
    async with signed_in(served, "olga") as client, watching(client, twin) as told:
        await agree(client, twin, told, reflux_flow=ALL)
        for sharing, level in (("shared", ALL - WRITE), ("private", UNKNOWN), ("open", ALL), ("private", UNKNOWN)):
            await shared(simulations, twin, owner="otto", sharing=sharing)
            heard = await agree(client, twin, told, reflux_flow=level)
            assert all(value == UNKNOWN for value in heard.values()) == (sharing == "private")
        await twin.step()
        await client.activate_session(username="otto", password=PASSWORD)
        await agree(client, twin, told, reflux_flow=ALL)
        await twin.step()
        await agree(client, twin, told)


async def test_nobody_hears_that_what_is_hidden_comes_and_goes(served: Served, simulations: Simulations) -> None:
    kind = ua.NodeId(ua.Int32(ua.ObjectIds.GeneralModelChangeEventType)), ua.VariantType.NodeId
    where = ua.ContentFilter([element(ua.FilterOperator.OfType, kind)])
    wanted = event_filter(where, ("Message", "Changes"))
    async with (
        signed_in(served, "olga") as olga, signed_in(served, "otto") as otto, listening(olga, wanted=wanted) as others,
        listening(otto, wanted=wanted) as owners,
    ):  # fmt: skip
        told = []
        for sharing in ("private", "open"):
            record = await simulations.start(
                Start("wood-berry", wait=True, sharing=sharing), Caller(User.OPERATOR, "otto")
            )
            await owners.hears(2 * len(told) + 1)
            await asyncio.to_thread(simulations.records.delete, record.sim_id)
            await simulations.bus.publish(EVENTS, {"kind": "deleted", "sim_id": record.sim_id})
            told.append(record.sim_id)
            await owners.hears(2 * len(told))
        await others.hears(2)
        assert owners.messages == [f"{sim_id} {what}" for sim_id in told for what in ("appeared", "is gone")]
        assert others.messages == owners.messages[2:]


async def test_types_are_not_to_be_written(served: Served) -> None:
    async with signed_in(served, "emil") as client:
        declared = client.get_node("ns=3;s=WoodBerryType.reflux_flow")
        told, answered = Told(), await declared.read_attribute(IDS.UserAccessLevel)
        assert answered.Value.Value == ua.AccessLevel.CurrentRead.mask
        assert (await declared.read_attribute(IDS.AccessLevel)).Value.Value == ALL
        subscription = await client.create_subscription(50, told)
        await subscription.subscribe_data_change(declared, IDS.UserAccessLevel)

        async def heard() -> bool:
            return list(told.last.values()) == [answered.Value.Value]

        await until_async(heard, f"the same as Read: {told.last}")


async def test_nothing_is_written_behind_what_the_owner_has_taken_back(
    served: Served, simulations: Simulations, twin: Twin
) -> None:
    async with signed_in(served, "olga") as client:
        flow, other = client.get_node(f"ns=2;s={twin.sim_id}.reflux_flow"), await begin(simulations)
        for number in range(4):
            variant = ua.Variant(2.5, (ua.VariantType.Double, ua.VariantType.Float)[number % 2])
            await shared(simulations, twin, owner="otto", sharing="open")
            await until_async(lambda: _taken(flow, variant), "it is open")  # noqa: B023 - awaited at once
            await keep_busy(other)
            await shared(simulations, twin, sharing="shared")
            assert not await _taken(flow, variant)


async def _taken(node: Node, value: ua.Variant) -> bool:
    write = ua.WriteValue(node.nodeid, IDS.Value, Value=ua.DataValue(value))
    (status,) = await node.session.write(ua.WriteParameters([write]))
    assert status.value in (0, ua.StatusCodes.BadUserAccessDenied)
    return not status.value
