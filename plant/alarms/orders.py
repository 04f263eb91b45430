"""What operators do with alarms: acknowledge, confirm, comment, enable, disable, shelve, unshelve."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from plant.alarms.condition import AlarmEvent, Condition, Shelving, Transition
from plant.alarms.declared import Alarm, Level
from plant.alarms.watching import confirms
from plant.errors import OutOfRange, StaleVersion, WrongState, WrongType

LONGEST_SHELVING = 86_400.0
"""Seconds; a one-shot shelving ends by then as well."""
LONGEST_COMMENT = 1000
_SECOND = 1_000_000_000


class Order(StrEnum):
    """What may be asked for."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    COMMENT = "comment"
    ENABLE = "enable"
    DISABLE = "disable"
    TIMED_SHELVE = "timed_shelve"
    ONE_SHOT_SHELVE = "one_shot_shelve"
    UNSHELVE = "unshelve"


class Reason(StrEnum):
    """Why an order does not fit the state of the alarm."""

    DISABLED = "disabled"
    ALREADY_ENABLED = "already_enabled"
    ALREADY_DISABLED = "already_disabled"
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    ALREADY_CONFIRMED = "already_confirmed"
    ALREADY_SHELVED = "already_shelved"
    NOT_SHELVED = "not_shelved"


