"""The web application: routes, guard, problems and pages put together; its OpenAPI is the contract."""

import math
from collections.abc import Sequence
from importlib.metadata import version

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match

from engine_api import problems
from engine_api.cross_origin import CrossOrigin
from engine_api.guard import Guard
from engine_api.hmi import Pages
from engine_api.limits import Limits
from engine_api.openapi import contract
from engine_api.routes import (
    alarms,
    alerts,
    audit,
    auth,
    docs,
    faults,
    history,
    linearization,
    live,
    machines,
    models,
    own_models,
    pki,
    runs,
    sharing,
    sims,
    snapshots,
    stream,
    system,
    tags,
    telegraf,
    tokens,
    users,
)
from plant import catalog

DESCRIPTION = "Start process simulations, read and move their tags, follow them live. Errors are RFC 9457 problems."

SMALLEST_COMPRESSED = 1400
"""Bytes of an answer; a smaller one fits into one packet as it is."""
COMPRESSION = 4
"""Level of gzip: most of the gain for a third of the time of the highest."""


def build_app(only_loopback: bool = True, origins: Sequence[str] = (), limits: Limits | None = None) -> FastAPI:
    """The application; `app.state.engine` must be set before it serves. Raises ValueError when names clash.

    `only_loopback` refuses requests that name another host than this machine. Pages of `origins` may use it from a
    browser.
    """
    app = FastAPI(
        title="Process Dynamics Engine", version=version("process-dynamics-engine"), description=DESCRIPTION,
        docs_url=None, redoc_url=None, redirect_slashes=False, generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.openapi = lambda: contract(app)  # type: ignore[method-assign]
    problems.install(app)
    for group in (
        alarms, alerts, machines, models, own_models, linearization, sims, sharing, stream, history, faults, snapshots,
        tags, runs, system, telegraf, live, docs, auth, users, tokens, pki, audit,
    ):  # fmt: skip
        app.include_router(group.router)
    require_free_names(app)
    app.add_api_route("/api/{path:path}", nothing_here, methods=_METHODS, include_in_schema=False)
    app.mount("/docs/assets", docs.assets(), "docs")
    app.mount("/", Pages(), "pages")
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_COMPRESSED, compresslevel=COMPRESSION)
    app.add_middleware(Guard, only_loopback=only_loopback, limits=limits or Limits(math.inf, 1))
    if origins:
        app.add_middleware(CrossOrigin, origins=origins)
    return app


_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


async def nothing_here(request: Request, path: str) -> None:
    """Answer unknown addresses and methods of the API as a problem, not with the HMI."""
    if any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes):
        raise HTTPException(405)
    raise HTTPException(404, f"there is nothing at /api/{path[:200]}")


def require_free_names(app: FastAPI) -> None:
    """Refuse a model whose tag is named like a path of the API. Raises ValueError."""
    prefix = "/api/sims/{sim_id}/"
    taken = {word for path in app.openapi()["paths"] if (word := path.removeprefix(prefix)) != path and "{" not in word}
    for model in catalog.MODELS.values():
        clashing = taken & {tag.name for tag in model.tags}
        if clashing:
            raise ValueError(f"{model.id} has tags named like paths of the API: {', '.join(sorted(clashing))}")
