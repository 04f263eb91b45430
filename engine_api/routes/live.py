"""The WebSocket for live values and events."""

from fastapi import APIRouter, WebSocket

from engine_api.engine import EngineHere
from engine_api.guard import foreign
from engine_api.live_client import PATH, LiveClient
from engine_api.security import CallerHere

router = APIRouter()


@router.websocket(PATH)
async def live(socket: WebSocket, engine: EngineHere, caller: CallerHere) -> None:
    """Live values (docs: the protocol of /api/live); only for pages of this origin and programs."""
    if foreign(socket.headers):
        await socket.close(1008)
        return
    with engine.metrics.clients.track_inprogress():
        await LiveClient(socket, engine.live, engine.metrics, caller).serve()
