"""One live client: reads its requests, sends it changed values, events and signs of life, drops it when it is slow."""

import asyncio
import time
from collections import deque
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from engine_api.leaving import BAD_MESSAGE, TOO_SLOW, Leave
from engine_api.live import Listener, Live
from engine_api.metrics import Metrics
from engine_api.problems import body_of
from engine_api.schemas import Asked
from engine_api.standing import Auth, Standing
from engine_api.strict_json import Refused, read
from engine_api.subscriptions import FASTEST_RATE, MOST_TAGS, SLOWEST_RATE, Subscriptions
from engine_api.validation import sentence
from plant.errors import PlantError

VERSION = 1
SEND_WITHIN = 5.0
SIGN_OF_LIFE = 1.0
MOST_EVENTS = 10_000
MOST_ANSWERS = 100
MOST_PER_SECOND = 50
PATH = "/api/live"

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
FullName = Annotated[str, Field(max_length=400)]


class Sub(Asked):
    """Subscribe to tags."""

    op: Literal["sub"]
    id: Number
    tags: list[FullName] = Field(min_length=1, max_length=MOST_TAGS)
    rate_ms: int = Field(default=200, ge=FASTEST_RATE, le=SLOWEST_RATE)


class Unsub(Asked):
    """Unsubscribe."""

    op: Literal["unsub"]
    id: Number


class Ping(Asked):
    """Ask for a sign of life."""

    op: Literal["ping"]


_REQUEST: TypeAdapter[Sub | Unsub | Ping | Auth] = TypeAdapter(
    Annotated[Sub | Unsub | Ping | Auth, Field(discriminator="op")]
)


class LiveClient:
    """Everything about one connection; `serve` lasts as long as it does."""

    def __init__(self, socket: WebSocket, live: Live, metrics: Metrics, standing: Standing) -> None:
        self._socket, self._live, self._metrics, self._standing = socket, live, metrics, standing
        self._subscriptions = Subscriptions(live, standing.caller)
        self._answers: deque[dict[str, Any]] = deque()
        self._wake = asyncio.Event()
        self._sequence = 0
        self._allowance = float(MOST_PER_SECOND)
        self._heard = time.monotonic()

    async def serve(self) -> None:
        """Speak the protocol until either side ends it."""
        with self._live.listening(MOST_EVENTS) as events:
            events.wake = self._wake
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._send_for_ever(events)), group.create_task(self._standing.keep())]
                    await self._listen()
                    for task in tasks:
                        task.cancel()
            except* Leave as leaving:
                await self._close(_first(leaving))
            except* WebSocketDisconnect:
                pass

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            self._pay()
            text = message.get("text")
            if text is None:
                raise Leave(BAD_MESSAGE, "messages are JSON texts")
            self._answer(text)

    def _pay(self) -> None:
        now = time.monotonic()
        self._allowance = min(MOST_PER_SECOND, self._allowance + (now - self._heard) * MOST_PER_SECOND) - 1
        self._heard = now
        if self._allowance < 0 or len(self._answers) >= MOST_ANSWERS:
            raise Leave(BAD_MESSAGE, f"more than {MOST_PER_SECOND} messages a second")

    def _answer(self, text: str) -> None:
        try:
            request = _REQUEST.validate_python(read(text.encode("utf-8", "surrogatepass")))
        except ValidationError as error:
            raise Leave(BAD_MESSAGE, _reason(error)) from None
        except Refused as error:
            raise Leave(BAD_MESSAGE, str(error.detail)) from None
        if isinstance(request, Sub):
            self._answers.append(self._subscribed(request))
        elif isinstance(request, Unsub):
            self._subscriptions.remove(request.id)
        elif isinstance(request, Auth):
            self._standing.renew(request.token)
        else:
            self._answers.append({"op": "pong"})
        self._wake.set()

    def _subscribed(self, request: Sub) -> dict[str, Any]:
        try:
            tags = self._subscriptions.add(request.id, request.tags, request.rate_ms)
        except PlantError as error:
            return {"op": "error", "id": request.id, "problem": body_of(error, PATH)}
        return {"op": "meta", "id": request.id, "tags": tags}

    async def _send_for_ever(self, events: Listener) -> None:
        await self._send({"op": "hello", "version": VERSION})
        clock = time.monotonic
        told = clock()
        while True:
            self._wake.clear()
            while self._answers:
                await self._send(self._answers.popleft())
            for event in filter(self._concerns, events.take()):
                await self._send({"op": "event", "event": event})
            if events.overflowed:
                raise Leave(TOO_SLOW, "events were not read fast enough")
            if await self._send_data(clock(), told):
                told = clock()
            wait = min(self._subscriptions.due_in(clock()) or FASTEST_RATE / 1000, told + SIGN_OF_LIFE - clock())
            await self._sleep(max(0.001, wait) if self._subscriptions.due_in(clock()) is not None else SIGN_OF_LIFE)

    def _concerns(self, event: dict[str, Any]) -> bool:
        return event["kind"] == "deleted" or self._live.sees(self._standing.caller, event["sim_id"])

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _send_data(self, now: float, told: float) -> bool:
        """Send what changed, or an empty sign of life when it is time for one."""
        update = self._subscriptions.update(now)
        if not update.values and not update.simulations and now < told + SIGN_OF_LIFE:
            return False
        self._sequence += 1
        message: dict[str, Any] = {
            "op": "data", "seq": self._sequence, "time": time.time_ns() // 1_000_000, "v": update.values,
        }  # fmt: skip
        message |= {"q": update.qualities} if update.qualities else {}
        message |= {"s": update.simulations} if update.simulations else {}
        await self._send(message)
        return True

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
