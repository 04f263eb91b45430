"""Which alarms a model has: one for each tag with limits, one for each trip or the like, one for its worker."""

import math
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from itertools import pairwise

from plant.errors import UnknownName
from plant.model import MOVED_BY_THE_MODEL, Model
from plant.tags import NO_LIMITS, Limits, Tag

WORKER = "worker"
"""The name of the alarm that a simulation's worker is late."""
NORMAL = "normal"
"""The first text of a discrete tag whose other states are alarms; the phase of a recipe, say, has no such state."""
NO_TAG = -1
_DEFAULT_HYSTERESIS = 0.005
"""Of the tag's range, where its limits name none."""
SERIOUS = 700
"""From this severity on an acknowledged alarm is also to be confirmed."""


class Level(IntEnum):
    """How far from normal; an off-normal or system alarm knows HIGH and NORMAL only."""

    LOW_LOW = -2
    LOW = -1
    NORMAL = 0
    HIGH = 1
    HIGH_HIGH = 2


class Kind(StrEnum):
    """What the alarm watches: a tag's limits, a discrete tag's normal state, the engine itself."""

    LIMIT = "limit"
    OFF_NORMAL = "off_normal"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Bound:
    """One limit: beyond it is alarm, and it stays alarm until the value is back by more than nothing or `hysteresis`.

    Both in the tag's unit; `severity` 1..1000.
    """

    level: Level
    limit: float
    hysteresis: float
    severity: int

    def beyond(self, value: float) -> bool:
        """Whether the value is in alarm."""
        return value > self.limit if self.level > 0 else value < self.limit

    def back(self, value: float) -> bool:
        """Whether the value is far enough back to end the alarm."""
        return value <= self.limit - self.hysteresis if self.level > 0 else value >= self.limit + self.hysteresis

    def quiet(self, active: bool) -> tuple[float, float]:
        """The values that leave the bound as it is, both ends included."""
        if self.level > 0:
            least = math.nextafter(self.limit - self.hysteresis, math.inf)
            return (least, math.inf) if active else (-math.inf, self.limit)
        most = math.nextafter(self.limit + self.hysteresis, -math.inf)
        return (-math.inf, most) if active else (self.limit, math.inf)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm of a model.

    `name` is that of its tag, or `worker`; `index` the tag's place in the model (NO_TAG for `worker`); the delays are
    simulated seconds that a bound must be exceeded, or be back inside, without a break before the alarm moves.
    """

    name: str
    kind: Kind
    index: int
    tag: Tag | None
    bounds: tuple[Bound, ...]
    on_delay: float = 0.0
    off_delay: float = 0.0

    def bound(self, level: Level) -> Bound | None:
        """The bound of a level."""
        return next((bound for bound in self.bounds if bound.level is level), None)

    def severity(self, level: Level) -> int:
        """The severity of a level; a normal alarm has that of its mildest bound."""
        bound = self.bound(level)
        return min(one.severity for one in self.bounds) if bound is None else bound.severity


_SEVERITIES = {Level.HIGH: 500, Level.LOW: 500, Level.HIGH_HIGH: 800, Level.LOW_LOW: 800}
_OFF_NORMAL_SEVERITY, _SYSTEM_SEVERITY = 700, 600
_HALF = 0.5


def alarms_of(model: Model) -> tuple[Alarm, ...]:
    """All alarms: those of tags in the order of the model, then `worker`.

    Raises ValueError for a model with a tag of that name, or with limits that are out of order.
    """
    return _alarms(model.tags)


@cache
def _alarms(tags: tuple[Tag, ...]) -> tuple[Alarm, ...]:
    alarms = [alarm for index, tag in enumerate(tags) if (alarm := _of_tag(index, tag)) is not None]
    if any(tag.name == WORKER for tag in tags):
        raise ValueError(f"no tag may be named '{WORKER}', which is the name of an alarm")
    return (*alarms, Alarm(WORKER, Kind.SYSTEM, NO_TAG, None, (_switch(_SYSTEM_SEVERITY),)))


def alarm_of(model: Model, name: str, owner: str = "") -> tuple[int, Alarm]:
    """The place and the alarm of this name. Raises UnknownName; `owner` (a SimID) stands in the message."""
    for place, alarm in enumerate(alarms_of(model)):
        if alarm.name == name:
            return place, alarm
    raise UnknownName(f"{owner or model.id} has no alarm '{name[:80]}'")


def _of_tag(index: int, tag: Tag) -> Alarm | None:
    if tag.states:
        watched = tag.role in MOVED_BY_THE_MODEL and tag.states[0] == NORMAL
        return Alarm(tag.name, Kind.OFF_NORMAL, index, tag, (_switch(_OFF_NORMAL_SEVERITY),)) if watched else None
    bounds = _bounds(tag)
    if not bounds:
        return None
    limits = tag.limits
    return Alarm(tag.name, Kind.LIMIT, index, tag, bounds, limits.on_delay or 0.0, limits.off_delay or 0.0)


def _switch(severity: int) -> Bound:
    """Normal is zero, everything above is not."""
    return Bound(Level.HIGH, _HALF, 0.0, severity)


def _bounds(tag: Tag) -> tuple[Bound, ...]:
    if tag.limits == NO_LIMITS:
        return ()
    found = [(level, limit) for level, limit in _levels(tag.limits) if limit is not None]
    if any(one[1] > other[1] for one, other in pairwise(found)):
        raise ValueError(f"the limits of {tag.name} are out of order: low low <= low <= high <= high high is wanted")
    limits = tag.limits
    if min(limits.hysteresis or 0.0, limits.on_delay or 0.0, limits.off_delay or 0.0) < 0:
        raise ValueError(f"hysteresis and delays of {tag.name} can't be negative")
    band = limits.hysteresis
    hysteresis = _DEFAULT_HYSTERESIS * (tag.high - tag.low) if band is None else band
    return tuple(Bound(level, limit, hysteresis, _SEVERITIES[level]) for level, limit in found)


def _levels(limits: Limits) -> tuple[tuple[Level, float | None], ...]:
    return (
        (Level.LOW_LOW, limits.low_low), (Level.LOW, limits.low), (Level.HIGH, limits.high),
        (Level.HIGH_HIGH, limits.high_high),
    )  # fmt: skip
