"""The stream of one simulation's live values as Server-Sent Events."""

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from engine_api.asked import RecordHere
from engine_api.engine import EngineHere
from engine_api.event_stream import MEDIA_TYPE, EventStream, events_of
from engine_api.feed import Feed
from engine_api.problems import documented
from engine_api.security import CallerHere
from engine_api.standing import Standing
from engine_api.subscriptions import FASTEST_RATE, SLOWEST_RATE

router = APIRouter(prefix="/api/sims", tags=["live"])

KNOWN_WITHIN = 2.0
_ID = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,15})")
_EVENT = 'event: hello\ndata: {"op":"hello","version":1,"stream":"f9edba25ce132929","event":14}\n\n'
_ANSWERS = documented(404, 422) | {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EVENT}},
        "description": "Events until the simulation ends",
    },
    204: {"description": "It has ended; there is nothing to come back for"},
}

Tags = Annotated[str | None, Query(max_length=100_000, description="Tags, separated by commas; all by default")]
Rate = Annotated[int, Query(ge=FASTEST_RATE, le=SLOWEST_RATE, description="Milliseconds between two data events")]
LastEvent = Annotated[str | None, Header(alias="Last-Event-ID", max_length=100, description="Where to go on")]


@router.get("/{sim_id}/stream", response_class=Response, responses=_ANSWERS)
async def stream(
    request: Request, engine: EngineHere, caller: CallerHere, record: RecordHere, tags: Tags = None,
    rate_ms: Rate = 1000, last_event_id: LastEvent = None,
) -> Response:  # fmt: skip
    """The messages of the WebSocket (`hello`, `meta`, `data`, `event`, `resumed`) for one simulation, until it ends."""
    if last_event_id is not None and not record.alive:
        return Response(status_code=204)
    await engine.live.until(lambda: record.sim_id in engine.live.records, KNOWN_WITHIN)
    feed = Feed(engine.live, caller)
    names = ["*"] if tags is None else [name.strip() for name in tags.split(",")]
    meta = feed.subscriptions.add(0, [f"{record.sim_id}.{name}" for name in names], rate_ms)
    feed.answer({"op": "meta", "tags": meta})
    seen = _ID.fullmatch(last_event_id or "")
    standing = Standing(request.scope, engine.settings.access.recheck)
    events = events_of(engine.live, feed, standing, record.sim_id, (seen[1], int(seen[2])) if seen else None)
    return EventStream(events, headers={"X-Accel-Buffering": "no"})
