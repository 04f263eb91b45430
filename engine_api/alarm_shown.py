"""Alarms as the API shows them."""

from typing import Literal

from engine_api.alarm_schemas import AlarmAnswer, AlarmEventAnswer
from engine_api.moments import moment_of
from plant.alarms.condition import AlarmEvent, Condition
from plant.alarms.declared import Alarm, Kind, Level
from plant.alarms.identity import event_id
from plant.quality import quality_name

LevelName = Literal["low_low", "low", "normal", "high", "high_high"]
LEVELS: dict[Level, LevelName] = {
    Level.LOW_LOW: "low_low", Level.LOW: "low", Level.NORMAL: "normal", Level.HIGH: "high",
    Level.HIGH_HIGH: "high_high",
}  # fmt: skip


def alarm(sim_id: str, model_id: str, declared: Alarm, state: Condition) -> AlarmAnswer:
    """One alarm as it stands."""
    tag, limits = declared.tag, declared.kind is Kind.LIMIT
    return AlarmAnswer(
        sim_id=sim_id, model_id=model_id, alarm=declared.name, kind=declared.kind.value,
        tag=None if tag is None else f"{sim_id}.{tag.name}", node_id=f"ns=2;s={sim_id}.Alarms.{declared.name}",
        level=LEVELS[state.level], active=bool(state.level), acknowledged=state.acked, confirmed=state.confirmed,
        enabled=state.enabled, retain=state.retain, shelving=state.shelving.value,
        unshelve_time=moment_of(state.unshelve_at or None), severity=state.severity, message=state.message,
        value=state.value, unit="" if tag is None else tag.symbol, quality=quality_name(state.quality),
        comment=state.comment, user=state.user,
        event_id=event_id(sim_id, declared.name, state.serial).hex() if state.serial else None,
        time=moment_of(state.at or None), active_time=moment_of(state.active_at or None),
        acknowledged_time=moment_of(state.acked_at or None),
        limits={LEVELS[bound.level]: bound.limit for bound in declared.bounds} if limits else {},
        hysteresis=declared.bounds[0].hysteresis if limits else None, on_delay=declared.on_delay,
        off_delay=declared.off_delay,
    )  # fmt: skip


def event(number: int, model_id: str, happened: AlarmEvent) -> AlarmEventAnswer:
    """One event."""
    return AlarmEventAnswer(
        number=number, transition=str(happened.transition), message=happened.message,
        time=moment_of(happened.condition.at) or "",
        alarm=alarm(happened.sim_id, model_id, happened.alarm, happened.condition),
    )  # fmt: skip
