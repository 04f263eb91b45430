"""How a value moves an alarm: limits with hysteresis and delays, quality, and the end of a simulation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from plant.alarms.condition import AlarmEvent, Condition, Shelving, Transition
from plant.alarms.declared import SERIOUS, Alarm, Bound, Level
from plant.alarms.words import told
from plant.quality import is_bad

Moved = tuple[Condition, AlarmEvent | None]
Latches = tuple[tuple[bool, ...], tuple[float | None, ...]]
"""Of each bound: whether it is exceeded, and since when a delay holds a change back."""
NOTHING = (math.inf, -math.inf)
EVERYTHING = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its status code, at a simulated time (s) and a wall time (nanoseconds since 1970)."""

    value: float
    status: int
    time: float
    at: int

    @property
    def usable(self) -> bool:
        """Whether it says anything about the process."""
        return not is_bad(self.status) and math.isfinite(self.value)


def observe(sim_id: str, alarm: Alarm, condition: Condition, reading: Reading) -> Moved:
    """The alarm after a reading, and the event if it has moved. A Bad reading neither raises nor clears."""
    if not condition.enabled:
        return condition, None
    if not reading.usable:
        return _qualified(sim_id, alarm, _without_delays(condition), reading)
    latches = _latched(alarm, condition, reading)
    level = _level(alarm.bounds, latches[0])
    if level is not condition.level:
        return _levelled(sim_id, alarm, condition, level, reading, latches)
    if latches != (condition.active, condition.since):
        condition = replace(condition, active=latches[0], since=latches[1])
    return _qualified(sim_id, alarm, condition, reading)


def band(alarm: Alarm, condition: Condition) -> tuple[float, float]:
    """The values, both ends included, that leave the alarm as it is for ever; NOTHING while a delay runs."""
    if not condition.enabled or is_bad(condition.quality):
        return EVERYTHING
    if any(one is not None for one in condition.since):
        return NOTHING
    bounds = [bound.quiet(active) for bound, active in zip(alarm.bounds, condition.active, strict=True)]
    return max(low for low, _ in bounds), min(high for _, high in bounds)


def retire(sim_id: str, alarm: Alarm, condition: Condition, at: int, why: str) -> Moved:
    """The alarm of a simulation that has ended: nothing of it is left to do."""
    if condition.level is Level.NORMAL and not condition.retain and not condition.shelved:
        return condition, None
    count = len(alarm.bounds)
    message = f"{sim_id} {why}: {condition.message}" if condition.message else f"{sim_id} {why}"
    after = replace(
        condition, active=(False,) * count, since=(None,) * count, level=Level.NORMAL, acked=True, confirmed=True,
        shelving=Shelving.UNSHELVED, unshelve_at=0, message=message, serial=condition.serial + 1, at=at,
        **_ended(condition, at),
    )  # fmt: skip
    return after, AlarmEvent(sim_id, alarm, Transition.RETIRED, after, message)


def _ended(condition: Condition, at: int) -> dict[str, Any]:
    """The times of what ends with a simulation."""
    level = {"active_at": at, "level_at": at} if condition.level else {}
    acked = {} if condition.acked else {"acked_at": at}
    return level | acked | ({} if condition.confirmed else {"confirmed_at": at})


def _latched(alarm: Alarm, condition: Condition, reading: Reading) -> Latches:
    latches = [
        _latch(alarm, bound, on, begun, reading)
        for bound, on, begun in zip(alarm.bounds, condition.active, condition.since, strict=True)
    ]
    new = [bound for bound, (active, _), was in zip(alarm.bounds, latches, condition.active, strict=True)
           if active and not was]  # fmt: skip
    sides = {bound.level > 0 for bound in new}
    if len(sides) == 1:  # a value can't be on both sides: what is raised on one ends what a delay holds on the other
        side = sides.pop()
        latches = [latch if (bound.level > 0) == side else (False, None)
                   for bound, latch in zip(alarm.bounds, latches, strict=True)]  # fmt: skip
    return tuple(active for active, _ in latches), tuple(since for _, since in latches)


