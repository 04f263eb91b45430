"""The engine itself: at a glance, its health, its metrics."""

import asyncio
from importlib.metadata import version

from fastapi import APIRouter, Response
from pydantic import Field

from engine_api import shown
from engine_api.catalogue_schemas import SystemAnswer
from engine_api.endpoint import announced
from engine_api.engine import Engine, EngineHere
from engine_api.measures import told
from engine_api.problems import documented
from engine_api.schemas import Answered
from plant.errors import Unavailable
from plant.lifecycle import HOSTED, State

router = APIRouter(tags=["system"])
METRICS_TYPE = "text/plain; version=1.0.0; charset=utf-8"
_TEXT = {"schema": {"type": "string"}, "example": 'pde_simulations{state="running"} 1.0\n'}


class AliveAnswer(Answered):
    """The process answers."""

    status: str = Field(examples=["alive"])


class ReadyAnswer(Answered):
    """Every part answers."""

    status: str = Field(examples=["ready"])
    parts: dict[str, str] = Field(examples=[{"redis": "ready", "database": "ready"}])


@router.get("/api/system", responses=documented())
async def get_system(engine: EngineHere) -> SystemAnswer:
    """Version, capacity, addresses, machines."""
    counts = await asyncio.to_thread(engine.records.counts)
    machines = await shown.machines(engine)
    return SystemAnswer(
        version=version("process-dynamics-engine"), capacity=sum(machine.slots for machine in machines),
        running=sum(counts[state] for state in HOSTED), queued=counts[State.QUEUED] + counts[State.PENDING],
        opcua_endpoint=await announced(engine.simulations.bus), grafana_url=engine.settings.grafana_url,
        machines=machines,
    )  # fmt: skip


@router.get("/healthz")
async def get_health() -> AliveAnswer:
    """Whether this process answers."""
    return AliveAnswer(status="alive")


@router.get("/readyz", responses=documented())
async def get_readiness(engine: EngineHere) -> ReadyAnswer:
    """Whether every part is there: Redis, the database, the OPC UA server, a worker; 503 says which is not."""
    await engine.simulations.bus.alive()
    await asyncio.to_thread(engine.records.counts)
    missing = await _missing(engine)
    if missing:
        raise Unavailable("; ".join(missing))
    return ReadyAnswer(status="ready", parts=dict.fromkeys(("redis", "database", "opcua_server", "worker"), "ready"))


async def _missing(engine: Engine) -> list[str]:
    bus = engine.simulations.bus
    checks = {
        "the OPC UA server is not ready": await announced(bus),
        "no worker is running": len(await bus.workers()),
    }
    return [sentence for sentence, there in checks.items() if not there]


@router.get(
    "/metrics",
    response_class=Response,
    responses={**documented(), 200: {"content": {"text/plain": _TEXT}, "description": "Prometheus' text format"}},
)
async def get_metrics(engine: EngineHere) -> Response:
    """Counts and times for Prometheus."""
    engine.metrics.elsewhere.told = await told(engine.simulations.bus, engine.settings)
    frames = (engine.live.frame(sim_id) for sim_id, record in engine.live.records.items() if record.alive)
    engine.metrics.overruns.set(sum(int(frame.overruns) for frame in frames if frame is not None))
    for state, count in (await asyncio.to_thread(engine.records.counts)).items():
        engine.metrics.simulations.labels(str(state)).set(count)
    return Response(engine.metrics.text(), media_type=METRICS_TYPE)
