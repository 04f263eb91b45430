"""The store of records: numbers, versions, the lifecycle, reports of old epochs, and many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers, lists, sampled_from, tuples

from connections.database import METADATA, engine
from connections.machines import Machine, Machines
from connections.record import Record, now
from connections.records import Records
from plant.errors import Duplicate, PlantError, StaleVersion, Unavailable, UnknownName, WrongState
from plant.lifecycle import ALIVE, Command, State


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    made = engine(url)
    METADATA.create_all(made)
    made.dispose()
    store = Records(url)
    yield store
    store.close()


def record(**changes: Any) -> Record:
    created = now()
    facts: dict[str, Any] = {
        "sim_id": "", "number": 0, "model_id": "wood-berry", "name": "Wood-Berry", "status": State.PENDING,
        "version": 1, "epoch": 0, "attempts": 0, "speed": 1.0, "sample_time": 1.0, "duration": 60.0, "seed": 1,
        "created_at": created, "updated_at": created, "inputs": {"reflux_flow": 2.0},
    }  # fmt: skip
    return Record(**facts | changes)


def running(records: Records) -> Record:
    made = records.create(record())
    records.command(made.sim_id, Command.ENQUEUE, epoch=1, attempts=1)
    began = records.report(made.sim_id, 1, Command.BEGIN, worker="w")
    assert began is not None
    return began


def test_numbers_go_up_and_name_the_simulation(records: Records) -> None:
    made = [records.create(record()) for _ in range(3)]
    assert [(each.number, each.sim_id) for each in made] == [(n, f"wood-berry-{n}") for n in (1, 2, 3)]
    assert records.create(record(number=10)).sim_id == "wood-berry-10"
    assert records.create(record()).number == 11


def test_a_taken_number_is_refused(records: Records) -> None:
    records.create(record(number=7))
    with pytest.raises(Duplicate, match="7"):
        records.create(record(number=7))
    assert len(records.all()) == 1


@pytest.mark.parametrize("speed", [0.1, 1.0, float("inf")])
def test_a_record_comes_back_as_it_was(records: Records, speed: float) -> None:
    made = records.create(record(speed=speed, ends_at=now(), machine="m"))
    assert records.get(made.sim_id) == records.by_number(made.number) == made
    assert Record.from_message(made.message()) == made


def test_reading_waits_for_no_writer(records: Records) -> None:
    made = records.create(record())
    with records.transaction():
        assert records.get(made.sim_id) == made
        assert records.counts()[State.PENDING] == len(records.all()) == 1


def test_unknown_names_are_told(records: Records) -> None:
    with pytest.raises(UnknownName, match="no simulation 'nobody'"):
        records.get("nobody")
    with pytest.raises(UnknownName, match="id 5"):
        records.by_number(5)
    with pytest.raises(UnknownName):
        records.command("nobody", Command.STOP)


def test_commands_follow_the_table_and_raise_the_version(records: Records) -> None:
    began = running(records)
    assert (began.status, began.version, began.worker) == (State.RUNNING, 3, "w")
    paused = records.command(began.sim_id, Command.PAUSE, began.version)
    assert (paused.status, paused.version) == (State.PAUSED, 4)
    with pytest.raises(WrongState, match="is paused"):
        records.command(began.sim_id, Command.PAUSE)
    stopped = records.command(began.sim_id, Command.STOP)
    assert stopped.ended_at is not None
    assert records.get(began.sim_id) == stopped


def test_a_stale_version_changes_nothing(records: Records) -> None:
    began = running(records)
    for change in (
        lambda: records.command(began.sim_id, Command.PAUSE, began.version - 1),
        lambda: records.change(began.sim_id, began.version + 1, name="x"),
    ):
        with pytest.raises(StaleVersion, match="read it again"):
            change()
    assert records.get(began.sim_id) == began


def test_fifty_writers_with_one_version_one_wins(records: Records) -> None:
    began = running(records)

    def attempt(_: int) -> bool:
        try:
            records.command(began.sim_id, Command.PAUSE, began.version)
        except PlantError:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(50))) == 1
    assert records.get(began.sim_id).version == began.version + 1


def test_a_report_of_an_old_epoch_is_not_taken(records: Records) -> None:
    began = running(records)
    records.command(began.sim_id, Command.REQUEUE, epoch=2, attempts=2)
    assert records.report(began.sim_id, 1, Command.FAIL, cause="old") is None
    ended = records.report(began.sim_id, 2, Command.FINISH, tick=60, simulation_time=60.0)
    assert ended is not None
    assert (ended.status, ended.tick) == (State.FINISHED, 60)
    assert records.report(began.sim_id, 2, Command.FAIL) is None, "an ended life does not end again"
    assert records.get(began.sim_id) == ended


def test_counts_orders_and_filters(records: Records) -> None:
    running(records)
    late = records.create(record(name="Aa"))
    assert [each.number for each in records.all()] == [1, 2]
    assert [each.number for each in records.all("name")] == [2, 1]
    assert records.all(states=frozenset({State.PENDING})) == [late]
    counts = records.counts()
    assert (counts[State.RUNNING], counts[State.PENDING], counts[State.FAILED]) == (1, 1, 0)
    records.delete(late.sim_id)
    assert len(records.all()) == 1


@given(steps=lists(tuples(sampled_from(["create", "command", "report", "delete"]), integers(0, 5)), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_later_look_equals_a_first_one(records: Records, steps: list[tuple[str, int]]) -> None:
    for left in records.all():
        records.delete(left.sim_id)
    known: list[Record] = []
    whole: list[Record] = []
    for step, which in steps:
        there = records.all()
        if step == "create" or not there:
            records.create(record())
        else:
            change(records, step, there[which % len(there)])
        known = records.alive_now(known)
        assert known == records.all(states=ALIVE)
        before, whole = whole, records.all_now(whole)
        assert whole == records.all()
        assert all(any(one is other for other in before) for one in whole if one in before)


def change(records: Records, step: str, one: Record) -> None:
    """Change a record in one of the ways that there are, where it can be."""
    if step == "delete":
        records.delete(one.sim_id)
    elif step == "report":
        records.report(one.sim_id, one.epoch, None, tick=one.tick + 1)
    elif one.alive:
        records.command(one.sim_id, Command.ENQUEUE if one.status is State.PENDING else Command.STOP)


def test_machines_keep_their_id_and_take_a_new_name(records: Records) -> None:
    machines = Machines(records)
    machines.register("m1", "old")
    machines.register("m1", "new")
    assert machines.all() == {"m1": Machine("m1", "new", None, 1)}


def test_a_database_that_is_away_says_so(tmp_path: Path) -> None:
    store = Records(f"sqlite:///{tmp_path / 'no' / 'folder' / 'records.sqlite'}")
    with pytest.raises(Unavailable, match="database does not answer"):
        store.all()
    store.close()