def _latch(
    alarm: Alarm, bound: Bound, active: bool, since: float | None, reading: Reading
) -> tuple[bool, float | None]:
    if not (bound.back(reading.value) if active else bound.beyond(reading.value)):
        return active, None
    begun = reading.time if since is None or since > reading.time else since
    waited = reading.time - begun >= (alarm.off_delay if active else alarm.on_delay)
    return (not active, None) if waited else (active, begun)


def _level(bounds: Sequence[Bound], active: Sequence[bool]) -> Level:
    raised = [bound.level for bound, on in zip(bounds, active, strict=True) if on]
    return max(raised, key=abs, default=Level.NORMAL)


def _levelled(
    sim_id: str, alarm: Alarm, condition: Condition, level: Level, reading: Reading, latches: Latches
) -> Moved:
    was = condition.level
    message = told(sim_id, alarm, level, reading.value)
    after = replace(
        condition, active=latches[0], since=latches[1], level=level, message=message, serial=condition.serial + 1,
        at=reading.at, level_at=reading.at,
        **_measured(condition, reading), **_severities(alarm, condition, level, reading.at),
        **_duties(alarm, condition, level, reading.at), **_edges(condition, level, reading.at),
    )  # fmt: skip
    kind = Transition.CLEARED if not level else Transition.CHANGED if was else Transition.RAISED
    return after, AlarmEvent(sim_id, alarm, kind, after, message)


def _measured(condition: Condition, reading: Reading) -> dict[str, Any]:
    changed = reading.status != condition.quality
    return {"value": reading.value, "quality": reading.status} | ({"quality_at": reading.at} if changed else {})


def _severities(alarm: Alarm, condition: Condition, level: Level, at: int) -> dict[str, Any]:
    severity = alarm.severity(level) if level else condition.severity
    if severity == condition.severity:
        return {}
    return {"severity": severity, "last_severity": condition.severity, "severity_at": at}


def _duties(alarm: Alarm, condition: Condition, level: Level, at: int) -> dict[str, Any]:
    """What gets worse, or begins on the other side, is to be acknowledged anew."""
    was = condition.level
    if abs(level) <= abs(was) and level * was >= 0:
        return {}
    worst = max(alarm.severity(level), 0 if condition.acked else condition.worst)
    since = {"unacked_at": at} if condition.acked else {}
    since |= {} if condition.confirmed else {"confirmed_at": at}
    return {"acked": False, "confirmed": True, "unacked_from": condition.serial + 1, "worst": worst} | since


def _edges(condition: Condition, level: Level, at: int) -> dict[str, Any]:
    """What comes with becoming active or normal: its time, and the end of a one-shot shelving."""
    edge: dict[str, Any] = {"active_at": at} if bool(level) != bool(condition.level) else {}
    if not level and condition.shelving is Shelving.ONE_SHOT:
        edge |= {"shelving": Shelving.UNSHELVED, "unshelve_at": 0, "shelved_at": at}
    return edge


def _qualified(sim_id: str, alarm: Alarm, condition: Condition, reading: Reading) -> Moved:
    """Only the quality may have changed: an event of its own while somebody has the alarm on his list."""
    if reading.status == condition.quality:
        return condition, None
    after = replace(condition, quality=reading.status, quality_at=reading.at)
    if not condition.retain:
        return after, None
    after = replace(after, serial=condition.serial + 1, at=reading.at)
    return after, AlarmEvent(sim_id, alarm, Transition.QUALITY, after, condition.message)


def _without_delays(condition: Condition) -> Condition:
    if all(one is None for one in condition.since):
        return condition
    return replace(condition, since=(None,) * len(condition.since))


def confirms(condition: Condition) -> bool:
    """Whether an acknowledgement must be followed by a confirmation."""
    return condition.worst >= SERIOUS
