"""What was: recorded series and accepted actions."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from connections.action import Action
from connections.historian.store import Series
from connections.record import Record
from engine_api import csv_answers
from engine_api.asked import RecordHere
from engine_api.engine import Engine, EngineHere
from engine_api.history import Axis, Range
from engine_api.moments import moment_of
from engine_api.paging import Cursor, Limit, Page, encoded, linked, number_in
from engine_api.problems import documented
from engine_api.schemas import ActionAnswer, ActionListAnswer, HistoryAnswer
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.errors import OutOfRange, WrongType
from plant.model import Model

router = APIRouter(prefix="/api/sims", tags=["history"], route_class=StrictRoute)
MOST_POINTS = 20_000
_COLUMNS = ("tag", "unit", "time", "simulation_time", "value", "status_code")
NANOSECONDS = 1_000_000_000
_BOUND = "ISO 8601 time or milliseconds since 1970 on the axis `wall`, simulated seconds on `simulation`"


@router.get(
    "/{sim_id}/actions",
    responses={**documented(404), 200: csv_answers.documented(csv_answers.columns(ActionAnswer))},
    response_model=ActionListAnswer,
)
async def list_actions(
    engine: EngineHere,
    record: RecordHere,
    request: Request,
    response: Response,
    limit: Annotated[Limit, Query()] = 100,
    cursor: Annotated[Cursor | None, Query()] = None,
) -> ActionListAnswer | Response:
    """Who changed what through which door, newest first; as a table with `Accept: text/csv`."""
    found = linked(request, response, await _actions(engine, record, limit, cursor))
    clock = catalog.find(record.model_id).tags[0].name
    times = await engine.history.simulated(record.sim_id, clock, [action.at for action in found.entries])
    actions = [_action(action, time) for action, time in zip(found.entries, times, strict=True)]
    if csv_answers.wanted(request):
        return csv_answers.table(f"{record.sim_id}-actions", actions, ActionAnswer, response.headers)
    return ActionListAnswer(actions=actions, total=found.total, next=found.next)


async def _actions(engine: Engine, record: Record, limit: int, cursor: str | None) -> Page[Action]:
    """A page of actions; they are numbered from 1 without a gap."""
    newest = await engine.simulations.actions(record.sim_id, 1)
    total = newest[0].number if newest else 0
    before = total + 1 if cursor is None else number_in(cursor)
    known = await engine.simulations.actions(record.sim_id, max(0, total + 1 - before) + limit + 1)
    older = [action for action in known if action.number < before]
    shown = older[:limit]
    return Page(shown, total, encoded((shown[-1].number,)) if len(older) > limit else None)


@router.get(
    "/{sim_id}/history",
    responses={**documented(404), 200: csv_answers.documented(_COLUMNS)},
    response_model=HistoryAnswer,
)
async def get_history(
    request: Request,
    engine: EngineHere,
    record: RecordHere,
    tags: Annotated[str | None, Query(max_length=4000, description="Names, by comma; all by default")] = None,
    start: Annotated[str | None, Query(max_length=40, description=_BOUND)] = None,
    end: Annotated[str | None, Query(max_length=40, description=_BOUND)] = None,
    points: Annotated[int, Query(ge=2, le=MOST_POINTS)] = 2000,
    axis: Axis = "wall",
) -> Response:
    """Recorded values with start <= time < end; thinned to about `points`, keeping every least and greatest value.

    As a table with `Accept: text/csv`, a row for each value of each tag.
    """
    model = catalog.find(record.model_id)
    names = _names(model, record.sim_id, tags)
    wanted = Range(axis, _bound("start", start, axis), _bound("end", end, axis))
    series, thinned = await engine.history.read(record.sim_id, names, wanted, points)
    shown = [_shown(model, one) for one in series]
    if csv_answers.wanted(request):
        return csv_answers.answer(f"{record.sim_id}-history", _COLUMNS, _rows(shown))
    content = {"sim_id": record.sim_id, "series": shown, "thinned": thinned}
    return Response(orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


def _rows(series: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for one in series:
        samples = (one["time"], one["simulation_time"], one["value"], one["status_code"])
        for time, simulated, value, status in zip(*(array.tolist() for array in samples), strict=True):
            known = value if math.isfinite(value) else None
            yield one["tag"], one["unit"], moment_of(time * 1_000_000), simulated, known, status


def _names(model: Model, sim_id: str, tags: str | None) -> list[str]:
    if tags is None:
        return [tag.name for tag in model.tags]
    return [model.tag(name.strip(), sim_id).name for name in dict.fromkeys(tags.split(","))]


def _bound(name: str, text: str | None, axis: Axis) -> float | None:
    if text is None:
        return None
    number = _number(text)
    if axis == "wall":
        number = _wall(name, text) if number is None else number * 1e6
    if number is None:
        raise WrongType(f"{name} takes simulated seconds on the axis 'simulation', not '{text}'")
    if not math.isfinite(number) or abs(number) > 2**62:
        raise OutOfRange(f"{name} = {text} is outside the range of times")
    return number


def time_bound(name: str, text: str | None) -> int | None:
    """A bound of a range of wall time in nanoseconds since 1970; None is open. Raises WrongType or OutOfRange."""
    bound = _bound(name, text, "wall")
    return None if bound is None else int(bound)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _wall(name: str, text: str) -> float:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise WrongType(f"{name} takes an ISO 8601 time or milliseconds since 1970, not '{text}'") from None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * NANOSECONDS


def _shown(model: Model, series: Series) -> dict[str, Any]:
    """A SeriesAnswer whose arrays are written as they are; NaN becomes null."""
    return {
        "tag": series.tag, "unit": model.tag(series.tag).symbol, "time": series.wall_time // 1_000_000,
        "simulation_time": series.sim_time, "value": series.value, "status_code": series.status,
    }  # fmt: skip


def _action(action: Action, simulated: float | None) -> ActionAnswer:
    return ActionAnswer(
        action=action.number, time=moment_of(action.at) or "", simulation_time=simulated, user=action.user,
        door=action.door, values=action.values, command=action.command, argument=action.argument,
        fault=action.fault, name=action.name,
    )  # fmt: skip
