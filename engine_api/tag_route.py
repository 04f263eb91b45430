"""The shortest way to one tag: the read that clients repeat most, answered from the live table alone."""

from starlette.types import Scope

from engine_api import shown
from engine_api.engine import Engine
from engine_api.security import CALLER
from plant import catalog
from plant.ownership import may_see

PREFIX = "/api/sims/"
PATH = PREFIX + "{sim_id}/{tag}"
"""What the metrics call it."""


class TagRoute:
    """What is left in the scope of a request that was answered here, in the place of a route."""

    path = PATH


_HERE = TagRoute()


def read(scope: Scope) -> bytes | None:
    """What `tags.get_tag` answers to `GET /api/sims/{sim_id}/{tag}` of a living simulation that the caller may see.

    None for everything else, refusals too: the routes take care of it. The store is not asked.
    """
    path = scope["path"]
    if scope["method"] != "GET" or not path.startswith(PREFIX):
        return None
    sim_id, _, name = path[len(PREFIX) :].partition("/")
    engine: Engine | None = getattr(scope["app"].state, "engine", None)
    if engine is None:
        return None
    record = engine.live.records.get(sim_id)
    if record is None or not record.alive or not may_see(scope[CALLER], record):
        return None
    model = catalog.find(record.model_id)
    place = model.places.get(name)
    if place is None:
        return None
    scope["route"] = _HERE
    return shown.tag(model, engine.live.present(record), place).model_dump_json().encode()
