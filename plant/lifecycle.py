"""The life of a simulation as one table: state x command -> state."""

from enum import StrEnum

from plant.errors import WrongState


class State(StrEnum):
    """Where a simulation stands in its life."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


class Command(StrEnum):
    """What a door may ask for, or what the worker that holds the epoch reports (the last six)."""

    PAUSE = "pause"
    RESUME = "resume"
    STEP = "step"
    SPEED = "speed"
    RESET = "reset"
    STOP = "stop"
    ENQUEUE = "enqueue"
    BEGIN = "begin"
    REQUEUE = "requeue"
    FINISH = "finish"
    FAIL = "fail"
    TIME_OUT = "time_out"


ENDED = frozenset({State.FINISHED, State.STOPPED, State.FAILED, State.TIMED_OUT})
ALIVE = frozenset(State) - ENDED
HOSTED = frozenset({State.RUNNING, State.PAUSED})
DOOR_COMMANDS = frozenset({Command.PAUSE, Command.RESUME, Command.STEP, Command.SPEED, Command.RESET, Command.STOP})

_TABLE: dict[tuple[State, Command], State] = {
    (State.PENDING, Command.ENQUEUE): State.QUEUED,
    (State.PENDING, Command.STOP): State.STOPPED,
    (State.PENDING, Command.FAIL): State.FAILED,
    (State.QUEUED, Command.BEGIN): State.RUNNING,
    (State.QUEUED, Command.REQUEUE): State.QUEUED,
    (State.QUEUED, Command.STOP): State.STOPPED,
    (State.QUEUED, Command.FAIL): State.FAILED,
    (State.QUEUED, Command.TIME_OUT): State.TIMED_OUT,
    (State.RUNNING, Command.PAUSE): State.PAUSED,
    (State.RUNNING, Command.SPEED): State.RUNNING,
    (State.RUNNING, Command.RESET): State.RUNNING,
    (State.RUNNING, Command.REQUEUE): State.RUNNING,
    (State.RUNNING, Command.BEGIN): State.RUNNING,
    (State.RUNNING, Command.STOP): State.STOPPED,
    (State.RUNNING, Command.FINISH): State.FINISHED,
    (State.RUNNING, Command.FAIL): State.FAILED,
    (State.RUNNING, Command.TIME_OUT): State.TIMED_OUT,
    (State.PAUSED, Command.RESUME): State.RUNNING,
    (State.PAUSED, Command.STEP): State.PAUSED,
    (State.PAUSED, Command.SPEED): State.PAUSED,
    (State.PAUSED, Command.RESET): State.PAUSED,
    (State.PAUSED, Command.REQUEUE): State.PAUSED,
    (State.PAUSED, Command.BEGIN): State.PAUSED,
    (State.PAUSED, Command.STOP): State.STOPPED,
    (State.PAUSED, Command.FINISH): State.FINISHED,
    (State.PAUSED, Command.FAIL): State.FAILED,
    (State.PAUSED, Command.TIME_OUT): State.TIMED_OUT,
}


def after(sim_id: str, state: State, command: Command) -> State:
    """The state that `command` leads to. Raises WrongState with the commands that would fit."""
    try:
        return _TABLE[state, command]
    except KeyError:
        fitting = ", ".join(sorted(c for s, c in _TABLE if s is state and c in DOOR_COMMANDS)) or "nothing"
        raise WrongState(f"{sim_id} is {state}: '{command}' does not fit (possible: {fitting})") from None
