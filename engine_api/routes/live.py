"""The WebSocket for live values and events."""

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from engine_api.admission import subprotocol
from engine_api.engine import EngineHere
from engine_api.leaving import Leave
from engine_api.live_client import PATH, LiveClient
from engine_api.origin import foreign
from engine_api.standing import Standing

router = APIRouter()


@router.websocket(PATH)
async def live(socket: WebSocket, engine: EngineHere) -> None:
    """Live values (docs: the protocol of /api/live); only for pages of this origin and programs."""
    if foreign(socket.headers):
        await socket.close(1008)
        return
    await socket.accept(subprotocol(socket.scope))
    standing = Standing(socket.scope, engine.settings.access.recheck)
    try:
        await standing.begin(socket)
    except Leave as leaving:
        await socket.close(leaving.code, str(leaving)[:120])
        return
    except WebSocketDisconnect:
        return
    with engine.metrics.clients.track_inprogress():
        await LiveClient(socket, engine.live, engine.metrics, standing).serve()
