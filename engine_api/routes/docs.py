"""Swagger UI and ReDoc, from files that come with the installation."""

import importlib.util
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Process Dynamics Engine: API</title>
{style}</head>
<body>
{content}
</body>
</html>
"""
SWAGGER = _PAGE.format(
    style='<link rel="stylesheet" href="/docs/assets/swagger-ui.css">\n',
    content="""<main id="swagger-ui"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>""",
)
REDOC = _PAGE.format(
    style="",
    content="""<redoc spec-url="/openapi.json" disable-search="true"></redoc>
<script src="/docs/assets/redoc.standalone.js"></script>""",
)
START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
});
"""


@router.get("/docs")
async def get_docs() -> HTMLResponse:
    """Swagger UI: try requests, signed in with a name and password or an API key (Authorize)."""
    return HTMLResponse(SWAGGER)


@router.get("/redoc")
async def get_redoc() -> HTMLResponse:
    """ReDoc: the same to read. Its search would need a worker that the content security policy does not allow."""
    return HTMLResponse(REDOC)


@router.get("/docs/start.js")
async def get_docs_start() -> Response:
    """Starts Swagger UI: the content security policy allows no code inside the page."""
    return Response(START, media_type="text/javascript")


def assets() -> StaticFiles:
    """Their own files."""
    spec = importlib.util.find_spec("fastapi_offline")
    folders = spec.submodule_search_locations if spec else None
    return StaticFiles(directory=Path((folders or [""])[0]) / "static")
