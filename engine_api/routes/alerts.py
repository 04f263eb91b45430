"""Alerts that are raised at present."""

from fastapi import APIRouter
from pydantic import Field

from engine_api.alerts.told import words
from engine_api.engine import EngineHere
from engine_api.problems import documented
from engine_api.schemas import Answered, Time
from engine_api.security import CallerHere
from engine_api.strict_route import StrictRoute
from plant.ownership import may_see

router = APIRouter(prefix="/api/alerts", tags=["system"], route_class=StrictRoute)


class AlertAnswer(Answered):
    """One alert."""

    rule: str = Field(examples=["stuck"])
    subject: str = Field(description="A simulation, a machine or a part", examples=["wood-berry-7"])
    sim_id: str | None = Field(examples=["wood-berry-7"])
    severity: int = Field(ge=1, le=1000, description="As in OPC UA", examples=[800])
    message: str = Field(examples=["wood-berry-7 has made no step for 12 s"])
    active: bool
    since: Time
    ended: Time | None


class AlertsAnswer(Answered):
    """Alerts, the worst first."""

    alerts: list[AlertAnswer]


@router.get("", responses=documented())
async def list_alerts(engine: EngineHere, caller: CallerHere) -> AlertsAnswer:
    """What operators of the engine should know now: stuck, failed and late simulations, disks, clocks and more."""
    alerts = sorted(engine.alerts.raised, key=lambda alert: (-alert.severity, alert.since))
    records = engine.live.records
    seen = [
        alert for alert in alerts
        if alert.sim_id is None or (alert.sim_id in records and may_see(caller, records[alert.sim_id]))
    ]  # fmt: skip
    return AlertsAnswer(alerts=[AlertAnswer(**words(alert)) for alert in seen])
