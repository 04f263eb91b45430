"""Live values of one simulation as Server-Sent Events: what the socket tells, for curl and notebooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import orjson
from fastapi.responses import StreamingResponse
from starlette.types import Message as Sent
from starlette.types import Receive, Scope, Send

from engine_api.feed import Feed, Message, Overflowed
from engine_api.leaving import Leave
from engine_api.live import Live
from engine_api.live_client import MOST_EVENTS, SEND_WITHIN
from engine_api.standing import Standing

MEDIA_TYPE = "text/event-stream"


class EventStream(StreamingResponse):
    """A response that goes on until its end; a reader that does not read is cut off."""

    media_type = MEDIA_TYPE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count it among the live clients as long as it lasts."""
        with scope["app"].state.engine.metrics.clients.track_inprogress():
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """Send all, each piece within `SEND_WITHIN` seconds."""

        async def in_time(message: Sent) -> None:
            async with asyncio.timeout(SEND_WITHIN):
                await send(message)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            return


async def events_of(
    live: Live, feed: Feed, standing: Standing, sim_id: str, resumed: tuple[str, int] | None
) -> AsyncIterator[bytes]:
    """The text of the stream: until the simulation has ended and its last values are told, or is deleted.

    It ends too with the credential that it was asked for with, and when the simulation is not there any more for its
    reader.
    """
    with live.listening(MOST_EVENTS) as events:
        events.wake = feed.wake
        if resumed is not None:
            feed.resume(events, *resumed)
        async with aclosing(feed.messages(events)) as messages:
            try:
                async for message in messages:
                    await standing.ask()
                    if message["op"] != "event" or message["event"]["sim_id"] == sim_id:
                        yield text_of(message, live.stream)
                    if _last(live, sim_id, message) or not live.sees(standing.caller, sim_id):
                        return
            except (Overflowed, Leave):
                return


def text_of(message: Message, stream: str) -> bytes:
    """A message as an event: its `op` as the name, for events the id that a reader resumes with."""
    lines = [b"event: " + message["op"].encode(), b"data: " + orjson.dumps(message)]
    if message["op"] == "event":
        lines.append(f"id: {stream}-{message['n']}".encode())
    return b"\n".join(lines) + b"\n\n"


def _last(live: Live, sim_id: str, message: Message) -> bool:
    record = live.records.get(sim_id)
    return record is None or (not record.alive and message["op"] == "data")
