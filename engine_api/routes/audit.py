"""The audit: who did or tried what, from where, through which door."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from connections.audit import Audit, Entry, Wanted
from engine_api import csv_answers
from engine_api.engine import EngineHere
from engine_api.moments import moment_of
from engine_api.problems import documented
from engine_api.routes.history import time_bound
from engine_api.schemas import Answered, Time
from engine_api.security import CallerHere
from engine_api.strict_route import StrictRoute
from plant.access import Right, require

router = APIRouter(prefix="/api/audit", tags=["access"], route_class=StrictRoute)
MOST = 10_000
_TIME = "ISO 8601 time or milliseconds since 1970"
Text = Annotated[str | None, Query(max_length=120)]
Bound = Annotated[str | None, Query(max_length=40, description=_TIME)]


class AuditEntry(Answered):
    """One thing that somebody did or tried."""

    number: int = Field(examples=[17])
    time: Time
    simulation_time: float | None = Field(description="Simulated seconds of the newest sample then", examples=[12.0])
    user: str = Field(examples=["eva"])
    address: str = Field(examples=["127.0.0.1"])
    door: str = Field(examples=["rest"])
    what: str = Field(examples=["write"])
    sim_id: str | None = Field(examples=["wood-berry-7"])
    old: Any = Field(default=None, examples=[{"reflux_flow": 1.95}])
    new: Any = Field(default=None, examples=[{"reflux_flow": 2.1}])
    outcome: Literal["done", "refused"]
    detail: str = Field(description="Why it was refused", examples=[""])


class AuditAnswer(Answered):
    """Entries, the newest first; `next` is the value of `before` that leads on, null at the end."""

    entries: list[AuditEntry]
    next: int | None


class AuditKinds(Answered):
    """What the audit tells of, in alphabetical order."""

    what: list[str] = Field(examples=[["sign_in", "start", "write"]])


_TABLE = {**documented(), 200: csv_answers.documented(csv_answers.columns(AuditEntry))}


@router.get("", responses=_TABLE, response_model=AuditAnswer)
async def list_audit(
    engine: EngineHere,
    caller: CallerHere,
    request: Request,
    user: Text = None,
    sim_id: Text = None,
    door: Text = None,
    what: Text = None,
    outcome: Annotated[Literal["done", "refused"] | None, Query()] = None,
    text: Annotated[str | None, Query(max_length=120, description="Part of what was done or why it was not")] = None,
    start: Bound = None,
    end: Bound = None,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="Only older entries than this number")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Response:
    """Search the audit, the newest first; as a table with `Accept: text/csv`. For engineers and administrators."""
    require(caller, Right.ENGINEER, "reading the audit")
    given = {"user": user, "sim_id": sim_id, "door": door, "what": what, "outcome": outcome}
    equal = {name: value for name, value in given.items() if value is not None}
    wanted = Wanted(equal, text, time_bound("start", start), time_bound("end", end), before, limit + 1)
    found = await asyncio.to_thread(Audit(engine.records).find, wanted)
    entries = [_shown(number, entry) for number, entry in found[:limit]]
    if csv_answers.wanted(request):
        return csv_answers.table("audit", entries, AuditEntry)
    answer = AuditAnswer(entries=entries, next=entries[-1].number if len(found) > limit else None)
    return JSONResponse(answer.model_dump())


@router.get("/kinds", responses=documented())
async def list_audit_kinds(engine: EngineHere, caller: CallerHere) -> AuditKinds:
    """The kinds of entries that there are: what `what` may be asked for. For engineers and administrators."""
    require(caller, Right.ENGINEER, "reading the audit")
    return AuditKinds(what=await asyncio.to_thread(Audit(engine.records).kinds))


def _shown(number: int, entry: Entry) -> AuditEntry:
    facts = entry.message()
    return AuditEntry(number=number, time=moment_of(facts.pop("at")) or "", **facts)
