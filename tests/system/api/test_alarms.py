"""Alarms over REST and WebSocket on a whole engine, and the same state over OPC UA."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from asyncua import Client, ua
from websockets.asyncio.client import ClientConnection, connect

from tests.engine import Engine
from tests.system.api.starting import started
from tests.system.api.test_live import receive
from tests.waiting import until, until_async

Message = dict[str, Any]
STEAM = "steam_flow"


@pytest.fixture
def sim(client: httpx.Client) -> Iterator[Message]:
    with started(client) as simulation:
        yield simulation


def steam(client: httpx.Client, sim: Message, value: float) -> None:
    """Its limit is 2.8 (high high), its hysteresis half a percent of 0..4."""
    assert client.post(f"/api/sims/{sim['sim_id']}/{STEAM}", json={"value": value}).status_code == 200


def alarm(client: httpx.Client, sim: Message, name: str = STEAM) -> Message:
    alarms = client.get(f"/api/sims/{sim['sim_id']}/alarms").json()["alarms"]
    found: Message = next(one for one in alarms if one["alarm"] == name)
    return found


def becomes(client: httpx.Client, sim: Message, **wanted: object) -> Message:
    until(lambda: alarm(client, sim) | wanted == alarm(client, sim), f"the alarm is {wanted}")
    return alarm(client, sim)


def order(client: httpx.Client, sim: Message, what: str, body: object = None, name: str = STEAM) -> httpx.Response:
    return client.post(f"/api/sims/{sim['sim_id']}/alarms/{name}/{what}", json=body)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_the_life_of_an_alarm(client: httpx.Client, sim: Message) -> None:
    name = f"{sim['sim_id']}.{STEAM}"
    before = alarm(client, sim)
    assert (before["level"], before["retain"], before["event_id"]) == ("normal", False, None)
    assert before["limits"] == {"high_high": 2.8}
    steam(client, sim, 3.0)
    raised = becomes(client, sim, active=True)
    assert raised["message"] == f"{name} = 3 lb/min is above 2.8 lb/min (high high)"
    assert (raised["level"], raised["severity"], raised["acknowledged"]) == ("high_high", 800, False)
    listed = client.get("/api/alarms").json()
    assert raised in listed["alarms"]
    assert (listed["active"] >= 1, listed["unacknowledged"] >= 1) == (True, True)
    answer = order(client, sim, "acknowledge", {"event_id": raised["event_id"], "comment": "seen"})
    assert answer.status_code == 200, answer.text
    acked = answer.json()["alarm"]
    assert (acked["acknowledged"], acked["confirmed"], acked["comment"], acked["user"]) == (
        True,
        False,
        "seen",
        "engineer",
    )
    assert answer.json()["recorded"] is True
    assert problem(order(client, sim, "acknowledge", {})) == (409, "wrong-state")
    assert problem(order(client, sim, "confirm", {"event_id": raised["event_id"]})) == (412, "stale-version")
    steam(client, sim, 1.7)
    becomes(client, sim, active=False, retain=True, acknowledged=True)
    assert order(client, sim, "confirm").status_code == 200
    done = becomes(client, sim, retain=False, confirmed=True)
    assert done not in client.get("/api/alarms").json()["alarms"]
    events = client.get(f"/api/sims/{sim['sim_id']}/alarms/events").json()
    assert [event["transition"] for event in events["events"]] == ["confirmed", "cleared", "acknowledged", "raised"]
    assert events["events"][-1]["alarm"] == raised
    assert events["more"] is False
    two = client.get(f"/api/sims/{sim['sim_id']}/alarms/events?limit=2").json()
    assert ([event["transition"] for event in two["events"]], two["more"]) == (["confirmed", "cleared"], True)
    everything = client.get("/api/alarms/events?limit=1000").json()["events"]
    assert {event["number"] for event in events["events"]} <= {event["number"] for event in everything}


def test_shelving_and_disabling(client: httpx.Client, sim: Message) -> None:
    shelved = order(client, sim, "shelve", {"seconds": 600, "comment": "being repaired"}).json()["alarm"]
    assert (shelved["shelving"], shelved["comment"]) == ("timed", "being repaired")
    assert shelved["unshelve_time"] > shelved["time"]
    assert problem(order(client, sim, "shelve", {"seconds": 600})) == (409, "wrong-state")
    assert order(client, sim, "shelve").json()["alarm"]["shelving"] == "one_shot"
    assert order(client, sim, "unshelve").json()["alarm"]["shelving"] == "unshelved"
    assert problem(order(client, sim, "unshelve")) == (409, "wrong-state")
    assert order(client, sim, "disable").json()["alarm"]["enabled"] is False
    assert problem(order(client, sim, "comment", {"comment": "x"})) == (409, "wrong-state")
    assert order(client, sim, "enable").json()["alarm"]["enabled"] is True
    assert order(client, sim, "comment", {"comment": "x"}).json()["alarm"]["comment"] == "x"


@pytest.mark.parametrize(
    ("what", "body", "expected"),
    [
        ("acknowledge", {"event_id": "0" * 32}, (412, "stale-version")),
        ("acknowledge", {"event_id": "nope"}, (422, "invalid-request")),
        ("acknowledge", {"event": "x"}, (422, "invalid-request")),
        ("acknowledge", {}, (409, "wrong-state")),
        ("confirm", {}, (409, "wrong-state")),
        ("comment", {"comment": "x" * 1001}, (422, "invalid-request")),
        ("comment", None, (422, "invalid-request")),
        ("shelve", {"seconds": 0}, (422, "invalid-request")),
        ("shelve", {"seconds": 1e9}, (422, "invalid-request")),
        ("enable", {}, (409, "wrong-state")),
        ("explode", {}, (404, "unknown-name")),
    ],
)
def test_orders_that_can_not_be(
    client: httpx.Client, sim: Message, what: str, body: object, expected: tuple[int, str]
) -> None:
    assert problem(order(client, sim, what, body)) == expected


def test_unknown_names(client: httpx.Client, sim: Message) -> None:
    assert problem(order(client, sim, "acknowledge", {}, "reflux_flow")) == (404, "unknown-name")
    assert problem(order(client, {"sim_id": "nope-1"}, "acknowledge", {})) == (404, "unknown-name")
    assert problem(client.get("/api/sims/nope-1/alarms")) == (404, "unknown-name")
    assert problem(client.get("/api/alarms/events?start=yesterday")) == (422, "wrong-type")


@contextlib.asynccontextmanager
async def live(engine: Engine) -> Any:
    async with connect(engine.http.replace("http://", "ws://") + "/api/live", compression=None) as opened:
        await receive(opened, "hello")
        yield opened


async def hear(feed: ClientConnection, sim: Message, transition: str) -> Message:
    while True:
        event: Message = (await receive(feed, "event"))["event"]
        if event["kind"] != "alarm" or event["sim_id"] != sim["sim_id"] or event["alarm"]["alarm"] != STEAM:
            continue
        if event["transition"] == transition:
            return event


async def test_every_event_is_live_and_none_is_conflated(engine: Engine, client: httpx.Client, sim: Message) -> None:
    async with live(engine) as feed:
        for value in (3.0, 1.7, 3.1, 1.6):
            await asyncio.to_thread(steam, client, sim, value)
            event = await hear(feed, sim, "raised" if value > 2 else "cleared")
            assert event["alarm"]["active"] is (value > 2)
        await asyncio.to_thread(order, client, sim, "acknowledge", {"comment": "all four"})
        event = await hear(feed, sim, "acknowledged")
        assert event["message"].endswith("is normal again; acknowledged by engineer: all four")
        assert event["alarm"] == await asyncio.to_thread(alarm, client, sim)


async def test_opc_ua_shows_the_same(engine: Engine, client: httpx.Client, sim: Message) -> None:
    async with Client(engine.opcua) as opened:
        node = f"ns=2;s={sim['sim_id']}.Alarms.{STEAM}"
        await asyncio.to_thread(steam, client, sim, 3.0)
        raised = await asyncio.to_thread(becomes, client, sim, active=True)
        assert await opened.get_node(f"{node}.EventId").read_value() == bytes.fromhex(raised["event_id"])
        assert await opened.get_node(f"{node}.Severity").read_value() == raised["severity"]
        event = ua.Variant(bytes.fromhex(raised["event_id"]), ua.VariantType.ByteString)
        text = ua.Variant(ua.LocalizedText("by UaExpert"), ua.VariantType.LocalizedText)
        request = ua.CallMethodRequest(ua.NodeId.from_string(node), ua.NodeId.from_string("i=9111"), [event, text])
        (result,) = await opened.uaclient.call([request])
        assert result.StatusCode.is_good()
        acked = await asyncio.to_thread(becomes, client, sim, acknowledged=True)
        assert acked["comment"] == "by UaExpert"
        assert (await asyncio.to_thread(order, client, sim, "confirm")).status_code == 200

        async def confirmed() -> bool:
            return bool(await opened.get_node(f"{node}.ConfirmedState.Id").read_value())

        await until_async(confirmed, "OPC UA shows what REST confirmed")


def test_a_restarted_opcua_server_keeps_the_alarms(engine: Engine, client: httpx.Client, sim: Message) -> None:
    steam(client, sim, 3.0)
    becomes(client, sim, active=True)
    assert order(client, sim, "acknowledge", {"comment": "before"}).status_code == 200
    for process in engine.running("opcua_server"):
        process.kill()
    until(lambda: order(client, sim, "comment", {"comment": "after"}).status_code == 200, "orders are taken again", 60)
    after = becomes(client, sim, comment="after")
    assert (after["acknowledged"], after["confirmed"], after["active"]) == (True, False, True)


def test_without_the_opcua_server_orders_are_503(engine: Engine, client: httpx.Client, sim: Message) -> None:
    for process in engine.running("opcua_server"):
        process.suspend()
    try:
        answer = order(client, sim, "comment", {"comment": "x"})
        assert problem(answer) == (503, "unavailable")
    finally:
        for process in engine.running("opcua_server"):
            process.resume()
    until(lambda: order(client, sim, "comment", {"comment": "y"}).status_code == 200, "orders are taken again")
    assert alarm(client, sim)["comment"] == "y"
