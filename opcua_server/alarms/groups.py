"""The alarms of one simulation: as its model declares them, and as they stand."""

import time
from dataclasses import dataclass, field

from opcua_server.live import Live
from plant.alarms.bank import Places
from plant.alarms.condition import Condition, pristine
from plant.alarms.declared import Alarm, alarms_of
from plant.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """The alarms of a model and the state in which they begin; the last one is that of the worker."""

    alarms: tuple[Alarm, ...]
    pristine: tuple[Condition, ...]
    of_tags: int

    @classmethod
    def of(cls, model: Model) -> "Declared":
        """Those of a model."""
        alarms = alarms_of(model)
        return cls(alarms, tuple(pristine(alarm) for alarm in alarms), len(alarms) - 1)


@dataclass(slots=True, eq=False)
class Group:
    """The alarms of one simulation; `conditions` holds those to which anything has happened, by their place."""

    live: Live
    declared: Declared
    places: Places
    conditions: dict[int, Condition] = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    late: bool = False

    def condition(self, place: int) -> Condition:
        """The state of the alarm at this place."""
        return self.conditions.get(place) or self.declared.pristine[place]

    def names(self, place: int) -> tuple[str, Alarm]:
        """The SimID and the alarm at this place."""
        return self.live.record.sim_id, self.declared.alarms[place]
