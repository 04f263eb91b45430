"""Webhooks: each alert is posted as signed JSON, tried again for a while, and never keeps anything else waiting."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import httpx

from connections.log import logger
from connections.settings import AlertSettings
from plant.errors import Unavailable

PATIENCE = 10.0
LONGEST_PAUSE = 300.0
MOST_WAITING = 1000
_AGAIN = frozenset({408, 425, 429})
_log = logger("webhooks")


class Webhooks:
    """One queue for each address; `counted(result)` is told of every message: sent, refused, given_up, dropped."""

    def __init__(self, settings: AlertSettings, counted: Callable[[str], None]) -> None:
        self._settings, self._counted = settings, counted
        self._secret = read_secret(settings.secret_file)
        self._queues: dict[str, asyncio.Queue[bytes]] = {
            url: asyncio.Queue(MOST_WAITING) for url in dict.fromkeys(settings.webhooks)
        }

    def put(self, messages: Sequence[dict[str, Any]]) -> None:
        """Send these, as soon as the addresses take them."""
        for message in messages:
            for url, queue in self._queues.items():
                try:
                    queue.put_nowait(json.dumps(message).encode())
                except asyncio.QueueFull:
                    self._counted("dropped")
                    _log.error("too many messages wait", host=urlsplit(url).hostname)

    async def run(self) -> None:
        """Send for ever."""
        async with httpx.AsyncClient(timeout=PATIENCE) as client, asyncio.TaskGroup() as group:
            for url, queue in self._queues.items():
                group.create_task(self._serve(client, url, queue))

    async def _serve(self, client: httpx.AsyncClient, url: str, queue: "asyncio.Queue[bytes]") -> None:
        while True:
            body = await queue.get()
            result = await self._deliver(client, url, body, token_hex(8))
            self._counted(result)
            if result != "sent":
                _log.error("alert not delivered", host=urlsplit(url).hostname, result=result)

    async def _deliver(self, client: httpx.AsyncClient, url: str, body: bytes, number: str) -> str:
        """Post, again and again with the same delivery number until it is taken, refused or given up."""
        for tries in range(self._settings.retries + 1):
            if tries:
                await asyncio.sleep(min(self._settings.back_off * 2.0 ** (tries - 1), LONGEST_PAUSE))
            try:
                answer = await client.post(url, content=body, headers=self._headers(body, number))
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                _log.warning("webhook does not answer", host=urlsplit(url).hostname, error=type(error).__name__)
                continue
            if answer.is_success:
                return "sent"
            if answer.status_code < 500 and answer.status_code not in _AGAIN:
                return "refused"
        return "given_up"

    def _headers(self, body: bytes, number: str) -> dict[str, str]:
        moment = str(int(time.time()))
        headers = {"Content-Type": "application/json", "PDE-Delivery": number, "PDE-Timestamp": moment}
        if self._secret:
            headers["PDE-Signature"] = "sha256=" + signature(self._secret, moment, body)
        return headers


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """HMAC-SHA256, in hexadecimal, of the timestamp, a full stop and the body."""
    return hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def read_secret(file: Path | None) -> bytes:
    """The key for signatures; empty without a file. Raises Unavailable when it can't be read or is empty."""
    if file is None:
        return b""
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise Unavailable(f"PDE_ALERTS__SECRET_FILE can't be read: {error.strerror}") from None
    if not secret:
        raise Unavailable("PDE_ALERTS__SECRET_FILE is empty")
    return secret
