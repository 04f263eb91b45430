"""Alarms: what needs attention, what happened, and operators' orders."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from connections.alarm_bus import ask
from connections.historian.events import EventRow, Span
from connections.record import Record
from connections.simulations import told_by
from engine_api import alarm_shown, csv_answers
from engine_api.alarm_schemas import (
    AcknowledgeBody,
    AlarmAnswer,
    AlarmEventAnswer,
    AlarmEventsAnswer,
    AlarmListAnswer,
    AlarmsAnswer,
    CommentBody,
    OrderAnswer,
    ShelveBody,
)
from engine_api.asked import RecordHere
from engine_api.engine import Engine, EngineHere
from engine_api.paging import Cursor, Key, PageQuery, linked, page
from engine_api.paging import Limit as PageLimit
from engine_api.problems import documented
from engine_api.routes.history import time_bound
from engine_api.schemas import NoBody
from engine_api.security import DOOR, CallerHere
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.access import Caller, Right
from plant.alarms.condition import Condition
from plant.alarms.declared import Alarm, alarm_of
from plant.alarms.orders import Order
from plant.alarms.record import decode_event
from plant.errors import UnknownName
from plant.ownership import may_see, require_on

router = APIRouter(tags=["alarms"], route_class=StrictRoute)
_ORDER = documented(400, 404, 408, 409, 412, 413, 422)
_TIME = "ISO 8601 time or milliseconds since 1970"
AlarmName = Annotated[str, Path(max_length=200, examples=["bottoms_methanol"])]
Bound = Annotated[str | None, Query(max_length=40, description=_TIME)]
Limit = Annotated[int, Query(ge=1, le=1000)]
_TABLE = csv_answers.documented(csv_answers.columns(AlarmAnswer))


@router.get("/api/alarms", responses={**documented(), 200: _TABLE}, response_model=AlarmsAnswer)
async def list_alarms(
    engine: EngineHere,
    caller: CallerHere,
    request: Request,
    response: Response,
    limit: Annotated[PageLimit, Query()] = 1000,
    cursor: Annotated[Cursor | None, Query()] = None,
) -> AlarmsAnswer | Response:
    """The alarm list of all simulations: everything that is active, unacknowledged or unconfirmed.

    The worst first; as a table with `Accept: text/csv`.
    """
    seen = [one for one in engine.alarms.retained() if may_see(caller, one[0])]
    found = linked(request, response, page(seen, _urgency, PageQuery(limit=limit, cursor=cursor)))
    alarms = [alarm_shown.alarm(record.sim_id, record.model_id, alarm, state) for record, alarm, state in found.entries]
    if csv_answers.wanted(request):
        return csv_answers.table("alarms", alarms, AlarmAnswer, response.headers)
    return AlarmsAnswer(
        alarms=alarms, total=found.total, next=found.next, active=sum(1 for _, _, state in seen if state.level),
        unacknowledged=sum(1 for _, _, state in seen if not state.acked),
    )  # fmt: skip


def _urgency(one: tuple[Record, Alarm, Condition]) -> Key:
    record, alarm, state = one
    return (int(state.acked), -state.severity, -state.at, record.sim_id, alarm.name)


@router.get("/api/alarms/events", responses=documented(422))
async def list_alarm_events(
    engine: EngineHere, caller: CallerHere, start: Bound = None, end: Bound = None, limit: Limit = 100
) -> AlarmEventsAnswer:
    """What happened to the alarms of all simulations with start <= time < end, the newest first."""
    return await _events(engine, caller, None, start, end, limit)


@router.get("/api/sims/{sim_id}/alarms", responses=documented(404, 422))
async def list_alarms_of_simulation(engine: EngineHere, record: RecordHere) -> AlarmListAnswer:
    """All alarms of a simulation, the normal ones too."""
    alarms = engine.alarms.of(record)
    return AlarmListAnswer(alarms=[alarm_shown.alarm(record.sim_id, record.model_id, *one) for one in alarms])


@router.get("/api/sims/{sim_id}/alarms/events", responses=documented(404, 422))
async def list_alarm_events_of_simulation(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    start: Bound = None,
    end: Bound = None,
    limit: Limit = 100,
) -> AlarmEventsAnswer:
    """What happened to the alarms of a simulation with start <= time < end, the newest first."""
    return await _events(engine, caller, record.sim_id, start, end, limit)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/acknowledge", responses=_ORDER)
async def acknowledge_alarm(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    alarm: AlarmName,
    body: AcknowledgeBody | None = None,
) -> OrderAnswer:
    """Acknowledge; a serious alarm (severity 700 and more) is then to be confirmed."""
    asked = body or AcknowledgeBody()
    order = Order.ACKNOWLEDGE
    return await _order(engine, caller, record, alarm, order, event_id=asked.event_id, comment=asked.comment)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/confirm", responses=_ORDER)
async def confirm_alarm(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    alarm: AlarmName,
    body: AcknowledgeBody | None = None,
) -> OrderAnswer:
    """Confirm that what the acknowledged alarm was about is done."""
    asked = body or AcknowledgeBody()
    return await _order(engine, caller, record, alarm, Order.CONFIRM, event_id=asked.event_id, comment=asked.comment)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/comment", responses=_ORDER)
async def comment_alarm(
    engine: EngineHere, caller: CallerHere, record: RecordHere, alarm: AlarmName, body: CommentBody
) -> OrderAnswer:
    """Comment."""
    return await _order(engine, caller, record, alarm, Order.COMMENT, event_id=body.event_id, comment=body.comment)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/shelve", responses=_ORDER)
async def shelve_alarm(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    alarm: AlarmName,
    body: ShelveBody | None = None,
) -> OrderAnswer:
    """Put aside, for a time or until it is normal again."""
    asked = body or ShelveBody()
    order = Order.ONE_SHOT_SHELVE if asked.seconds is None else Order.TIMED_SHELVE
    return await _order(engine, caller, record, alarm, order, comment=asked.comment, seconds=asked.seconds)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/unshelve", responses=_ORDER)
async def unshelve_alarm(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    alarm: AlarmName,
    _: NoBody | None = None,
) -> OrderAnswer:
    """End a shelving."""
    return await _order(engine, caller, record, alarm, Order.UNSHELVE)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/enable", responses=_ORDER)
async def enable_alarm(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    alarm: AlarmName,
    _: NoBody | None = None,
) -> OrderAnswer:
    """Watch again; the present value decides anew."""
    return await _order(engine, caller, record, alarm, Order.ENABLE)


@router.post("/api/sims/{sim_id}/alarms/{alarm}/disable", responses=_ORDER)
async def disable_alarm(
    engine: EngineHere,
    caller: CallerHere,
    record: RecordHere,
    alarm: AlarmName,
    _: NoBody | None = None,
) -> OrderAnswer:
    """Watch no longer."""
    return await _order(engine, caller, record, alarm, Order.DISABLE)


async def _order(
    engine: Engine, caller: Caller, record: RecordHere, name: str, order: Order, *, event_id: str | None = None,
    comment: str | None = None, seconds: float | None = None,
) -> OrderAnswer:  # fmt: skip
    asked = {"event_id": event_id, "comment": comment, "seconds": seconds}
    facts = {"alarm": name, **{key: value for key, value in asked.items() if value is not None}}
    told = told_by(str(order), caller, DOOR, sim_id=record.sim_id, new=facts)
    with engine.simulations.trail.attempt(told):
        return await _ordered(engine, caller, record, name, order, event_id=event_id, comment=comment, seconds=seconds)


async def _ordered(
    engine: Engine, caller: Caller, record: RecordHere, name: str, order: Order, *, event_id: str | None,
    comment: str | None, seconds: float | None,
) -> OrderAnswer:  # fmt: skip
    require_on(caller, Right.OPERATE, record, f"'{order}' on an alarm of {record.sim_id}")
    _, alarm = alarm_of(catalog.find(record.model_id), name, record.sim_id)
    given: dict[str, Any] = {
        "event_id": event_id, "comment": comment, "seconds": seconds, "user": str(caller), "role": str(caller.role),
    }  # fmt: skip
    answer = await ask(
        engine.simulations.bus,
        {"sim_id": record.sim_id, "alarm": name, "order": str(order), **given},
    )
    event = decode_event(record.sim_id, alarm, json.dumps(answer["event"]))
    shown = alarm_shown.alarm(record.sim_id, record.model_id, alarm, event.condition)
    return OrderAnswer(alarm=shown, recorded=answer["recorded"])


async def _events(
    engine: Engine, caller: Caller, sim_id: str | None, start: str | None, end: str | None, limit: int
) -> AlarmEventsAnswer:
    span = Span(time_bound("start", start), time_bound("end", end), sim_id, reverse=True)
    rows = await engine.history.events(span, limit + 1)
    seen = (row for row in rows[:limit] if engine.live.sees(caller, row.sim_id))
    events = [event for row in seen if (event := _event(row)) is not None]
    return AlarmEventsAnswer(events=events, more=len(rows) > limit)


def _event(row: EventRow) -> AlarmEventAnswer | None:
    try:
        _, alarm = alarm_of(catalog.find(row.model_id), row.alarm)
        return alarm_shown.event(row.number, row.model_id, decode_event(row.sim_id, alarm, row.content))
    except (UnknownName, ValueError, KeyError, TypeError):
        return None  # of a model that is not there any more
