"""The WebSocket on a real engine: the protocol, conflation, bad messages, slow readers, events."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from itertools import pairwise
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from engine_api.live_messages import FROM_SERVER
from plant import catalog
from tests.engine import Engine
from tests.system.api.starting import started

Message = dict[str, Any]


def address(engine: Engine) -> str:
    return engine.http.replace("http://", "ws://") + "/api/live"


@asynccontextmanager
async def live(engine: Engine, **options: Any) -> AsyncIterator[ClientConnection]:
    async with connect(address(engine), compression=None, **options) as opened:
        hello = json.loads(await opened.recv())
        assert (hello["op"], hello["version"]) == ("hello", 1)
        yield opened


async def receive(client: ClientConnection, op: str, within: float = 10.0) -> Message:
    async with asyncio.timeout(within):
        while True:
            message: Message = json.loads(await client.recv())
            if message["op"] == op:
                return message


async def ask(client: ClientConnection, **message: Any) -> None:
    await client.send(json.dumps(message))


async def test_subscription_tells_meta_then_changes(engine: Engine, client: httpx.Client, sim: Message) -> None:
    name = sim["sim_id"]
    async with live(engine) as feed:
        await ask(feed, op="sub", id=1, tags=[f"{name}.reflux_flow", f"{name}.*"], rate_ms=50)
        meta = await receive(feed, "meta")
        assert meta["id"] == 1
        by_tag = {tag["tag"]: tag for tag in meta["tags"]}
        assert len(by_tag) == len(meta["tags"]) == len(catalog.find("wood-berry").tags)
        reflux = by_tag[f"{name}.reflux_flow"]
        assert (reflux["unit"], reflux["low"], reflux["high"], reflux["writable"]) == ("lb/min", 0, 4, True)
        assert reflux["node_id"] == f"ns=2;s={name}.reflux_flow"
        first = await receive(feed, "data")
        assert set(first["v"]) == {str(tag["h"]) for tag in meta["tags"]}
        assert first["s"][name]["status"] == "running"
        sent = time.monotonic()
        await asyncio.to_thread(client.post, f"/api/sims/{name}/reflux_flow", json={"value": 2.25})
        handle = str(reflux["h"])
        while True:
            data = await receive(feed, "data")
            if handle in data["v"]:
                break
        assert data["v"][handle] == 2.25
        assert len(data["v"]) == 1
        assert "q" not in data
        assert time.monotonic() - sent < 1.0


async def test_sequence_rises_and_silence_is_filled(engine: Engine, sim: Message) -> None:
    async with live(engine) as feed:
        await ask(feed, op="sub", id=1, tags=[f"{sim['sim_id']}.reflux_flow"], rate_ms=10_000)
        numbers, times = [], []
        for _ in range(4):
            data = await receive(feed, "data")
            numbers.append(data["seq"])
            times.append(data["time"])
        assert numbers == list(range(numbers[0], numbers[0] + 4))
        assert max(b - a for a, b in pairwise(times)) < 1500
        await ask(feed, op="unsub", id=1)
        await ask(feed, op="ping")
        await receive(feed, "pong")


async def test_quality_of_a_simulation_that_ended(engine: Engine, client: httpx.Client) -> None:
    with started(client) as simulation:
        name = simulation["sim_id"]
        async with live(engine) as feed:
            await ask(feed, op="sub", id=7, tags=[f"{name}.reflux_flow"], rate_ms=50)
            await receive(feed, "data")
            await asyncio.to_thread(client.post, f"/api/sims/{name}/stop")
            event = await receive(feed, "event")
            assert (event["event"]["sim_id"], event["event"]["status"]) == (name, "stopped")
            while True:
                data = await receive(feed, "data")
                if data.get("q"):
                    break
            assert set(data["q"].values()) == {"UncertainLastUsableValue"}


async def test_every_client_hears_lifecycle_events(engine: Engine, client: httpx.Client) -> None:
    async with live(engine) as one, live(engine) as two:
        simulation = (await asyncio.to_thread(client.get, "/api/models/quadruple-tank/start?duration=1")).json()
        for feed in (one, two):
            heard = []
            while not heard or heard[-1]["status"] != "finished":
                event = (await receive(feed, "event"))["event"]
                assert set(event) >= {"kind", "sim_id", "status", "cause", "time"}
                if event["sim_id"] == simulation["sim_id"]:
                    heard.append(event)
            assert [event["status"] for event in heard] == ["queued", "running", "finished"]


async def test_unknown_tags_are_problems_and_the_connection_lives(engine: Engine, sim: Message) -> None:
    async with live(engine) as feed:
        for tags in (["nope-1.x"], [f"{sim['sim_id']}.nope"], ["nope"], [f"{sim['sim_id']}.*", "nope-2.*"]):
            await ask(feed, op="sub", id=3, tags=tags)
            error = await receive(feed, "error")
            assert error["id"] == 3
            assert error["problem"]["type"].endswith("unknown-name")
        await ask(feed, op="sub", id=3, tags=[f"{sim['sim_id']}.*"])
        await receive(feed, "meta")


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("not json", 1008), ("[]", 1008), ('{"op": "fly"}', 1008), ('{"op": "sub"}', 1008),
        ('{"op":"ping","op":"ping"}', 1008),
        ('{"op": "sub", "id": 1, "tags": []}', 1008), ('{"op": "sub", "id": "1", "tags": ["a.b"]}', 1008),
        ('{"op": "sub", "id": 1, "tags": ["a.b"], "rate_ms": 1}', 1008),
        ('{"op": "sub", "id": 1, "tags": ["a.b"], "rate_ms": NaN}', 1008),
        ('{"op": "ping", "extra": 1}', 1008), ("[" * 30_000, 1008), (b"\x00\x01", 1008), ("x" * 100_000, 1009),
    ],
)  # fmt: skip
async def test_bad_messages_end_the_connection(engine: Engine, message: str | bytes, code: int) -> None:
    async with live(engine) as feed:
        await feed.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            await receive(feed, "nothing")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


async def test_a_flood_is_1008(engine: Engine) -> None:
    async with live(engine) as feed:
        with pytest.raises(ConnectionClosed) as closed:
            await _flood(feed)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def _flood(feed: ClientConnection) -> None:
    for _ in range(2000):
        await feed.send('{"op": "ping"}')
    await receive(feed, "nothing")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:1"])
async def test_foreign_origins_are_403(engine: Engine, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(address(engine), origin=origin).__aenter__()  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


async def test_own_origin_is_welcome(engine: Engine) -> None:
    async with live(engine, origin=engine.http):
        pass


async def test_slow_readers_are_dropped_and_others_are_not(engine: Engine, client: httpx.Client) -> None:
    with ExitStack() as running:
        tags = [f"{running.enter_context(started(client, speed=1000))['sim_id']}.*" for _ in range(10)]
        for _ in range(20):
            running.enter_context(await _stalled(engine, tags))
        async with live(engine) as feed:
            await ask(feed, op="sub", id=1, tags=tags[:1], rate_ms=50)
            gaps: list[float] = []
            deadline = time.monotonic() + 60
            while await asyncio.to_thread(_clients, client) > 1 and time.monotonic() < deadline:
                gaps += [await _gap(feed) for _ in range(10)]
            assert await asyncio.to_thread(_clients, client) == 1
            assert sorted(gaps)[int(len(gaps) * 0.95)] < 1.0


async def _gap(feed: ClientConnection) -> float:
    """Seconds from now to the next data."""
    started_waiting = time.monotonic()
    await receive(feed, "data")
    return time.monotonic() - started_waiting


async def _stalled(engine: Engine, tags: list[str]) -> socket.socket:
    """A client that subscribes to much, with a small receive buffer, and never reads again."""
    host, port = engine.http.removeprefix("http://").split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    raw.sendall(
        f"GET /api/live HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert b" 101 " in raw.recv(4096)
    text = json.dumps({"op": "sub", "id": 1, "tags": tags, "rate_ms": 50}).encode()
    raw.sendall(bytes([0x81, 0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text)
    return raw


def _clients(client: httpx.Client) -> int:
    lines = client.get("/metrics").text.splitlines()
    return int(float(next(line for line in lines if line.startswith("pde_live_clients ")).split()[1]))


async def test_missed_events_are_resumed_once(engine: Engine, client: httpx.Client, sim: Message) -> None:
    async with connect(address(engine), compression=None) as opened:
        hello = json.loads(await opened.recv())
    await asyncio.to_thread(client.post, f"/api/sims/{sim['sim_id']}/pause", json={})
    resume = {"op": "resume", "stream": hello["stream"], "event": hello["event"]}
    async with live(engine) as feed:
        await ask(feed, **resume)
        resumed = await receive(feed, "resumed")
        assert resumed == {"op": "resumed", "complete": True, "missed": 1}
        event = await receive(feed, "event")
        assert event["n"] == hello["event"] + 1
        assert event["event"]["status"] == "paused"
        await ask(feed, **resume)
        with pytest.raises(ConnectionClosed) as closed:
            await receive(feed, "resumed")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


@pytest.mark.parametrize(
    ("stream", "event"), [("another", 0), (None, 2**53)], ids=["another engine's", "an event that never was"]
)
async def test_what_is_not_known_any_more_is_said(engine: Engine, stream: str | None, event: int) -> None:
    async with connect(address(engine), compression=None) as opened:
        hello = json.loads(await opened.recv())
        await ask(opened, op="resume", stream=stream or hello["stream"], event=event)
        assert await receive(opened, "resumed") == {"op": "resumed", "complete": False, "missed": 0}


async def test_messages_are_as_the_contract_has_them(engine: Engine, client: httpx.Client, sim: Message) -> None:
    models = {model.model_fields["op"].annotation.__args__[0]: model for model in FROM_SERVER}  # type: ignore[union-attr]
    seen = set()
    async with connect(address(engine), compression=None) as opened:
        await ask(opened, op="sub", id=1, tags=[f"{sim['sim_id']}.*"], rate_ms=50)
        await ask(opened, op="sub", id=2, tags=["none-1.*"])
        await ask(opened, op="ping")
        await ask(opened, op="resume", stream="another", event=0)
        await asyncio.to_thread(client.post, f"/api/sims/{sim['sim_id']}/pause", json={})
        async with asyncio.timeout(10):
            while seen != set(models):
                message = json.loads(await opened.recv())
                told = models[message["op"]].model_validate(message, extra="forbid")
                assert told.model_dump(exclude_unset=True, mode="json") == message
                seen.add(message["op"])
