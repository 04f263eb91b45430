"""What each command does to a hosted simulation: a table from the command's name to a function."""

from collections.abc import Callable

from plant.errors import OutOfRange
from plant.faults import Fault
from plant.lifecycle import State
from plant.pace import UNLIMITED
from workers.hosted import Hosted
from workers.moment import Moment


def _pause(hosted: Hosted, _: float | None, __: Moment) -> None:
    if hosted.state is State.RUNNING:
        hosted.state, hosted.pending = State.PAUSED, 0


def _resume(hosted: Hosted, _: float | None, now: Moment) -> None:
    if hosted.state is State.PAUSED:
        hosted.state, hosted.pending = State.RUNNING, 0
        hosted.pace = hosted.pace.restarted(hosted.tick, now.mono)


def _step(hosted: Hosted, steps: float | None, _: Moment) -> None:
    if hosted.state is State.PAUSED:
        hosted.pending += int(steps or 1)


def _speed(hosted: Hosted, factor: float | None, now: Moment) -> None:
    speed = UNLIMITED if factor is None else factor
    if not speed > 0:
        raise OutOfRange(f"speed = {speed:g} is not above 0")
    hosted.pace = hosted.pace.with_speed(speed, hosted.tick, now.mono)


def _reset(hosted: Hosted, _: float | None, now: Moment) -> None:
    faults = [Fault.from_words(words) for words in hosted.assignment.faults]
    hosted.simulation.reset(hosted.assignment.inputs, faults)
    hosted.pending = 0
    hosted.pace = hosted.pace.restarted(hosted.tick, now.mono)


def _stop(hosted: Hosted, _: float | None, __: Moment) -> None:
    hosted.state = State.STOPPED


def _clear_faults(hosted: Hosted, number: float | None, _: Moment) -> None:
    hosted.simulation.clear(None if number is None else int(number))


def _ends_at(hosted: Hosted, seconds: float | None, now: Moment) -> None:
    if seconds is not None:
        hosted.ends_at = now.at_wall(int(seconds * 1e9)).mono


def _duration(hosted: Hosted, seconds: float | None, _: Moment) -> None:
    if seconds is not None:
        hosted.duration = seconds


def ignore(hosted: Hosted, _: float | None, __: Moment) -> None:
    """A command that this version does not know changes nothing."""


COMMANDS: dict[str, Callable[[Hosted, float | None, Moment], None]] = {
    "pause": _pause, "resume": _resume, "step": _step, "speed": _speed, "reset": _reset, "stop": _stop,
    "clear_faults": _clear_faults, "ends_at": _ends_at, "duration": _duration,
}  # fmt: skip
