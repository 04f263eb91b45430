"""Interlocks: a measured tag that passes its limit trips the plant, which forces inputs until it is reset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.control import rest
from plant.tags import Role, Tag

RESET = "trip_reset"
TRIP_STATES = ("normal", "tripped")
INTEGERS_PER_INTERLOCK = 5
"""Places: watched among the outputs, flag among all tags; side; latched; mode that arms it or -1."""
NUMBERS_PER_INTERLOCK = 2
"""Limit and release."""


class Side(IntEnum):
    """Which way the watched tag trips."""

    HIGH = 1
    LOW = -1


@dataclass(frozen=True, slots=True)
class Interlock:
    """One interlock; the tag `name` shows whether it has tripped, and the equations see it behind their inputs.

    It trips at the moment at which the true value of `watched` (an own output or state) passes `limit`; then the inputs
    in `forces` take these values at every step. Without `release` it stays until `trip_reset` is given while the value
    is inside again; with it, it ends by itself when the value is back beyond `release`, and `returns` gives the
    inputs their values of then. `armed_by` names a loop, or any tag without its `_mode`: in manual (off) it sleeps.
    """

    name: str
    description: str
    watched: str
    limit: float
    side: Side
    forces: Mapping[str, float] = field(default_factory=dict)
    release: float | None = None
    returns: Mapping[str, float] = field(default_factory=dict)
    armed_by: str = ""

    @property
    def tag(self) -> Tag:
        """The tag that shows it."""
        return Tag(self.name, Role.OUTPUT, "", 0, 1, 0, self.description, digits=0, states=TRIP_STATES)


RESET_TAG = Tag(
    RESET, Role.INPUT, "", 0, 1, 0, "Reset the trips whose cause has gone; falls back by itself",
    digits=0, states=("ready", "reset"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wired:
    """All interlocks of a model as arrays; `forced` and `returned` hold (interlock, place of the input) pairs."""

    whole: NDArray[np.int64]
    numbers: NDArray[np.float64]
    forced: NDArray[np.int64]
    forced_values: NDArray[np.float64]
    returned: NDArray[np.int64]
    returned_values: NDArray[np.float64]


def wire(interlocks: Sequence[Interlock], at: Mapping[str, int], outputs: Mapping[str, int]) -> Wired:
    """Find the interlocks' tags: `at` among all tags, `outputs` among the own outputs and states."""
    whole: list[int] = []
    numbers: list[float] = []
    for lock in interlocks:
        armed = at[f"{lock.armed_by}_mode"] if lock.armed_by else -1
        whole += [outputs[lock.watched], at[lock.name], int(lock.side), lock.release is None, armed]
        numbers += [lock.limit, lock.limit if lock.release is None else lock.release]
    forced = [(n, at[tag], value) for n, lock in enumerate(interlocks) for tag, value in lock.forces.items()]
    returned = [(n, at[tag], value) for n, lock in enumerate(interlocks) for tag, value in lock.returns.items()]
    return Wired(
        np.array(whole, np.int64), np.array(numbers, np.float64),
        _pairs(forced), np.array([f[2] for f in forced], np.float64),
        _pairs(returned), np.array([r[2] for r in returned], np.float64),
    )  # fmt: skip


def _pairs(actions: Sequence[tuple[int, int, float]]) -> NDArray[np.int64]:
    return np.array([number for action in actions for number in action[:2]], np.int64)


def trips(values: Any, y: Any, whole: Any, numbers: Any, number: int) -> bool:
    """Whether the interlock has to trip now: armed, not tripped yet, and its value beyond the limit."""
    i = number * INTEGERS_PER_INTERLOCK
    if values[whole[i + 1]] != 0 or (whole[i + 4] >= 0 and values[whole[i + 4]] == 0):
        return False
    return bool((y[whole[i]] - numbers[number * NUMBERS_PER_INTERLOCK]) * whole[i + 2] > 0)


def free(
    values: Any, y: Any, whole: Any, numbers: Any, reset: int, returned: Any, returned_values: Any,
    loop_whole: Any, loop_state: Any,
) -> None:  # fmt: skip
    """End the trips that may end: released by their value, or reset by the operator while the value is inside.

    A loop whose output is returned goes on from there as though it were on its setpoint.
    """
    wanted = reset >= 0 and values[reset] != 0
    for number in range(len(numbers) // NUMBERS_PER_INTERLOCK):
        i = number * INTEGERS_PER_INTERLOCK
        inside = (y[whole[i]] - numbers[number * NUMBERS_PER_INTERLOCK + 1]) * whole[i + 2] <= 0
        asleep = whole[i + 4] >= 0 and values[whole[i + 4]] == 0
        if values[whole[i + 1]] != 0 and ((inside and (wanted or not whole[i + 3])) or asleep):
            values[whole[i + 1]] = 0.0
            for j in range(len(returned_values)):
                if returned[2 * j] == number:
                    values[returned[2 * j + 1]] = returned_values[j]
                    rest(loop_whole, loop_state, returned[2 * j + 1], returned_values[j])
    if reset >= 0:
        values[reset] = 0.0


def force(values: Any, whole: Any, forced: Any, forced_values: Any) -> None:
    """Hold the inputs of all tripped interlocks at their values."""
    for j in range(len(forced_values)):
        if values[whole[forced[2 * j] * INTEGERS_PER_INTERLOCK + 1]] != 0:
            values[forced[2 * j + 1]] = forced_values[j]
