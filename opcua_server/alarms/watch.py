"""Watches every simulation's values for alarms: compares arrays, looks closely only at what has left its band."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from connections.historian.events import EventRow
from opcua_server.alarms.groups import Declared, Group
from opcua_server.alarms.states import States
from opcua_server.alarms.turns import Later, Turns
from opcua_server.live import Live
from opcua_server.tags import Block, ValueTable
from opcua_server.values import to_nanoseconds
from plant.alarms.bank import Bank
from plant.alarms.condition import AlarmEvent
from plant.alarms.declared import Level
from plant.alarms.orders import Asked, carry_out, expire
from plant.alarms.watching import Moved, Reading, band, observe, retire
from plant.lifecycle import ENDED, HOSTED
from plant.quality import Quality
from plant.tags import Tag

Hear = Callable[[Live, AlarmEvent, EventRow], None]
Gone = Callable[[Live], None]


class Watch:
    """The alarms of all simulations: the only place where their states change.

    It watches the blocks of the value table. `hear` is told of every event and how it is recorded, `gone` of
    simulations that have gone; a worker that has sent nothing for `patience` seconds is late. `later` runs a function
    when others have had their turn.
    """

    def __init__(self, table: ValueTable, hear: Hear, gone: Gone, later: Later, patience: float) -> None:
        self._table, self._hear, self._gone = table, hear, gone
        self._turns, self.states = Turns(self._observe_all, later), States()
        self._patience = patience
        self._bank = Bank()
        self._owners: list[Group] = []
        self._declared: dict[tuple[Tag, ...], Declared] = {}
        self._by_block: dict[Block, Group] = {}
        self._shelved: set[tuple[Group, int]] = set()
        self.groups: dict[str, Group] = {}

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
        self._shelved.update((group, place) for place in self.states.fill(group))
        group.late = group.condition(declared.of_tags).level is not Level.NORMAL

    def lose(self, block: Block) -> None:
        """A simulation goes: forget the states of its alarms."""
        group = self._by_block.pop(block)
        block.watchers.remove(self)
        sim_id = group.live.record.sim_id
        del self.groups[sim_id]
        self._bank.give_back(group.places)
        self._shelved = {(one, place) for one, place in self._shelved if one is not group}
        self.states.forget(sim_id)
        self._gone(group.live)

    def sample(self, blocks: Sequence[Block]) -> None:
        """New values are in the rows of these blocks."""
        groups = [self._by_block[block] for block in blocks]
        places = None if len(groups) == len(self.groups) else np.concatenate([group.places for group in groups])
        stirred = self._bank.stirred(places, self._table.value, self._table.status).tolist()
        self._turns.take(stirred)
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
            self._move(group, place, expire(*group.names(place), group.condition(place), now))

    def retire(self, live: Live, now: int) -> None:
        """A simulation has ended: its alarms leave nothing to do."""
        group = self.groups.get(live.record.sim_id)
        if group is None or not group.conditions:
            return
        group.late = False
        for place in list(group.conditions):
            state = group.conditions[place]
            self._move(group, place, retire(*group.names(place), state, now, f"is {live.state}"))

    def order(self, group: Group, place: int, asked: Asked) -> AlarmEvent:
        """Carry out an operator's order. Raises as `plant.alarms.orders.carry_out`."""
        moved = carry_out(*group.names(place), group.condition(place), asked)
        self._move(group, place, moved)
        if moved[0].enabled and place < group.declared.of_tags:
            self._observe(group, place)  # enabled again, the present value decides
        return moved[1]

    def _observe_all(self, places: Sequence[int]) -> None:
        for place in places:
            group = self._owners[place]
            if self.groups.get(group.live.record.sim_id) is group:
                self._observe(group, place - int(group.places[0]))

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
        self._move(group, place, observe(*group.names(place), group.condition(place), reading))
        self._bank.settle(int(group.places[place]), band(alarm, group.condition(place)), reading.status)

    def _set_late(self, group: Group, late: bool, now: int | None = None) -> None:
        frame, place = group.live.block.frame, group.declared.of_tags
        at = now if now is not None else time.time_ns() if frame is None else frame.wall_time
        reading = Reading(float(late), Quality.GOOD, 0.0 if frame is None else frame.sim_time, at)
        group.late = late
        self._move(group, place, observe(*group.names(place), group.condition(place), reading))

    def _move(self, group: Group, place: int, moved: Moved) -> None:
        after, event = moved
        if after is group.condition(place):
            return
        group.conditions[place] = after
        (self._shelved.add if after.shelved else self._shelved.discard)((group, place))
        if event is not None:
            self._hear(group.live, event, self.states.note(group, event))
