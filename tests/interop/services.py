"""What a client does once it is in: each check asks one client for one service and judges what it reports."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from asyncua.ua import StatusCodes as CODES  # noqa: N814 - read as a table of constants

from tests.system.opcua.rig import Twin
from tests.waiting import until_async

BOTTOMS = "bottoms_methanol"
CONDITION_TYPE, ACKNOWLEDGE = "i=2782", "i=9111"
TIMEOUT_MS = 40_000


class Client(Protocol):
    """A client that answers the commands of clients/README.md."""

    async def ask(self, op: str, **arguments: object) -> dict[str, Any]: ...


Check = Callable[[Client, Twin], Awaitable[None]]


async def browse(client: Client, twin: Twin) -> None:
    objects = (await client.ask("browse", node="i=85"))["nodes"]
    assert {"2:Engine", "2:Simulations"} <= {node["browseName"] for node in objects}
    answer = await client.ask("browse", node=f"ns=2;s={twin.sim_id}")
    assert answer["status"] == 0, answer
    by_name = {node["browseName"]: node for node in answer["nodes"]}
    own = f"ns=2;s={twin.sim_id}.reflux_flow"
    assert by_name["3:reflux_flow"] == {
        "nodeId": own, "browseName": "3:reflux_flow", "nodeClass": "Variable", "typeDefinition": "i=17570",
    }  # fmt: skip
    assert [node["nodeClass"] for node in answer["nodes"]].count("Method") > 3


async def read(client: Client, twin: Twin) -> None:
    names = ["feed_flow", "feed_flow.EURange", "feed_flow.EngineeringUnits", "Status", "no_such_tag"]
    values = (await client.ask("read", nodes=[f"ns=2;s={twin.sim_id}.{name}" for name in names]))["values"]
    assert [value["status"] for value in values] == [0, 0, 0, 0, CODES.BadNodeIdUnknown]
    assert (values[0]["value"], values[0]["type"]) == (2.45, "Double")
    assert values[1]["value"] == {"low": 0.0, "high": 5.0}
    assert values[2]["value"]["displayName"]["text"] == "lb/min"
    assert values[3]["value"] == "running"
    for value in values[:4]:
        assert datetime.fromisoformat(value["sourceTimestamp"]).tzinfo is not None
        assert datetime.fromisoformat(value["serverTimestamp"]).tzinfo is not None


async def write(client: Client, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    wanted: list[tuple[str, object, str, int]] = [
        ("reflux_flow", 2.5, "Double", 0),
        ("steam_flow", 99.0, "Double", CODES.BadOutOfRange),
        ("steam_flow", "NaN", "Double", CODES.BadOutOfRange),
        ("distillate_methanol", 1.0, "Double", CODES.BadNotWritable),
        ("steam_flow", "x", "String", CODES.BadTypeMismatch),
        ("no_such_tag", 1.0, "Double", CODES.BadNodeIdUnknown),
    ]
    writes = [{"node": f"{own}.{name}", "value": value, "type": kind} for name, value, kind, _ in wanted]
    answer = await client.ask("write", writes=writes)
    assert answer.get("statuses") == [status for *_, status in wanted], answer

    async def in_effect() -> bool:
        (value,) = (await client.ask("read", nodes=[f"{own}.reflux_flow"]))["values"]
        return bool(value["value"] == 2.5 and value["status"] == 0)

    await until_async(in_effect, "what was written is read")


async def subscribe(client: Client, twin: Twin) -> None:
    nodes = [f"ns=2;s={twin.sim_id}.SimulationTime", f"ns=2;s={twin.sim_id}.no_such_tag"]
    asked = asyncio.create_task(client.ask("subscribe", nodes=nodes, count=6, timeout_ms=TIMEOUT_MS, queue=100))
    while not asked.done():
        await twin.step()
        await asyncio.sleep(0.05)
    answer = await asked
    assert answer["items"] == [0, CODES.BadNodeIdUnknown]
    times = [one["value"] for one in answer["notifications"] if one["node"] == nodes[0]]
    assert len(times) >= 6
    assert times == sorted(set(times))


async def call(client: Client, twin: Twin) -> None:
    own = f"ns=2;s={twin.sim_id}"
    assert (await client.ask("call", object=own, method=f"{own}.Suspend", args=[]))["status"] == 0
    steps = [{"type": "UInt32", "value": 3}]
    assert (await client.ask("call", object=own, method=f"{own}.Step", args=steps))["status"] == 0
    again = await client.ask("call", object=own, method=f"{own}.Suspend", args=[])
    assert again["status"] == CODES.BadInvalidState
    commands = [action.command for action in await twin.actions() if action.command]
    assert commands == ["pause", "step"]


async def history(client: Client, twin: Twin) -> None:
    frames = [await twin.step() for _ in range(10)]
    span = {
        "node": f"ns=2;s={twin.sim_id}.feed_flow",
        "start": datetime.fromtimestamp(frames[0].wall_time / 1e9 - 0.0005, UTC).isoformat(),
        "end": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }

    async def recorded() -> bool:
        return len((await client.ask("history", **span))["values"]) == len(frames)

    await until_async(recorded, "ten samples are recorded")
    times: list[str] = []
    point, pages = None, 0
    while pages == 0 or point is not None:
        page = await client.ask("history", **span, max=4, **({} if point is None else {"continuationPoint": point}))
        assert {value["status"] for value in page["values"]} == {0}, page
        times += [value["sourceTimestamp"] for value in page["values"]]
        point, pages = page["continuationPoint"], pages + 1
    assert (pages, len(times)) == (3, len(frames))
    assert times == sorted(set(times))


async def raised(client: Client, twin: Twin, **until: object) -> dict[str, Any]:
    """The alarm as soon as it is so, by the client's subscription to events after a ConditionRefresh."""
    name = f"ns=2;s={twin.sim_id}.Alarms.{BOTTOMS}"
    answer = await client.ask("alarms", prefix=name, until=until, count=1, timeout_ms=TIMEOUT_MS)
    assert answer["status"] == 0, answer
    (alarm,) = answer["alarms"]
    assert alarm["fields"] | until == alarm["fields"]
    found: dict[str, Any] = alarm
    return found


