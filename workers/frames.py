"""The frames that tell of a hosted simulation: its values, with the time and the quality that they deserve."""

import math

import numpy as np
from numpy.typing import NDArray

from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.quality import Quality
from workers.hosted import Hosted
from workers.moment import Moment

BEFORE = 1e-5
"""Seconds between what is told and a late sample that follows: more than one of the record's microseconds."""
LATE = 3.0
"""Seconds after which a value is no longer fresh: its status is UncertainLastUsableValue."""
BAD = 0x80000000
"""Status codes from here on have no value."""


def make(
    hosted: Hosted, kind: Kind, now: Moment, late: float = 0.0, held: bool = False,
    values: NDArray[np.float64] | None = None, status: NDArray[np.uint32] | None = None,
) -> Frame:  # fmt: skip
    """The next frame, of the values in effect unless others are given.

    A sample carries the wall time at which it was due, so late ones leave no gap in history. What is told between late
    samples has a time before the next one's, or that could not keep it.
    """
    if values is None:
        values, status = hosted.simulation.values.copy(), hosted.simulation.status
    if status is not None:
        values[status >= BAD] = math.nan
    if held or late > max(LATE, hosted.pace.period):
        old = np.full(len(values), int(Quality.UNCERTAIN_LAST_USABLE_VALUE), np.uint32)
        status = old if status is None else np.maximum(old, status)
    hosted.sequence += 1
    behind = late if kind is Kind.SAMPLE else _behind(hosted, now.mono)
    hosted.wall_time = max(hosted.wall_time + 1, now.wall - int(behind * 1e9))
    hosted.sent = now.mono
    return Frame(
        hosted.sim_id, kind, hosted.state, hosted.assignment.epoch, hosted.sequence, hosted.tick, hosted.action,
        hosted.simulation.time, hosted.wall_time, hosted.pace.speed, hosted.overruns, values, status,
    )  # fmt: skip


def echo(hosted: Hosted, now: Moment) -> Frame:
    """The values in effect."""
    return make(hosted, Kind.ECHO, now)


def start(hosted: Hosted, now: Moment) -> Frame:
    """The sample of its start."""
    return make(hosted, Kind.SAMPLE, now)


def end(hosted: Hosted, state: State, cause: str | None, now: Moment) -> Frame:
    """End its life; the last frame."""
    hosted.state, hosted.cause = state, cause
    return echo(hosted, now)


def fail(hosted: Hosted, cause: str, now: Moment) -> Frame:
    """End its life because a step could not be computed; its last sample, whose outputs have no value."""
    hosted.state, hosted.cause = State.FAILED, cause
    model = hosted.simulation.model
    status = np.full(len(model.tags), int(Quality.GOOD), np.uint32)
    status[model.output_indices] = Quality.BAD_OUT_OF_RANGE
    values = hosted.simulation.values.copy()
    values[model.output_indices] = math.nan
    hosted.tick += 1  # the sample that could not be made
    return make(hosted, Kind.SAMPLE, now, values=values, status=status)


def _behind(hosted: Hosted, now: float) -> float:
    """How old what is told between samples has to look, in seconds."""
    late = hosted.lateness(now)
    return late + BEFORE if late > 0 else 0.0
