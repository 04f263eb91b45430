"""The peer of `benchmarks.api.reads`: a FastAPI application with one route."""

import os

from fastapi import FastAPI
from fastapi.responses import Response

app = FastAPI()
_BODY = os.environ["BARE_BODY"].encode()


@app.get("/api/sims/{sim_id}/{tag}")
async def read(sim_id: str, tag: str) -> Response:
    """Answer what is known beforehand."""
    del sim_id, tag
    return Response(_BODY, media_type="application/json")
