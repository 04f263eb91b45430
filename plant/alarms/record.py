"""Conditions as JSON and back: what is kept over a restart, and what an event of long ago looked like."""

import json
from dataclasses import asdict, fields, replace
from typing import Any

from plant.alarms.condition import Condition, Shelving
from plant.alarms.declared import Alarm, Level

_NAMES = frozenset(field.name for field in fields(Condition))


def encode(condition: Condition) -> str:
    """The condition as JSON."""
    return json.dumps(asdict(condition), allow_nan=False)


def decode(alarm: Alarm, text: str) -> Condition:
    """The condition of an alarm. One of a version with other limits begins as normal, but keeps what is to be done.

    Raises ValueError, KeyError or TypeError for a text that is none.
    """
    held: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in _NAMES}
    held |= {"level": Level(held["level"]), "shelving": Shelving(held["shelving"])}
    condition = Condition(**held | {"active": tuple(held["active"]), "since": tuple(held["since"])})
    count = len(alarm.bounds)
    if len(condition.active) == count:
        return condition
    return replace(condition, active=(False,) * count, since=(None,) * count, level=Level.NORMAL)