async def refresh(client: Client, twin: Twin) -> None:
    """It was raised before the client listened: a refresh tells it."""
    twin.simulation.set(BOTTOMS, 2.5)
    await twin.send()
    alarm = await raised(client, twin, active=True, acked=False)
    name = f"{twin.sim_id}.{BOTTOMS}"
    assert alarm["fields"]["message"] == f"{name} = 2.5 % is above 2 % (high high)"
    assert (alarm["fields"]["severity"], alarm["fields"]["type"]) == (800, "i=9341")


async def alarm_events(client: Client, twin: Twin) -> None:
    """A change that comes while the client listens."""
    normal = asyncio.create_task(raised(client, twin, active=False))
    await asyncio.sleep(0.2)
    twin.simulation.set(BOTTOMS, 0.2)
    while not normal.done():
        await twin.send()
        await asyncio.sleep(0.05)
    assert (await normal)["fields"]["message"].endswith("is normal again")


async def acknowledge(client: Client, twin: Twin) -> None:
    alarm = await raised(client, twin, acked=False)
    arguments = [{"type": "ByteString", "value": alarm["eventId"]}, {"type": "LocalizedText", "value": "seen"}]
    order = {"object": alarm["condition"], "method": ACKNOWLEDGE, "args": arguments}
    assert (await client.ask("call", **order))["status"] == 0
    acked = await raised(client, twin, acked=True)
    assert acked["fields"]["comment"] == "seen"
    assert acked["eventId"] != alarm["eventId"]


CHECKS: Mapping[str, Check] = {
    "browse": browse,
    "read": read,
    "write": write,
    "subscribe": subscribe,
    "history": history,
    "ConditionRefresh": refresh,
    "alarm events": alarm_events,
    "acknowledge": acknowledge,
    "call a method": call,
}
