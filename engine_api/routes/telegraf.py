"""Telegraf's list of nodes."""

import asyncio
from email.utils import formatdate

from fastapi import APIRouter, Response

from engine_api.endpoint import reachable
from engine_api.engine import EngineHere
from engine_api.problems import documented
from engine_api.security import CallerHere
from plant.lifecycle import HOSTED
from plant.ownership import may_see

router = APIRouter(tags=["system"])
_TEXT = {"schema": {"type": "string"}, "example": '[[inputs.opcua]]\n  endpoint = "opc.tcp://127.0.0.1:4840/pde"\n'}
_RESPONSES = {
    **documented(),
    200: {"content": {"text/plain": _TEXT}, "description": "A part of Telegraf's configuration"},
}


@router.head("/telegraf/opcua.conf", response_class=Response, responses=documented(), include_in_schema=False)
@router.get("/telegraf/opcua.conf", response_class=Response, responses=_RESPONSES)
async def get_telegraf_config(engine: EngineHere, caller: CallerHere) -> Response:
    """The OPC UA input for the simulations that run now; Last-Modified tells when it last changed."""
    records = await asyncio.to_thread(engine.records.all, states=HOSTED)
    endpoint = await reachable(engine.simulations.bus, engine.settings.opcua)
    version = engine.telegraf.serve(endpoint, [record for record in records if may_see(caller, record)])
    headers = {"Last-Modified": formatdate(version.since, usegmt=True), "Cache-Control": "no-cache"}
    return Response(version.text, headers=headers, media_type="text/plain")
