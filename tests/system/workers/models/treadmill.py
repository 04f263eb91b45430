"""A model for tests that computes in every step for as long as it is told, or for ever, or ends its process."""

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

from plant.dynamics import Dynamics
from plant.model import Model, Start
from plant.tags import Role, Tag

FOR_EVER = 100.0
DEADLY = 99.0


@dataclass(frozen=True)
class Treadmill:
    """`work` seconds of the processor in every step."""

    def build(self, step: float) -> Dynamics:
        """Its one function."""
        return Dynamics(1, _start, _advance, _measure, compiles=False)


def _start(x: Any, u: Any, states: Any) -> None:
    x[:] = 0.0


def _advance(codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:
    if u[0] == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    end = time.process_time() + u[0]
    while u[0] >= FOR_EVER or time.process_time() < end:
        pass
    x[0] += 1.0
    return 0


def _measure(codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:
    y[0] = x[0]


MODEL = Model(
    id="treadmill", name="Treadmill", description="Computes for as long as it is told.", sources=("made for a test",),
    own_tags=(
        Tag("work", Role.INPUT, "s", 0.0, FOR_EVER, 0.0, "Seconds of the processor for a step", "", 3),
        Tag("rounds", Role.OUTPUT, "", 0.0, 1e9, 0.0, "Steps so far", "", 0),
    ),
    equations=Treadmill(), starts=(Start("still", "At rest", holds=False),), kind="own", sample_time=1.0,
)  # fmt: skip
