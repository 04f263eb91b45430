"""What an action does to a hosted simulation: a fault, another state, a command, values of tags."""

from base64 import b64decode

from connections.action import Action
from connections.log import logger
from plant.errors import DamagedSnapshot
from plant.faults import Fault
from plant.frames import Frame
from plant.lifecycle import State
from workers.commands import COMMANDS, ignore
from workers.frames import echo
from workers.hosted import Hosted
from workers.moment import Moment, Note

_LOG = logger(__name__)


def apply(hosted: Hosted, action: Action, now: Moment) -> Frame | None:
    """Put an action or command in effect and answer its echo; None if that was done before."""
    if action.number <= hosted.action or hosted.ended:
        return None
    hosted.notes[action.number] = Note(hosted.tick, now.wall)
    take(hosted, action, now)
    return echo(hosted, now)


def take(hosted: Hosted, action: Action, now: Moment) -> None:
    """Put an action in effect and tell nobody. Never raises."""
    hosted.action, hosted.touched = action.number, now.mono
    try:
        _put(hosted, action, now)
    except Exception as error:  # what no door lets pass ends this simulation, nobody else's
        hosted.state, hosted.cause = State.FAILED, f"action {action.number} could not be applied: {error}"


def _put(hosted: Hosted, action: Action, now: Moment) -> None:
    if action.fault is not None:
        hosted.simulation.inject(Fault.from_words(action.fault), len(hosted.assignment.faults) + action.number)
    if action.content is not None:
        _go_back(hosted, b64decode(action.content), now)
    if action.command is not None:
        COMMANDS.get(action.command, ignore)(hosted, action.argument, now)
    if set(action.values) <= {tag.name for tag in hosted.simulation.model.tags}:
        for name, value in action.values.items():
            hosted.simulation.set(name, value)


def _go_back(hosted: Hosted, snapshot: bytes, now: Moment) -> None:
    """Put another state in effect; one that does not fit changes nothing, and the next frame's time shows it."""
    try:
        hosted.simulation.restore(snapshot)
    except DamagedSnapshot as error:
        _LOG.error("snapshot not restored", sim_id=hosted.sim_id, cause=str(error))
        return
    hosted.pending, hosted.pace = 0, hosted.pace.restarted(hosted.tick, now.mono)
