"""The shortest way to one tag: the read that clients repeat most, answered from the live table alone."""

from typing import Any

from fastapi import FastAPI
from starlette.datastructures import URLPath
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from connections.record import Record
from engine_api import shown
from engine_api.engine import Engine
from engine_api.security import CALLER
from plant import catalog
from plant.ownership import require_seen

PREFIX = "/api/sims/"


class TagRoute(BaseRoute):
    """`GET /api/sims/{sim_id}/{tag}` of a simulation that lives; everything else is left to the routes behind it.

    It answers what `tags.get_tag` answers, without asking the store and without the ways that can't be needed here.
    """

    path = PREFIX + "{sim_id}/{tag}"
    """What the metrics call it."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """A full match, or none."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
            return Match.NONE, {}
        sim_id, _, name = scope["path"][len(PREFIX) :].partition("/")
        record = _living(scope["app"], sim_id)
        if record is None or name not in catalog.find(record.model_id).places:
            return Match.NONE, {}
        return Match.FULL, {"path_params": {"sim_id": sim_id, "tag": name}, "route": self, "record": record}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises UnknownName for a caller who may not see the simulation."""
        record: Record = scope["record"]
        require_seen(scope[CALLER], record)
        present = _engine(scope["app"]).live.present(record)
        (answer,) = shown.tags(catalog.find(record.model_id), present, [scope["path_params"]["tag"]])
        await Response(answer.model_dump_json(), media_type="application/json")(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Nothing has its address here. Raises NoMatchFound."""
        raise NoMatchFound(name, path_params)


def _engine(app: FastAPI) -> Engine:
    engine: Engine = app.state.engine
    return engine


def _living(app: FastAPI, sim_id: str) -> Record | None:
    """The record as the live table knows it, if the simulation lives."""
    engine: Engine | None = getattr(app.state, "engine", None)
    record = engine.live.records.get(sim_id) if engine else None
    return record if record is not None and record.alive else None
