"""The state of one alarm of one simulation, and the event that every change of it makes."""

from dataclasses import dataclass
from enum import StrEnum

from plant.alarms.declared import Alarm, Level
from plant.quality import Quality


class Shelving(StrEnum):
    """Whether an operator has put the alarm aside: for a time, or until it is normal again."""

    UNSHELVED = "unshelved"
    TIMED = "timed"
    ONE_SHOT = "one_shot"


class Transition(StrEnum):
    """What an event tells."""

    RAISED = "raised"
    CHANGED = "changed"
    CLEARED = "cleared"
    QUALITY = "quality"
    ACKNOWLEDGED = "acknowledged"
    CONFIRMED = "confirmed"
    COMMENTED = "commented"
    ENABLED = "enabled"
    DISABLED = "disabled"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Condition:
    """One alarm's state. Times are nanoseconds since 1970 UTC, 0 where it never happened.

    Attributes:
        active: whether each of the alarm's bounds is exceeded, in their order.
        since: simulated seconds at which each bound began to ask for a change that a delay still holds back.
        value: what the tag was at the last event, None before the first.
        message: what happened last to the process, in words.
        serial: number of events so far; the number of the last event.
        worst: severity of the worst level since the alarm was last acknowledged.
        unacked_from, unconfirmed_from: number of the event that must still be acknowledged or confirmed.
    """

    active: tuple[bool, ...]
    since: tuple[float | None, ...]
    level: Level = Level.NORMAL
    enabled: bool = True
    acked: bool = True
    confirmed: bool = True
    shelving: Shelving = Shelving.UNSHELVED
    unshelve_at: int = 0
    severity: int = 0
    last_severity: int = 0
    worst: int = 0
    quality: int = Quality.GOOD
    value: float | None = None
    message: str = ""
    comment: str = ""
    user: str = ""
    serial: int = 0
    unacked_from: int = 0
    unconfirmed_from: int = 0
    at: int = 0
    active_at: int = 0
    level_at: int = 0
    acked_at: int = 0
    unacked_at: int = 0
    confirmed_at: int = 0
    enabled_at: int = 0
    shelved_at: int = 0
    severity_at: int = 0
    quality_at: int = 0
    comment_at: int = 0

    @property
    def retain(self) -> bool:
        """Whether the alarm is of interest to an operator."""
        return self.enabled and (self.level is not Level.NORMAL or not self.acked or not self.confirmed)

    @property
    def acked_since(self) -> int:
        """Since when it has been acknowledged, or is to be."""
        return self.acked_at if self.acked else self.unacked_at

    @property
    def shelved(self) -> bool:
        """Whether it is put aside."""
        return self.shelving is not Shelving.UNSHELVED


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One change of one alarm; `condition` is the state after it, `message` tells it in words."""

    sim_id: str
    alarm: Alarm
    transition: Transition
    condition: Condition
    message: str


def pristine(alarm: Alarm) -> Condition:
    """The state of an alarm to which nothing has happened yet."""
    count, severity = len(alarm.bounds), alarm.severity(Level.NORMAL)
    return Condition((False,) * count, (None,) * count, severity=severity, last_severity=severity)
