"""Tags: read all, read one, act on one, act on several at once."""

from collections.abc import Iterable

from fastapi import APIRouter

from connections.record import Record
from engine_api import shown
from engine_api.asked import RecordHere, TagName
from engine_api.engine import Engine, EngineHere
from engine_api.moments import moment_of
from engine_api.present import present
from engine_api.problems import documented
from engine_api.schemas import ActionBody, ActionsAnswer, ActionsBody, TagAnswer, TagsAnswer, WriteBody
from engine_api.security import DOOR, CallerHere
from engine_api.strict_route import StrictRoute
from plant import catalog
from plant.access import Caller
from plant.errors import InvalidValue

router = APIRouter(prefix="/api/sims", tags=["tags"], route_class=StrictRoute)


@router.get("/{sim_id}/all", responses=documented(404, 422))
async def get_tags(engine: EngineHere, record: RecordHere) -> TagsAnswer:
    """All tags: value, unit, quality, time."""
    now = await present(engine, record)
    return TagsAnswer(
        sim_id=record.sim_id, status=str(record.status), simulation_time=now.simulation_time,
        source_time=moment_of(now.source_time), tags=shown.tags(catalog.find(record.model_id), now),
    )  # fmt: skip


@router.post("/{sim_id}/actions", responses=documented(400, 404, 408, 409, 413, 422))
async def act(engine: EngineHere, caller: CallerHere, record: RecordHere, body: ActionsBody) -> ActionsAnswer:
    """Several control actions, all or nothing. With an Idempotency-Key a repeated request is applied once."""
    actions = _by_tag(body.actions)
    number = await _act(engine, caller, record, actions)
    return await _in_effect(engine, record, number, actions)


@router.get("/{sim_id}/{tag}", responses=documented(404, 422))
async def get_tag(engine: EngineHere, record: RecordHere, tag: TagName) -> TagAnswer:
    """One tag."""
    model = catalog.find(record.model_id)
    model.index(tag, record.sim_id)
    return shown.tags(model, await present(engine, record), [tag])[0]


@router.post("/{sim_id}/{tag}", responses=documented(400, 404, 408, 409, 413, 422))
async def write_tag(
    engine: EngineHere, caller: CallerHere, record: RecordHere, tag: TagName, body: WriteBody
) -> TagAnswer:
    """A control action on one tag; answers the value accepted, which a read straight after answers too."""
    number = await _act(engine, caller, record, {tag: body.value})
    return (await _in_effect(engine, record, number, [tag])).tags[0]


def _by_tag(actions: list[ActionBody]) -> dict[str, object]:
    values = {action.tag: action.value for action in actions}
    if len(values) != len(actions):
        raise InvalidValue("a tag stands in the request twice")
    return values


async def _act(engine: Engine, caller: Caller, record: Record, actions: dict[str, object]) -> int:
    values = engine.live.values(record)
    number, checked = await engine.simulations.act(record, actions, values, caller, DOOR)
    engine.live.accept(record.sim_id, number, checked)
    return number


async def _in_effect(engine: Engine, record: Record, number: int, tags: Iterable[str]) -> ActionsAnswer:
    now = await present(engine, record)
    return ActionsAnswer(sim_id=record.sim_id, action=number, tags=shown.tags(catalog.find(record.model_id), now, tags))
