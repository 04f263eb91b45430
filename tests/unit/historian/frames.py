"""Frames made for the tests."""

import numpy as np
from numpy.typing import NDArray

from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.models.wood_berry import MODEL

SIM = "wood-berry-1"
MODELS = {SIM: MODEL.id, "wood-berry-2": MODEL.id}
SECOND = 1_000_000_000
START = 1_790_000_000 * SECOND
SIZE = len(MODEL.tags)
TAG = "reflux_flow"


def sample(
    tick: int, value: float = 1.0, *, sim_id: str = SIM, epoch: int = 1, sequence: int | None = None,
    wall_time: int | None = None, status: int | None = None, kind: Kind = Kind.SAMPLE, size: int = SIZE,
) -> Frame:  # fmt: skip
    values: NDArray[np.float64] = np.full(size, value)
    codes = None if status is None else np.full(size, status, np.uint32)
    wall = START + tick * SECOND if wall_time is None else wall_time
    number = tick if sequence is None else sequence
    return Frame(sim_id, kind, State.RUNNING, epoch, number, tick, 0, float(tick), wall, 1.0, 0.0, values, codes)
