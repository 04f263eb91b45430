"""One live client: reads its requests, sends it changed values, events and signs of life, drops it when it is slow."""

import asyncio
import time
from contextlib import aclosing
from typing import Annotated, Any

import orjson
from pydantic import Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from engine_api.feed import Feed, Overflowed
from engine_api.happenings import Listener
from engine_api.leaving import BAD_MESSAGE, TOO_SLOW, Leave
from engine_api.live import Live
from engine_api.live_messages import Ping, Resume, Sub, Unsub
from engine_api.metrics import Metrics
from engine_api.problems import body_of
from engine_api.standing import Auth, Standing
from engine_api.strict_json import Refused, read
from engine_api.validation import sentence
from plant.errors import PlantError

SEND_WITHIN = 5.0
MOST_EVENTS = 10_000
MOST_ANSWERS = 100
MOST_PER_SECOND = 50
PATH = "/api/live"

Request = Sub | Unsub | Ping | Resume | Auth
_REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="op")])


class LiveClient:
    """Everything about one connection; `serve` lasts as long as it does."""

    def __init__(self, socket: WebSocket, live: Live, metrics: Metrics, standing: Standing) -> None:
        self._socket, self._live, self._metrics, self._standing = socket, live, metrics, standing
        self._feed = Feed(live, standing.caller)
        self._resumed = False
        self._allowance = float(MOST_PER_SECOND)
        self._heard = time.monotonic()

    async def serve(self) -> None:
        """Speak the protocol until either side ends it."""
        with self._live.listening(MOST_EVENTS) as events:
            events.wake = self._feed.wake
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._send_for_ever(events)), group.create_task(self._standing.keep())]
                    await self._listen(events)
                    for task in tasks:
                        task.cancel()
            except* Leave as leaving:
                await self._close(_first(leaving))
            except* WebSocketDisconnect:
                pass

    async def _listen(self, events: Listener) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self._pay()
            text = message.get("text")
            if text is None:
                raise Leave(BAD_MESSAGE, "messages are JSON texts")
            self._answer(text, events)

    def _pay(self) -> None:
        now = time.monotonic()
        self._allowance = min(MOST_PER_SECOND, self._allowance + (now - self._heard) * MOST_PER_SECOND) - 1
        self._heard = now
        if self._allowance < 0 or len(self._feed.answers) >= MOST_ANSWERS:
            raise Leave(BAD_MESSAGE, f"more than {MOST_PER_SECOND} messages a second")

    def _answer(self, text: str, events: Listener) -> None:
        try:
            request = _REQUEST.validate_python(read(text.encode("utf-8", "surrogatepass")))
        except ValidationError as error:
            raise Leave(BAD_MESSAGE, _reason(error)) from None
        except Refused as error:
            raise Leave(BAD_MESSAGE, str(error.detail)) from None
        match request:
            case Sub():
                self._feed.answer(self._subscribed(request))
            case Unsub():
                self._feed.subscriptions.remove(request.id)
            case Resume():
                self._resume(events, request)
            case Auth():
                self._standing.renew(request.token)
            case Ping():
                self._feed.answer({"op": "pong"})

    def _resume(self, events: Listener, request: Resume) -> None:
        if self._resumed:
            raise Leave(BAD_MESSAGE, "a connection may resume once")
        self._resumed = True
        self._feed.resume(events, request.stream, request.event)

    def _subscribed(self, request: Sub) -> dict[str, Any]:
        try:
            tags = self._feed.subscriptions.add(request.id, request.tags, request.rate_ms)
        except PlantError as error:
            return {"op": "error", "id": request.id, "problem": body_of(error, PATH)}
        return {"op": "meta", "id": request.id, "tags": tags}

    async def _send_for_ever(self, events: Listener) -> None:
        try:
            async with aclosing(self._feed.messages(events)) as messages:
                async for message in messages:
                    await self._send(message)
        except Overflowed:
            raise Leave(TOO_SLOW, "events were not read fast enough") from None

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                await self._socket.send_text(orjson.dumps(message).decode())
        except TimeoutError:
            raise Leave(TOO_SLOW, "messages were not read fast enough") from None

    async def _close(self, leaving: Leave) -> None:
        self._metrics.dropped_clients.labels(leaving.code).inc()
        try:
            async with asyncio.timeout(1.0):
                await self._socket.close(leaving.code, str(leaving)[:120])
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return


def _first(group: ExceptionGroup[Leave]) -> Leave:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, Leave)  # noqa: S101 - the group holds nothing else
    return error


def _reason(error: ValidationError) -> str:
    finding = error.errors(include_url=False)[0]
    return sentence({**finding, "loc": ("body", *finding["loc"])})["detail"]
