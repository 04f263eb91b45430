"""What the live table holds of one simulation, and what it shows of it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from connections.record import Record
from plant.frames import Frame
from plant.model import Model
from plant.quality import Quality


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """All tags of a simulation as they stand now, in the order of its model.

    `values` float64 (NaN where Bad), `status` uint32 status codes, `source_time` nanoseconds since 1970 UTC (None
    before the first frame), `simulation_time` in seconds; `changed` differs whenever anything of it may differ.
    """

    values: NDArray[np.float64]
    status: NDArray[np.uint32]
    source_time: int | None
    simulation_time: float
    tick: int
    overruns: int
    changed: int


@dataclass(slots=True)
class Held:
    """The newest frame, the clock time of its arrival, and by tag what was accepted since: value, action's number."""

    frame: Frame
    arrived: float
    changed: int
    accepted: dict[str, tuple[float, int]] = field(default_factory=dict)

    def tags(self, model: Model) -> tuple[NDArray[np.float64], NDArray[np.uint32]]:
        """Values and status of all tags, with what was accepted since."""
        values = self.frame.values.copy()
        status = np.zeros(len(values), np.uint32) if self.frame.status is None else self.frame.status.copy()
        for tag, (value, _) in self.accepted.items():
            values[model.index(tag)], status[model.index(tag)] = value, Quality.GOOD
        return values, status


def nothing_yet(model: Model, record: Record) -> Present:
    """The tags of one of which no frame has come."""
    count = len(model.tags)
    status = np.full(count, Quality.BAD_WAITING_FOR_INITIAL_DATA, np.uint32)
    return Present(np.full(count, np.nan), status, None, record.simulation_time, record.tick, record.overruns, 0)
