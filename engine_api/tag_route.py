"""The shortest way to one tag: what clients repeat most, read or written, answered from the live table alone."""

from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import Scope

from connections.record import Record
from engine_api import shown, strict_json
from engine_api.engine import Engine
from engine_api.once import KEY
from engine_api.security import CALLER, DOOR
from plant import catalog
from plant.model import Model
from plant.ownership import may_see

PREFIX = "/api/sims/"
PATH = PREFIX + "{sim_id}/{tag}"
"""What the metrics call it."""
_JSON = b"application/json"


class TagRoute:
    """What is left in the scope of a request that was answered here, in the place of a route."""

    path = PATH


_HERE = TagRoute()


class _Found(NamedTuple):
    engine: Engine
    record: Record
    model: Model
    place: int


async def answer(scope: Scope, body: bytes) -> bytes | None:
    """What `tags.get_tag` or `tags.write_tag` answers about a living simulation that the caller may see.

    None, with nothing done, for everything else, refusals too: the routes take care of it. The store is not asked.
    Raises Unavailable.
    """
    if scope["method"] not in _WAYS or not scope["path"].startswith(PREFIX):
        return None
    found = _find(scope)
    if found is None or (scope["method"] == "POST" and not await _write(scope, body, found)):
        return None
    scope["route"] = _HERE
    present = found.engine.live.present(found.record)
    return shown.tag(found.model, present, found.place).model_dump_json().encode()


_WAYS = frozenset({"GET", "POST"})


def _find(scope: Scope) -> _Found | None:
    sim_id, _, name = scope["path"][len(PREFIX) :].partition("/")
    engine: Engine | None = getattr(scope["app"].state, "engine", None)
    if engine is None:
        return None
    record = engine.live.records.get(sim_id)
    if record is None or not record.alive or not may_see(scope[CALLER], record):
        return None
    model = catalog.find(record.model_id)
    place = model.places.get(name)
    return None if place is None else _Found(engine, record, model, place)


async def _write(scope: Scope, body: bytes, found: _Found) -> bool:
    """Whether the value in the body was accepted."""
    document = _document(scope["headers"], body)
    if not isinstance(document, dict) or document.keys() != {"value"}:
        return False
    live, record = found.engine.live, found.record
    written = await found.engine.simulations.act_unless_changed(
        record, {found.model.tags[found.place].name: document["value"]}, live.values(record), scope[CALLER], DOOR,
        live.event_position,
    )  # fmt: skip
    if written is None:
        return False
    live.accept(record.sim_id, *written)
    return True


def _document(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> object:
    """The body, where nothing in the headers asks for more than that it be done."""
    known = dict(headers)
    if known.get(b"content-type") != _JSON or KEY.encode() in known:
        return None
    try:
        return strict_json.read(body)
    except strict_json.Refused:
        return None
