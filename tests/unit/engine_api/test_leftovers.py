"""Which command a worker has not carried out, as its frames tell."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine_api.leftovers import difference
from plant.frames import Frame, Kind
from plant.lifecycle import Command, State
from tests.unit.connections.test_records import record

FRAME = Frame("a-1", Kind.SAMPLE, State.RUNNING, 1, 5, 5, 0, 5.0, 10, 1.0, 0, np.zeros(1), None)


@pytest.mark.parametrize(
    ("status", "speed", "state", "shown", "expected"),
    [
        (State.RUNNING, 1.0, State.RUNNING, 1.0, None),
        (State.PAUSED, 1.0, State.PAUSED, 1.0, None),
        (State.PAUSED, 1.0, State.RUNNING, 1.0, (Command.PAUSE, None)),
        (State.RUNNING, 1.0, State.PAUSED, 1.0, (Command.RESUME, None)),
        (State.RUNNING, 10.0, State.RUNNING, 1.0, (Command.SPEED, 10.0)),
        (State.RUNNING, math.inf, State.RUNNING, 1.0, (Command.SPEED, None)),
        (State.RUNNING, math.inf, State.RUNNING, math.inf, None),
        (State.RUNNING, 1.0, State.FINISHED, 1.0, None),
        (State.RUNNING, 2.0, State.FAILED, 1.0, None),
    ],
)
def test_table(
    status: State, speed: float, state: State, shown: float, expected: "tuple[Command, float | None] | None"
) -> None:
    known = record(sim_id="a-1", status=status, speed=speed)
    found = difference(known, replace(FRAME, state=state, speed=shown))
    assert found == (None if expected is None else ("a-1", *expected))
