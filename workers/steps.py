"""The steps of a hosted simulation: on time, late, or in silence while they repeat what an earlier attempt did."""

from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.pace import SKIP
from workers import frames
from workers.actions import take
from workers.hosted import Hosted
from workers.moment import Moment

TOLERANCE = 0.05
"""Seconds that a step may come late without being counted as an overrun (or one period, if that is longer)."""
_WHOLE = 1e-9


def advance(hosted: Hosted, now: Moment) -> Frame | None:
    """Take one step; the frame to send, or None while the past is repeated. Never raises."""
    if hosted.replaying:
        return _repeat(hosted, now)
    held, hosted.held = hosted.held, False
    if held:
        hosted.pace = hosted.pace.restarted(hosted.tick + 1, now.mono)
    late = hosted.lateness(now.mono)
    error = _step(hosted)
    if error is not None:
        return frames.fail(hosted, error, now)
    if late > max(TOLERANCE, hosted.pace.period):
        late = _overrun(hosted, late, now)
    else:
        hosted.catching = False
    return frames.make(hosted, Kind.SAMPLE, now, late, held)


def _overrun(hosted: Hosted, late: float, now: Moment) -> float:
    """Count a step that came late; how late its sample is, which it is not if what was missed is left out."""
    if hosted.assignment.stall != SKIP or hosted.catching:
        hosted.overruns += 1
        return late
    hosted.overruns += 1 + hosted.pace.due(hosted.tick, now.mono)
    hosted.pace = hosted.pace.restarted(hosted.tick, now.mono)
    return 0.0


def _step(hosted: Hosted) -> str | None:
    """Compute one step; what went wrong, if anything."""
    try:
        hosted.simulation.advance()
    except Exception as error:  # a model's mistake ends its own simulation, nobody else's
        return str(error) or type(error).__name__
    hosted.tick += 1
    hosted.pending = max(0, hosted.pending - 1)
    if hosted.simulation.time >= hosted.duration * (1 - _WHOLE):
        hosted.state = State.FINISHED
    return None


def _repeat(hosted: Hosted, now: Moment) -> Frame | None:
    """Make the next action or step of the past again."""
    past = hosted.past
    if past.actions and past.actions[0][1].tick <= hosted.tick:
        action, note = past.actions.popleft()
        take(hosted, action, now.at_wall(note.wall))
    elif (error := _step(hosted)) is not None:
        return frames.fail(hosted, error, now)
    return frames.echo(hosted, now) if hosted.ended else None
