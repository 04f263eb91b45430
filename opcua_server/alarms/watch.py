"""Watches every simulation's values for alarms: compares arrays, looks closely only at what has left its band."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from connections.historian.events import AlarmRow, Changes, EventRow
from connections.log import logger
from opcua_server.live import Live
from opcua_server.tags import Block, ValueTable
from opcua_server.values import to_nanoseconds
from plant.alarms.bank import Bank, Places
from plant.alarms.condition import AlarmEvent, Condition, pristine
from plant.alarms.declared import Alarm, Level, alarms_of
from plant.alarms.orders import Asked, carry_out, expire
from plant.alarms.record import decode, encode, encode_event
from plant.alarms.watching import Moved, Reading, band, observe, retire
from plant.lifecycle import ENDED, HOSTED
from plant.model import Model
from plant.quality import Quality
from plant.tags import Tag

_log = logger(__name__)
Hear = Callable[[Live, AlarmEvent, EventRow], None]
Gone = Callable[[Live], None]
Later = Callable[[Callable[[], None]], object]
_AT_ONCE = 25
"""Alarms that are looked at closely before others get their turn: some milliseconds."""


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


class Watch:
    """The alarms of all simulations: the only place where their states change.

    It watches the blocks of the value table. `hear` is told of every event and how it is recorded, `gone` of
    simulations that have gone; a worker that has sent nothing for `patience` seconds is late. `later` runs a function
    when others have had their turn.
    """

    def __init__(self, table: ValueTable, hear: Hear, gone: Gone, later: Later, patience: float) -> None:
        self._table, self._hear, self._gone, self._later = table, hear, gone, later
        self._patience = patience
        self._left: dict[int, None] = {}
        self._bank = Bank()
        self._owners: list[Group] = []
        self._declared: dict[tuple[Tag, ...], Declared] = {}
        self._kept: dict[str, list[AlarmRow]] = {}
        self._by_block: dict[Block, Group] = {}
        self._shelved: set[tuple[Group, int]] = set()
        self._changes = Changes()
        self.groups: dict[str, Group] = {}

    def restore(self, rows: Iterable[AlarmRow]) -> None:
        """Take over the states of before a restart, for the simulations that are attached from now on."""
        for row in rows:
            self._kept.setdefault(row.sim_id, []).append(row)

    def forget_strangers(self) -> None:
        """Forget restored states of simulations that are not there any more."""
        self._changes.gone.extend(self._kept)
        self._kept.clear()

    def attach(self, live: Live) -> None:
        """Watch a simulation."""
        model = live.template.model
        declared = self._declared.get(model.tags)
        if declared is None:
            declared = self._declared[model.tags] = Declared.of(model)
        rows = [live.block.first + alarm.index for alarm in declared.alarms[: declared.of_tags]]
        group = Group(live, declared, self._bank.take(rows))
        self._owners.extend([group] * (len(self._bank) - len(self._owners)))
        for place in group.places.tolist():
            self._owners[place] = group
        self.groups[live.record.sim_id] = self._by_block[live.block] = group
        live.block.watchers.append(self)
        for row in self._kept.pop(live.record.sim_id, ()):
            self._take_over(group, row)
        group.late = group.condition(declared.of_tags).level is not Level.NORMAL

    def lose(self, block: Block) -> None:
        """A simulation goes: forget the states of its alarms."""
        group = self._by_block.pop(block)
        block.watchers.remove(self)
        sim_id = group.live.record.sim_id
        del self.groups[sim_id]
        self._bank.give_back(group.places)
        self._shelved = {(one, place) for one, place in self._shelved if one is not group}
        self._changes = self._changes.followed_by(Changes(gone=[sim_id]))
        self._gone(group.live)

    def sample(self, blocks: Sequence[Block]) -> None:
        """New values are in the rows of these blocks."""
        groups = [self._by_block[block] for block in blocks]
        places = None if len(groups) == len(self.groups) else np.concatenate([group.places for group in groups])
        stirred = self._bank.stirred(places, self._table.value, self._table.status).tolist()
        self._observe_all(stirred[:_AT_ONCE])
        if len(stirred) > _AT_ONCE:
            if not self._left:
                self._later(self._go_on)
            self._left.update(dict.fromkeys(stirred[_AT_ONCE:]))
        for group in groups:
            if group.late and not group.live.block.stale and group.live.block.frame is not None:
                self._set_late(group, False)

    def tick(self, now: int) -> None:
        """What comes with time (nanoseconds since 1970): late workers, and ends of shelvings."""
        for group in self.groups.values():
            block = group.live.block
            silent = block.stale if block.frame is not None else self._never_heard(group)
            if silent and not group.late and group.live.state in HOSTED:
                self._set_late(group, True, now)
        for group, place in list(self._shelved):
            self._move(group, place, expire(*self._names(group, place), group.condition(place), now))

    def retire(self, live: Live, now: int) -> None:
        """A simulation has ended: its alarms leave nothing to do."""
        group = self.groups.get(live.record.sim_id)
        if group is None or not group.conditions:
            return
        group.late = False
        for place in list(group.conditions):
            state = group.conditions[place]
            self._move(group, place, retire(*self._names(group, place), state, now, f"is {live.state}"))

    def order(self, group: Group, place: int, asked: Asked) -> AlarmEvent:
        """Carry out an operator's order. Raises as `plant.alarms.orders.carry_out`."""
        moved = carry_out(*self._names(group, place), group.condition(place), asked)
        self._move(group, place, moved)
        if moved[0].enabled and place < group.declared.of_tags:
            self._observe(group, place)  # enabled again, the present value decides
        return moved[1]

    def take_changes(self) -> Changes:
        """What is to be recorded since the last time."""
        changes, self._changes = self._changes, Changes()
        return changes

    def _go_on(self) -> None:
        """The next of very many alarms that moved at once."""
        places = list(islice(self._left, _AT_ONCE))
        for place in places:
            del self._left[place]
        self._observe_all(places)
        if self._left:
            self._later(self._go_on)

    def _observe_all(self, places: Sequence[int]) -> None:
        for place in places:
            group = self._owners[place]
            if self.groups.get(group.live.record.sim_id) is group:
                self._observe(group, place - int(group.places[0]))

    def _names(self, group: Group, place: int) -> tuple[str, Alarm]:
        return group.live.record.sim_id, group.declared.alarms[place]

    def _never_heard(self, group: Group) -> bool:
        return time.monotonic() - group.begun > self._patience

    def _observe(self, group: Group, place: int) -> None:
        block, alarm = group.live.block, group.declared.alarms[place]
        if block.frame is None or group.live.state in ENDED:
            return
        row = block.first + alarm.index
        reading = Reading(
            float(self._table.value[row]), int(self._table.status[row]), block.frame.sim_time,
            to_nanoseconds(int(self._table.source[row])),
        )  # fmt: skip
        self._move(group, place, observe(*self._names(group, place), group.condition(place), reading))
        self._bank.settle(int(group.places[place]), band(alarm, group.condition(place)), reading.status)

    def _set_late(self, group: Group, late: bool, now: int | None = None) -> None:
        frame, place = group.live.block.frame, group.declared.of_tags
        at = now if now is not None else time.time_ns() if frame is None else frame.wall_time
        reading = Reading(float(late), Quality.GOOD, 0.0 if frame is None else frame.sim_time, at)
        group.late = late
        self._move(group, place, observe(*self._names(group, place), group.condition(place), reading))

    def _move(self, group: Group, place: int, moved: Moved) -> None:
        after, event = moved
        if after is group.condition(place):
            return
        group.conditions[place] = after
        (self._shelved.add if after.shelved else self._shelved.discard)((group, place))
        if event is not None:
            self._hear(group.live, event, self._note(group, event))

    def _note(self, group: Group, event: AlarmEvent) -> EventRow:
        """Keep the event and the state that it led to for the record."""
        record, name, state = group.live.record, event.alarm.name, encode(event.condition)
        self._changes.states[record.sim_id, name] = AlarmRow(record.sim_id, name, record.model_id, state)
        content = encode_event(event, state)
        row = EventRow(event.condition.at, record.sim_id, record.model_id, name, content)
        self._changes.events.append(row)
        return row

    def _take_over(self, group: Group, row: AlarmRow) -> None:
        for place, alarm in enumerate(group.declared.alarms):
            if alarm.name == row.alarm:
                try:
                    state = group.conditions[place] = decode(alarm, row.content)
                except (ValueError, KeyError, TypeError) as error:
                    _log.error("alarm of another version ignored", alarm=f"{row.sim_id}.{row.alarm}", cause=str(error))
                    return
                if state.shelved:
                    self._shelved.add((group, place))
