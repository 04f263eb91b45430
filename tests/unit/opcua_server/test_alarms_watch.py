"""The watch over the value table: nothing missed in a batch of frames, nothing lost over a restart, quiet is cheap."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from asyncua import ua

from connections.historian.events import Changes, EventRow
from connections.record import Record, now
from opcua_server.alarms.watch import Watch
from opcua_server.live import Live
from opcua_server.members import Template
from opcua_server.tags import ValueTable
from plant.alarms.condition import AlarmEvent, Transition
from plant.alarms.declared import WORKER
from plant.alarms.orders import Asked, Order
from plant.catalog import MODELS
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.model import Model
from plant.tags import Limits, Role, Tag

WOOD_BERRY = MODELS["wood-berry"]
BOTTOMS = WOOD_BERRY.index("bottoms_methanol")
SECOND = 1_000_000_000


@dataclass
class Rig:
    """A table, its watch, and what was heard."""

    table: ValueTable = field(default_factory=ValueTable)
    heard: list[AlarmEvent] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    later: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = Watch(self.table, self._hear, lambda live: self.gone.append(live.record.sim_id),
                           self.later.append, 3.0)  # fmt: skip

    def _hear(self, live: Live, event: AlarmEvent, row: EventRow) -> None:
        assert row.sim_id == live.record.sim_id
        self.heard.append(event)

    def begin(self, sim_id: str, model: Model = WOOD_BERRY) -> Live:
        record = Record(
            sim_id=sim_id, number=1, model_id=model.id, name="x", status=State.RUNNING, version=1, epoch=1, attempts=1,
            speed=1.0, sample_time=1.0, duration=1e6, seed=1, created_at=now(), updated_at=now(), inputs={},
            machine=None, ends_at=now(),
        )  # fmt: skip
        live = Live(record, self.table.take(sim_id, model), Template(model, ua.NodeId(), (), {}, ()))
        self.watch.attach(live)
        return live

    def drain(self) -> None:
        while self.later:
            self.later.pop(0)()


@pytest.fixture
def rig() -> Rig:
    return Rig()


def frame(live: Live, number: int, value: float, state: State = State.RUNNING) -> Frame:
    model = live.template.model
    values = np.array([tag.nominal for tag in model.tags])
    values[BOTTOMS if model is WOOD_BERRY else slice(None)] = value
    return Frame(live.record.sim_id, Kind.SAMPLE, state, 1, number, number, 0, float(number), number * SECOND, 1.0, 0,
                 values)  # fmt: skip


def test_every_sample_of_a_batch_is_seen(rig: Rig) -> None:
    one, two = rig.begin("wood-berry-1"), rig.begin("wood-berry-2")
    batch = [(live.block, frame(live, i, 1.5 if i % 2 else 0.2)) for i in range(1, 7) for live in (one, two)]
    rig.table.apply(batch)
    for live in (one, two):
        kinds = [event.transition for event in rig.heard if event.sim_id == live.record.sim_id]
        assert kinds == [Transition.RAISED, Transition.CLEARED] * 3
    changes = rig.watch.states.take_changes()
    assert len(changes.events) == 12
    assert set(changes.states) == {("wood-berry-1", "bottoms_methanol"), ("wood-berry-2", "bottoms_methanol")}
    assert rig.watch.states.take_changes() == Changes()


def test_what_was_is_taken_over_and_what_is_gone_is_forgotten(rig: Rig) -> None:
    live = rig.begin("wood-berry-1")
    rig.table.apply([(live.block, frame(live, 1, 2.5))])
    group = rig.watch.groups["wood-berry-1"]
    place = next(i for i, alarm in enumerate(group.declared.alarms) if alarm.name == "bottoms_methanol")
    rig.watch.order(group, place, Asked(Order.ACKNOWLEDGE, "operator", 5 * SECOND, None, "mine"))
    rows = list(rig.watch.states.take_changes().states.values())
    again = Rig()
    again.watch.states.restore([*rows, replace(rows[0], sim_id="wood-berry-9"), replace(rows[0], content="{}")])
    kept = again.begin("wood-berry-1")
    state = again.watch.groups["wood-berry-1"].condition(place)
    assert (state.acked, state.comment, state.serial) == (True, "mine", 2)
    again.watch.states.forget_strangers()
    assert again.watch.states.take_changes().gone == ["wood-berry-9"]
    again.table.apply([(kept.block, frame(kept, 2, 2.5))])
    assert again.heard == []  # it is active already
    again.table.give_back(kept.block)
    assert (again.gone, again.watch.groups, kept.block.watchers) == (["wood-berry-1"], {}, [])
    assert again.watch.states.take_changes().gone == ["wood-berry-1"]


def test_places_are_used_again_without_old_alarms(rig: Rig) -> None:
    for i in range(50):
        live = rig.begin(f"wood-berry-{i}")
        rig.table.apply([(live.block, frame(live, 1, 2.5 if i % 2 == 0 else 0.5))])
        rig.table.give_back(live.block)
    assert len(rig.heard) == 25
    assert len(rig.watch._bank) == 3


def test_a_worker_is_late_once_and_back_once(rig: Rig) -> None:
    live = rig.begin("wood-berry-1")
    rig.table.apply([(live.block, frame(live, 1, 0.5))])
    live.block.stale = True
    for i in range(3):
        rig.watch.tick((10 + i) * SECOND)
    rig.table.apply([(live.block, frame(live, 2, 0.5))])
    rig.watch.tick(20 * SECOND)
    assert [(event.alarm.name, event.transition) for event in rig.heard] == [
        (WORKER, Transition.RAISED), (WORKER, Transition.CLEARED),
    ]  # fmt: skip


def test_an_ended_simulation_raises_nothing(rig: Rig) -> None:
    live = rig.begin("wood-berry-1")
    rig.table.apply([(live.block, frame(live, 1, 2.5))])
    live.record = replace(live.record, status=State.FINISHED)
    rig.watch.retire(live, 5 * SECOND)
    rig.watch.retire(live, 6 * SECOND)
    rig.table.apply([(live.block, frame(live, 2, 0.5, State.FINISHED)), (live.block, frame(live, 3, 2.5))])
    rig.watch.tick(99 * SECOND)
    assert [event.transition for event in rig.heard] == [Transition.RAISED, Transition.RETIRED]


def many() -> Model:
    tags = tuple(
        Tag(f"level_{i}", Role.OUTPUT, "%", 0, 100, 50, "A level", limits=Limits(high=80, low=20)) for i in range(20)
    )
    return replace(WOOD_BERRY, id="many", own_tags=tags, loops=())


def test_a_storm_is_worked_off_in_turns_and_quiet_is_cheap(rig: Rig) -> None:
    model = many()
    lives = [rig.begin(f"many-{i}", model) for i in range(1000)]
    rig.table.apply([(live.block, frame(live, 1, 50.0)) for live in lives])
    rig.drain()
    blocks = [live.block for live in lives]
    costs = []
    for _ in range(15):
        begun = time.process_time()
        rig.watch.sample(blocks)
        costs.append(time.process_time() - begun)
    assert sorted(costs)[len(costs) // 2] < 1e-3, "20,000 quiet alarms"
    assert rig.heard == []
    rig.table.apply([(live.block, frame(live, 2, 85.0)) for live in lives[:100]])
    assert len(rig.heard) == 25, "the rest waits until others have had their turn"
    rig.drain()
    assert len(rig.heard) == 2000
    assert len({(event.sim_id, event.alarm.name) for event in rig.heard}) == 2000