class NotNow(WrongState):
    """The order does not fit the alarm's state."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class OtherEvent(StaleVersion):
    """The event named is not one that the order can be about: the alarm has moved on, or never sent it."""


class ShelvingTime(OutOfRange):
    """The time of a shelving is not one that is allowed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One order: by whom, when (nanoseconds since 1970), on which event (None: the alarm as it stands).

    `comment` None leaves the comment as it is, an empty one removes it; `seconds` are those of a timed shelving.
    """

    order: Order
    user: str
    at: int
    serial: int | None = None
    comment: str | None = None
    seconds: float | None = None


def carry_out(sim_id: str, alarm: Alarm, condition: Condition, asked: Asked) -> tuple[Condition, AlarmEvent]:
    """The alarm after an order, and its event. Raises NotNow, OtherEvent, ShelvingTime or WrongType."""
    name = f"{sim_id}.{alarm.name}" if alarm.tag is not None else f"{sim_id} {alarm.name}"
    if asked.comment is not None and len(asked.comment) > LONGEST_COMMENT:
        raise WrongType(f"the comment has {len(asked.comment)} characters; {LONGEST_COMMENT} are allowed")
    if not condition.enabled and asked.order not in _WHEN_DISABLED:
        raise NotNow(Reason.DISABLED, f"the alarm of {name} is disabled: enable it first")
    numbered = replace(condition, serial=condition.serial + 1, at=asked.at, user=asked.user)
    after, transition, words = _CARRIED[asked.order](name, condition, numbered, asked)
    after = _commented(after, asked)
    text = f"{words} by {asked.user}" + (f": {asked.comment}" if asked.comment else "")
    message = f"{after.message}; {text}" if after.message else f"{name}: {text}"
    return after, AlarmEvent(sim_id, alarm, transition, after, message)


def expire(sim_id: str, alarm: Alarm, condition: Condition, at: int) -> tuple[Condition, AlarmEvent | None]:
    """End a shelving whose time is over."""
    if not condition.shelved or at < condition.unshelve_at:
        return condition, None
    after = replace(
        condition, shelving=Shelving.UNSHELVED, unshelve_at=0, shelved_at=at, serial=condition.serial + 1, at=at
    )
    return after, AlarmEvent(sim_id, alarm, Transition.UNSHELVED, after, condition.message)


_WHEN_DISABLED = frozenset({Order.ENABLE, Order.DISABLE})
_Told = tuple[Condition, Transition, str]
_Carry = Callable[[str, Condition, Condition, Asked], _Told]


def _acknowledge(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    _require_event(name, condition, asked, condition.unacked_from)
    if condition.acked:
        raise NotNow(Reason.ALREADY_ACKNOWLEDGED, f"the alarm of {name} is acknowledged already")
    after = replace(after, acked=True, acked_at=asked.at)
    if confirms(condition):
        after = replace(after, confirmed=False, confirmed_at=asked.at, unconfirmed_from=after.serial)
    return after, Transition.ACKNOWLEDGED, "acknowledged"


def _confirm(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    _require_event(name, condition, asked, condition.unconfirmed_from)
    if condition.confirmed:
        raise NotNow(Reason.ALREADY_CONFIRMED, f"the alarm of {name} has nothing to confirm")
    return replace(after, confirmed=True, confirmed_at=asked.at), Transition.CONFIRMED, "confirmed"


def _comment(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    _require_event(name, condition, asked, 1)
    if asked.comment is None:
        raise WrongType("a comment is wanted")
    return after, Transition.COMMENTED, "commented"


def _enable(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    if condition.enabled:
        raise NotNow(Reason.ALREADY_ENABLED, f"the alarm of {name} is enabled already")
    return replace(after, enabled=True, enabled_at=asked.at), Transition.ENABLED, "enabled"


def _disable(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    """A disabled alarm is not watched: when it is enabled again, the present value decides anew."""
    if not condition.enabled:
        raise NotNow(Reason.ALREADY_DISABLED, f"the alarm of {name} is disabled already")
    off, free = (False,) * len(condition.active), (None,) * len(condition.since)
    if condition.level:
        after = replace(after, level=Level.NORMAL, level_at=asked.at, active_at=asked.at)
    after = replace(after, enabled=False, enabled_at=asked.at, active=off, since=free)
    return after, Transition.DISABLED, "disabled"


def _timed_shelve(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    seconds = math.nan if asked.seconds is None else asked.seconds
    if not 0 < seconds <= LONGEST_SHELVING:
        raise ShelvingTime(f"shelving for {seconds:g} s is not in 0..{LONGEST_SHELVING:g} s")
    if condition.shelving is Shelving.TIMED:
        raise NotNow(Reason.ALREADY_SHELVED, f"the alarm of {name} is shelved for a time already")
    return _shelved(after, Shelving.TIMED, asked, seconds), Transition.SHELVED, f"shelved for {seconds:g} s"


def _one_shot_shelve(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    if condition.shelving is Shelving.ONE_SHOT:
        raise NotNow(Reason.ALREADY_SHELVED, f"the alarm of {name} is shelved until it is normal already")
    shelved = _shelved(after, Shelving.ONE_SHOT, asked, LONGEST_SHELVING)
    return shelved, Transition.SHELVED, "shelved until it is normal"


def _unshelve(name: str, condition: Condition, after: Condition, asked: Asked) -> _Told:
    if not condition.shelved:
        raise NotNow(Reason.NOT_SHELVED, f"the alarm of {name} is not shelved")
    after = replace(after, shelving=Shelving.UNSHELVED, unshelve_at=0, shelved_at=asked.at)
    return after, Transition.UNSHELVED, "unshelved"


_CARRIED: Mapping[Order, _Carry] = {
    Order.ACKNOWLEDGE: _acknowledge,
    Order.CONFIRM: _confirm,
    Order.COMMENT: _comment,
    Order.ENABLE: _enable,
    Order.DISABLE: _disable,
    Order.TIMED_SHELVE: _timed_shelve,
    Order.ONE_SHOT_SHELVE: _one_shot_shelve,
    Order.UNSHELVE: _unshelve,
}


def _shelved(after: Condition, shelving: Shelving, asked: Asked, seconds: float) -> Condition:
    return replace(after, shelving=shelving, shelved_at=asked.at, unshelve_at=asked.at + int(seconds * _SECOND))


def _require_event(name: str, condition: Condition, asked: Asked, first: int) -> None:
    """The event named must be one of this duty. Raises OtherEvent."""
    if asked.serial is None:
        return
    if not max(first, 1) <= asked.serial <= condition.serial:
        raise OtherEvent(f"the alarm of {name} has moved on since that event: look at it again")


def _commented(after: Condition, asked: Asked) -> Condition:
    if asked.comment is None:
        return after
    return replace(after, comment=asked.comment, comment_at=asked.at)
