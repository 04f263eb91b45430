"""The safe path of faults: rights, states, numbers, keys, and the most there may be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connections import faults
from connections.migrations import migrate
from connections.record import Record
from connections.settings import Settings
from connections.simulations import Simulations, open_simulations
from connections.start import Start
from plant.access import User
from plant.errors import Duplicate, InvalidRequest, NotAllowed, OutOfRange, UnknownName, WrongState
from plant.faults_check import MOST_FAULTS
from plant.lifecycle import State

BIAS = {"tag": "distillate_methanol", "kind": "bias", "size": 0.5}
FREEZE = {"tag": "bottoms_methanol", "kind": "freeze", "start": 60.0}


@pytest.fixture
async def simulations(redis_url: str, tmp_path: Path) -> AsyncIterator[Simulations]:
    settings = Settings(data=tmp_path, redis_url=redis_url)
    migrate(settings.sql_url)
    async with open_simulations(settings) as opened:
        yield opened


@pytest.fixture
async def running(simulations: Simulations) -> Record:
    asked = Start("wood-berry", wait=True, faults=[FREEZE])
    return replace(await simulations.start(asked, User.ENGINEER), status=State.RUNNING)


async def inject(simulations: Simulations, record: Record, words: dict[str, Any] = BIAS, **more: Any) -> int:
    user = more.pop("user", User.ENGINEER)
    return (await faults.inject(simulations, record, words, 0.0, user, "rest", **more)).number


async def test_planned_faults_are_numbered_from_one_and_kept(simulations: Simulations, running: Record) -> None:
    kept = simulations.records.get(running.sim_id)
    assert kept.planned == kept.faults
    assert [(fault.number, fault.start) for fault in faults.present(kept)] == [(1, 60.0)]


async def test_numbers_follow_the_actions_behind_the_planned_ones(simulations: Simulations, running: Record) -> None:
    assert [await inject(simulations, running) for _ in range(3)] == [2, 3, 4]
    actions = await simulations.bus.read_actions(running.sim_id, 10)
    assert [action.number for action in actions] == [3, 2, 1]
    assert {action.fault["size"] for action in actions if action.fault} == {0.5}


async def test_only_an_engineer_changes_faults(simulations: Simulations, running: Record) -> None:
    for user in (User.VIEWER, User.OPERATOR):
        with pytest.raises(NotAllowed, match="injecting a fault into wood-berry-1"):
            await inject(simulations, running, user=user)
        with pytest.raises(NotAllowed, match="clearing faults"):
            await faults.clear(simulations, running, None, user, "rest")
    assert await simulations.bus.read_actions(running.sim_id, 10) == []


async def test_what_is_not_running_has_no_faults_to_change(simulations: Simulations, running: Record) -> None:
    for state in (State.QUEUED, State.FINISHED):
        with pytest.raises(WrongState, match=f"is {state}"):
            await inject(simulations, replace(running, status=state))
        with pytest.raises(WrongState, match=f"is {state}"):
            await faults.clear(simulations, replace(running, status=state), 1, User.ENGINEER, "rest")


async def test_a_key_is_for_one_request(simulations: Simulations, running: Record) -> None:
    first = await inject(simulations, running, key="k")
    assert await inject(simulations, running, key="k") == first
    with pytest.raises(Duplicate):
        await inject(simulations, running, {**BIAS, "size": 1.0}, key="k")


async def test_there_is_a_most_and_what_has_ended_does_not_count(simulations: Simulations, running: Record) -> None:
    (one,) = running.faults
    full = replace(running, faults=[{**one, "number": n, "duration": 5.0} for n in range(1, MOST_FAULTS + 1)])
    with pytest.raises(OutOfRange, match=f"{MOST_FAULTS + 1} faults"):
        await inject(simulations, full)
    assert (await faults.inject(simulations, full, BIAS, 65.0, User.ENGINEER, "rest")).number == 2


async def test_one_is_cleared_or_all(simulations: Simulations, running: Record) -> None:
    assert (await faults.clear(simulations, running, 1, User.ENGINEER, "rest")).numbers == [1]
    assert (await faults.clear(simulations, running, None, User.ENGINEER, "rest")).numbers == [1]
    with pytest.raises(UnknownName, match="has no fault 7"):
        await faults.clear(simulations, running, 7, User.ENGINEER, "rest")
    newest, oldest = await simulations.bus.read_actions(running.sim_id, 10)
    assert (oldest.argument, newest.argument) == (1.0, None)


async def test_everything_wrong_with_a_start_is_told_at_once(simulations: Simulations) -> None:
    asked = Start("wood-berry", wait=True, speed=1e9, start="cold", inputs={"x": 1}, faults=[{**BIAS, "size": None}])
    with pytest.raises(InvalidRequest) as caught:
        await simulations.start(asked, User.ENGINEER)
    told = "; ".join(caught.value.problems)
    for words in ("speed = 1e+09", "no start state 'cold'", "no tag 'x'", "takes a size"):
        assert words in told
    assert simulations.records.all() == []
