"""Webhooks against a real web server: signed, tried again, refused ones dropped, one dead address keeps no other."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connections.settings import AlertSettings
from engine_api.alerts.webhooks import Webhooks, read_secret, signature
from plant.errors import Unavailable
from tests.waiting import until_async

Taken = list[tuple[dict[str, str], bytes]]


class Receiver:
    """A web server that answers with the next status and keeps what it got."""

    def __init__(self) -> None:
        self.taken: Taken = []
        self.statuses: list[int] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head.split("\r\n")[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.taken.append((headers, body))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver()
    async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as server:
        yield made, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"


async def test_signed_and_tried_again(receiver: tuple[Receiver, str], tmp_path: Path) -> None:
    made, url = receiver
    made.statuses = [500, 429, 200, 400]
    secret = tmp_path / "secret"
    secret.write_text("key\n")
    counts: list[str] = []
    dead = "http://127.0.0.1:9/"
    settings = AlertSettings(webhooks=(dead, url), secret_file=secret, retries=3, back_off=0.01)
    hooks = Webhooks(settings, counts.append)
    task = asyncio.create_task(hooks.run())
    hooks.put([{"rule": "stuck"}, {"rule": "disk"}])
    await until_async(lambda: _is(sorted(counts) == ["given_up", "given_up", "refused", "sent"]), "all were tried")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [json.loads(body)["rule"] for _, body in made.taken] == ["stuck", "stuck", "stuck", "disk"]
    assert len({headers["pde-delivery"] for headers, _ in made.taken[:3]}) == 1
    headers, body = made.taken[0]
    assert headers["pde-signature"] == "sha256=" + signature(b"key", headers["pde-timestamp"], body)


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_secret_that_is_none_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
    with pytest.raises(Unavailable, match="PDE_ALERTS__SECRET_FILE"):
        read_secret(file)


async def _is(fact: bool) -> bool:
    return fact
