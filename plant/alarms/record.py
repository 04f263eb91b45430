"""Conditions as JSON and back: what is kept over a restart, and what an event of long ago looked like."""

import json
from dataclasses import fields, replace
from typing import Any

from plant.alarms.condition import AlarmEvent, Condition, Shelving, Transition
from plant.alarms.declared import Alarm, Level

_NAMES = tuple(field.name for field in fields(Condition))
_write = json.JSONEncoder(allow_nan=False).encode


def encode(condition: Condition) -> str:
    """The condition as JSON."""
    return _write({name: getattr(condition, name) for name in _NAMES})


def decode(alarm: Alarm, text: str) -> Condition:
    """The condition of an alarm. One of a version with other limits begins as normal, but keeps what is to be done.

    Raises ValueError, KeyError or TypeError for a text that is none.
    """
    return _condition(alarm, json.loads(text))


def encode_event(event: AlarmEvent, condition: str | None = None) -> str:
    """The event as JSON; its simulation and alarm are kept beside it. `condition` is its condition's, if known."""
    state = encode(event.condition) if condition is None else condition
    return f'{{"transition": "{event.transition}", "message": {_write(event.message)}, "condition": {state}}}'


def decode_event(sim_id: str, alarm: Alarm, text: str) -> AlarmEvent:
    """The event of a simulation's alarm. Raises as `decode`."""
    held = json.loads(text)
    condition = _condition(alarm, held["condition"])
    return AlarmEvent(sim_id, alarm, Transition(held["transition"]), condition, held["message"])


def _condition(alarm: Alarm, content: dict[str, Any]) -> Condition:
    held: dict[str, Any] = {name: value for name, value in content.items() if name in _NAMES}
    held |= {"level": Level(held["level"]), "shelving": Shelving(held["shelving"])}
    condition = Condition(**held | {"active": tuple(held["active"]), "since": tuple(held["since"])})
    count = len(alarm.bounds)
    if len(condition.active) == count == len(condition.since):
        return condition
    return replace(condition, active=(False,) * count, since=(None,) * count, level=Level.NORMAL)
