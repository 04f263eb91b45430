"""Faults: what can go wrong with instruments, valves and supplies.

`KINDS` says of each kind which tags can have it, what its size means and which status code the reading gets: Good where
a real instrument would not notice. `plant/faults_check.py` checks what users ask for, the arithmetic is in
`plant/faults_acting.py`, the faults of one simulation in `plant/faults_bank.py`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from plant.quality import Quality
from plant.tags import Role

INTERVAL = 60.0
"""Seconds between two spikes on average."""
_TINY = 1e-6
"""Seconds by which a sample counts as on time."""


class Kind(StrEnum):
    """What is wrong: seven of a measurement, three of a valve, one of a supply."""

    BIAS = "bias"
    DRIFT = "drift"
    FREEZE = "freeze"
    NOISE = "noise"
    SPIKE = "spike"
    OPEN_CIRCUIT = "open_circuit"
    OUT_OF_RANGE = "out_of_range"
    STUCK = "stuck"
    STICTION = "stiction"
    LEAK = "leak"
    LOSS = "loss"


class Size(StrEnum):
    """What the size of a fault has to be."""

    NONE = "takes no size"
    ANY = "takes a size"
    POSITIVE = "takes a size above 0"
    INSIDE = "takes a size inside the tag's range"
    SIDE = "takes 1 (upper end) or -1 (lower end)"


@dataclass(frozen=True, slots=True)
class Nature:
    """One row of the table; `default` is the size if none is given: None it must be, NaN nearest to 0 in the range."""

    roles: frozenset[Role]
    quality: Quality
    size: Size
    ramps: bool
    description: str
    default: float | None = None


_SENSOR, _VALVE = frozenset({Role.OUTPUT}), frozenset({Role.INPUT})
_GOOD = Quality.GOOD
KINDS: Mapping[Kind, Nature] = {
    Kind.BIAS: Nature(_SENSOR, _GOOD, Size.ANY, True, "reads too much by `size`"),
    Kind.DRIFT: Nature(_SENSOR, _GOOD, Size.ANY, False, "reads more and more wrong, by `size` an hour"),
    Kind.FREEZE: Nature(_SENSOR, _GOOD, Size.NONE, False, "stays at the reading of its beginning", 0.0),
    Kind.NOISE: Nature(
        _SENSOR, Quality.UNCERTAIN_SENSOR_NOT_ACCURATE, Size.POSITIVE, True, "normal noise of deviation `size`"
    ),
    Kind.SPIKE: Nature(
        _SENSOR, _GOOD, Size.ANY, False, "single readings wrong by `size`: the first, then one in `interval` on average"
    ),
    Kind.OPEN_CIRCUIT: Nature(
        _SENSOR, Quality.BAD_SENSOR_FAILURE, Size.SIDE, False, "no signal: loops see an end of the range", -1.0
    ),
    Kind.OUT_OF_RANGE: Nature(
        _SENSOR, Quality.BAD_OUT_OF_RANGE, Size.SIDE, False, "signal beyond an end of the range", 1.0
    ),
    Kind.STUCK: Nature(_VALVE, _GOOD, Size.NONE, False, "stays where it is, whatever the command", 0.0),
    Kind.STICTION: Nature(
        _VALVE, _GOOD, Size.POSITIVE, True, "follows the command only when that is further away than `size`"
    ),
    Kind.LEAK: Nature(_VALVE, _GOOD, Size.INSIDE, True, "never closes below `size`"),
    Kind.LOSS: Nature(
        frozenset({Role.INPUT, Role.DISTURBANCE}), _GOOD, Size.INSIDE, True,
        "falls to `size`, whatever the command", math.nan,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    `size` in the tag's unit (see `KINDS`); `start`, `ramp`, `duration` and `interval` in simulated seconds: acts while
    start <= time < start + duration, and over `ramp` it grows evenly to its size. `start` None means as soon as it is
    injected, which then fills it in. `number` tells the faults of a simulation apart.
    """

    tag: str
    kind: Kind
    size: float
    start: float | None = None
    ramp: float = 0.0
    duration: float = math.inf
    interval: float = INTERVAL
    number: int = 0

    @property
    def end(self) -> float:
        """Simulated seconds at which it ends."""
        return (self.start or 0.0) + self.duration

    @property
    def quality(self) -> Quality:
        """The status code of the reading while it acts."""
        return KINDS[self.kind].quality

    def begun(self, now: float, number: int) -> "Fault":
        """The same under its number, beginning not before now."""
        return replace(self, start=max(now if self.start is None else self.start, now), number=number)

    def stage(self, time: float) -> str:
        """`scheduled`, `active` or `ended` at this simulated time."""
        if self.start is not None and time < self.start - _TINY:
            return "scheduled"
        return "active" if time < self.end - _TINY else "ended"

    def words(self) -> dict[str, Any]:
        """JSON data; an endless duration is null."""
        duration = None if math.isinf(self.duration) else self.duration
        return {
            "number": self.number, "tag": self.tag, "kind": str(self.kind), "size": self.size, "start": self.start,
            "ramp": self.ramp, "duration": duration, "interval": self.interval,
        }  # fmt: skip

    @classmethod
    def from_words(cls, words: Mapping[str, Any]) -> "Fault":
        """The fault that `words` came from. Raises KeyError, TypeError or ValueError for anything else."""
        duration = math.inf if words["duration"] is None else words["duration"]
        return cls(**{**words, "kind": Kind(words["kind"]), "duration": duration})
