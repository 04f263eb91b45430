"""Attacks by volume and by slowness on a whole engine: it refuses them, and others are answered meanwhile."""

import asyncio
import gzip
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from connections.users import Users
from plant.access import User
from tests.engine import Engine

PASSWORD = "correct horse battery"
LOGINS, ATTACKERS, NAMES = 10_000, 100, 4
SLOW, SOCKETS = 100, 200
PATIENCE = 15.0
"""Seconds for an answer to others on a busy machine; an engine that is held up does not answer at all."""


@asynccontextmanager
async def others_are_answered(engine: Engine, sim_id: str) -> AsyncIterator[list[float]]:
    """Somebody else reads and writes all the time; the seconds that each answer took."""
    took: list[float] = []
    ended = asyncio.Event()

    async def work() -> None:
        path = f"/api/sims/{sim_id}/reflux_flow"
        async with httpx.AsyncClient(base_url=engine.http, timeout=PATIENCE) as client:
            while not ended.is_set():
                asked = time.monotonic()
                (await client.post(path, json={"value": 2.0})).raise_for_status()
                (await client.get("/api/sims/all")).raise_for_status()
                took.append(time.monotonic() - asked)
                await asyncio.sleep(0.05)  # as often as a busy page asks

    async with asyncio.TaskGroup() as group:
        group.create_task(work())
        try:
            yield took
        finally:
            ended.set()
    assert took, "somebody else was answered"


async def dribble(engine: Engine, pieces: list[bytes]) -> int:
    """The status of the answer to a request whose pieces come a second apart."""
    address = urlsplit(engine.http)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        for piece in pieces:
            writer.write(piece)
            try:
                async with asyncio.timeout(1.0):
                    return int((await reader.readline()).split()[1])
            except TimeoutError:
                continue
        raise AssertionError("the engine waits for ever")
    finally:
        writer.close()


@pytest.mark.timeout(300)
async def test_ten_thousand_logins(engine: Engine, sim: dict[str, Any]) -> None:
    with closing(Users(f"sqlite:///{engine.data / 'records.sqlite'}")) as users:
        users.add("eva", User.OPERATOR, PASSWORD)
    process = next(p for p in engine.children() if "engine_api" in p.cmdline())
    before = process.memory_info().rss
    async with others_are_answered(engine, sim["sim_id"]):
        async with asyncio.TaskGroup() as group:
            attackers = [group.create_task(guess(engine, number)) for number in range(ATTACKERS)]
        statuses = sum((attacker.result() for attacker in attackers), Counter[int]())
    assert statuses.keys() == {401, 429}
    assert statuses.total() == LOGINS
    assert process.is_running()
    assert process.memory_info().rss - before < 200e6
    form = {"grant_type": "password", "username": "eva", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=engine.http, timeout=PATIENCE) as client:
        assert (await client.post("/api/token", data=form)).status_code == 200, "who knows the password gets in"


async def guess(engine: Engine, attacker: int) -> Counter[int]:
    """What one attacker's guesses are answered, over one connection."""
    address, statuses = urlsplit(engine.http), Counter[int]()
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    for number in range(LOGINS // ATTACKERS):
        body = f"grant_type=password&username=user-{attacker % NAMES}&password=guess+number+{number}".encode()
        head = (
            f"POST /api/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        statuses[int(answer.split()[1])] += 1
        await reader.readexactly(int(answer.partition(b"content-length:")[2].split()[0]))
    writer.close()
    return statuses


async def test_slow_bodies(engine: Engine, sim: dict[str, Any]) -> None:
    """A byte a second, for ever: 408 after ten seconds."""
    head = f"POST /api/sims/{sim['sim_id']}/reflux_flow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
    pieces = [f"{head}Content-Type: application/json\r\n\r\n".encode(), *[b" "] * 30]
    async with others_are_answered(engine, sim["sim_id"]), asyncio.TaskGroup() as group:
        slow = [group.create_task(dribble(engine, pieces)) for _ in range(SLOW)]
    assert {one.result() for one in slow} == {408}


async def test_compressed_bombs(engine: Engine, sim: dict[str, Any]) -> None:
    """Nothing compressed is unpacked: neither a body nor a message."""
    bomb = gzip.compress(bytes(50_000_000))
    path = f"{engine.http}/api/sims/{sim['sim_id']}/reflux_flow"
    process = next(p for p in engine.children() if "engine_api" in p.cmdline())
    before = process.memory_info().rss
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        for coding in ("gzip", "deflate", "br", "identity, gzip"):
            headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
            assert (await client.post(path, content=bomb, headers=headers)).status_code == 415
    async with connect(engine.http.replace("http", "ws", 1) + "/api/live", compression="deflate") as socket:
        assert socket.protocol.extensions == [], "the engine takes no compression of messages"
    assert process.memory_info().rss - before < 40e6


async def test_a_crowd_of_sockets(engine: Engine, sim: dict[str, Any]) -> None:
    """Sockets that say nothing, that say too much, and that subscribe to everything."""
    address = engine.http.replace("http", "ws", 1) + "/api/live"
    everything = json.dumps({"op": "sub", "id": 1, "tags": [f"{sim['sim_id']}.*"], "rate_ms": 50})
    async with others_are_answered(engine, sim["sim_id"]), AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect(address)) for _ in range(SOCKETS)]
        for number, socket in enumerate(sockets):
            await (flood(socket) if number % 10 == 0 else socket.send(everything))
        codes = [await code_of(socket) for socket in sockets[::10]]
        assert set(codes) == {1008}
        async with asyncio.timeout(PATIENCE):
            while json.loads(await sockets[1].recv())["op"] != "data":
                pass
    assert psutil.pid_exists(engine.process.pid)


async def flood(socket: Any) -> None:
    try:
        for _ in range(300):
            await socket.send('{"op": "ping"}')
    except ConnectionClosed:
        return


async def code_of(socket: Any) -> int:
    """The close code."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0
