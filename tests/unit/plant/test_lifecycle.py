"""The life of a simulation: every pair of state and command."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.errors import WrongState
from plant.lifecycle import ALIVE, DOOR_COMMANDS, ENDED, HOSTED, Command, State, after


@given(st.sampled_from(sorted(ENDED)), st.sampled_from(Command))
def test_ended_states_are_absorbing(state, command):
    with pytest.raises(WrongState, match=f"sim-1 is {state}.*possible: nothing"):
        after("sim-1", state, command)


@given(st.sampled_from(State), st.sampled_from(Command))
def test_a_command_leads_to_a_state_or_says_what_would_fit(state, command):
    try:
        assert after("sim-1", state, command) in State
    except WrongState as error:
        text = str(error)
    else:
        return
    assert text.startswith(f"sim-1 is {state}: '{command}' does not fit")


@given(st.lists(st.sampled_from(Command), max_size=30))
def test_whatever_happens_a_living_simulation_can_be_stopped(commands):
    state = State.PENDING
    for command in commands:
        try:
            state = after("s", state, command)
        except WrongState:
            continue
    if state in ALIVE:
        assert after("s", state, Command.STOP) is State.STOPPED
        assert after("s", state, Command.FAIL) is State.FAILED


@pytest.mark.parametrize("state", sorted(HOSTED))
def test_a_take_over_keeps_the_state(state):
    assert after("s", state, Command.REQUEUE) is state
    assert after("s", state, Command.BEGIN) is state


def test_the_usual_life():
    state = State.PENDING
    for command in ("enqueue", "begin", "pause", "step", "resume", "speed", "reset", "finish"):
        state = after("s", state, Command(command))
    assert state is State.FINISHED


def test_doors_ask_only_for_what_a_user_may_want():
    assert sorted(DOOR_COMMANDS) == ["pause", "reset", "resume", "speed", "step", "stop"]
    assert set(State) == ALIVE | ENDED


def test_every_state_can_be_reached():
    reached, fresh = set[State](), {State.PENDING}
    while fresh:
        reached |= fresh
        found = set[State]()
        for state in fresh:
            for command in Command:
                with suppress(WrongState):
                    found.add(after("s", state, command))
        fresh = found - reached
    assert reached == set(State)
