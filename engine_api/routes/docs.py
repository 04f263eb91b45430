"""Swagger UI, from files that come with the installation."""

import importlib.util
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Process Dynamics Engine: API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});\n'


@router.get("/docs")
async def get_docs() -> HTMLResponse:
    """The page."""
    return HTMLResponse(PAGE)


@router.get("/docs/start.js")
async def get_docs_start() -> Response:
    """Its only line of code: the content security policy allows none inside the page."""
    return Response(START, media_type="text/javascript")


def assets() -> StaticFiles:
    """Swagger UI's own files."""
    spec = importlib.util.find_spec("fastapi_offline")
    folders = spec.submodule_search_locations if spec else None
    return StaticFiles(directory=Path((folders or [""])[0]) / "static")
