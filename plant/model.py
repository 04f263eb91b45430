"""A model: its tags, its loops and interlocks, its start states and its equations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from plant.dynamics import Dynamics, Vector
from plant.errors import UnknownName
from plant.interlocks import RESET_TAG, Interlock
from plant.loops import Loop
from plant.tags import Role, Tag

__all__ = ["Model", "Start", "Vector"]

MOVED_BY_THE_MODEL = frozenset({Role.OUTPUT, Role.STATE})
NOISE_LEVEL = Tag(
    "noise_level", Role.PARAMETER, "", 0, 10, 0, "Measurement noise, in multiples of each instrument's own (0: none)",
    digits=2,
)  # fmt: skip
NOISE_SEED = Tag(
    "noise_seed", Role.PARAMETER, "", 0, 2**31 - 1, 1, "Seed of all that is random: equal seeds, equal runs", digits=0
)
QUANTISATION = Tag(
    "quantisation", Role.PARAMETER, "", 0, 1, 0, "Whether readings are cut to the instruments' resolution",
    digits=0, states=("off", "on"),
)  # fmt: skip


class Formulation(Protocol):
    """Equations of any kind."""

    def build(self, step: float) -> Dynamics:
        """The dynamics for a fixed step, in the model's own time unit."""


@dataclass(frozen=True, slots=True)
class Start:
    """A state from which a simulation may start.

    `inputs` differ from the nominal ones, loop modes included; `states` are those of the equations, None for the steady
    state that belongs to the inputs. `holds` says that nothing moves until someone moves something: not so for a batch,
    a start-up or a state that is unstable.
    """

    name: str
    description: str
    inputs: Mapping[str, float] = field(default_factory=dict)
    states: tuple[float, ...] | None = None
    holds: bool = True


STEADY = Start("steady", "The steady state at the nominal inputs, all loops in manual")


@dataclass(frozen=True, slots=True)
class Showing:
    """A move worth looking at: from the start state `start` the tag `tag` by `change`, for `seconds`.

    Empty ones mean: the default start, the first input by a twentieth of its range (a batch runs by itself), until the
    outputs come to rest.
    """

    start: str = ""
    tag: str = ""
    change: float = 0.0
    seconds: float = 0.0
    outputs: tuple[str, ...] = ()


SETTLING = Showing()


@dataclass(frozen=True)
class Model:
    """A declared process.

    `time_unit` is the unit of the published equations ("s", "min"; `seconds_per_unit` converts), while everything at
    the surface is in seconds. `sample_time` is the default step in seconds, `longest_step` the longest one that loops,
    interlocks and sampled equations allow: a longer sample time is made of several. The first of `starts` is the
    default. `random` says that the equations themselves draw random numbers by the tag `noise_seed`. `kind` is
    "continuous", "batch", "starter" or "own". `documentation` is the module's docstring: equations, figures, sources;
    `exercises` are for students. One step equals two halves within `step_tolerance` of every output's range
    (inf: none is promised).
    `showing` is the move that its page shows. `version` changes with the equations: snapshots of another one don't fit.
    """

    id: str
    name: str
    description: str
    sources: tuple[str, ...]
    own_tags: tuple[Tag, ...]
    equations: Formulation
    loops: tuple[Loop, ...] = ()
    interlocks: tuple[Interlock, ...] = ()
    starts: tuple[Start, ...] = (STEADY,)
    time_unit: str = "s"
    seconds_per_unit: float = 1.0
    sample_time: float = 1.0
    longest_step: float = 60.0
    random: bool = False
    kind: str = "continuous"
    documentation: str = ""
    exercises: tuple[str, ...] = ()
    step_tolerance: float = 1e-6
    showing: Showing = SETTLING
    version: str = "1"

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """All tags: the model's own in their order, those of interlocks and noise, then the five of each loop."""
        own = {tag.name: tag for tag in self.own_tags}
        moved = {loop.manipulated for loop in self.loops}
        of_loops = (loop.tags(own[loop.controlled], loop.setpoint_name in moved) for loop in self.loops)
        return (
            *self.own_tags, *(lock.tag for lock in self.interlocks), *self._optional_tags,
            *(tag for tags in of_loops for tag in tags),
        )  # fmt: skip

    @property
    def unsaved(self) -> str:
        """Why the state of its equations can't be saved, as theirs says; empty: it can."""
        return str(getattr(self.equations, "unsaved", ""))

    @property
    def _optional_tags(self) -> tuple[Tag, ...]:
        noisy = any(tag.noise for tag in self.own_tags)
        wanted = (
            (RESET_TAG, any(lock.release is None for lock in self.interlocks)),
            (NOISE_LEVEL, noisy),
            (NOISE_SEED, (noisy or self.random) and all(tag.name != NOISE_SEED.name for tag in self.own_tags)),
            (QUANTISATION, any(tag.resolution for tag in self.own_tags)),
        )
        return tuple(tag for tag, is_wanted in wanted if is_wanted)

    @cached_property
    def input_indices(self) -> NDArray[np.intp]:
        """Places in `tags` of what the equations read: own inputs, disturbances, parameters."""
        return self._own(lambda tag: tag.role not in MOVED_BY_THE_MODEL)

    @cached_property
    def output_indices(self) -> NDArray[np.intp]:
        """Places in `tags` of what the equations write: own outputs and states."""
        return self._own(lambda tag: tag.role in MOVED_BY_THE_MODEL)

    @cached_property
    def flag_indices(self) -> NDArray[np.intp]:
        """Places in `tags` of the interlocks' flags, which the equations read behind their inputs."""
        return np.array([self.index(lock.name) for lock in self.interlocks], np.intp)

    @cached_property
    def shown_range(self) -> tuple[Vector, Vector]:
        """Lowest and highest reading of each of `output_indices`; a state has no instrument, so no limits."""
        tags = [self.tags[place] for place in self.output_indices]
        low = np.array([tag.low if tag.role is Role.OUTPUT else -np.inf for tag in tags])
        return low, np.array([tag.high if tag.role is Role.OUTPUT else np.inf for tag in tags])

    def _own(self, wanted: Callable[[Tag], bool]) -> NDArray[np.intp]:
        return np.array([i for i, tag in enumerate(self.own_tags) if wanted(tag)], np.intp)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of every tag in `tags`."""
        return {tag.name: index for index, tag in enumerate(self.tags)}

    def index(self, name: str, owner: str = "") -> int:
        """The tag's place in `tags`. Raises UnknownName; `owner` (a SimID) stands in the message."""
        try:
            return self.places[name]
        except KeyError:
            raise UnknownName(f"{owner or self.id} has no tag '{name[:80]}'") from None

    def tag(self, name: str, owner: str = "") -> Tag:
        """The tag with this name. Raises UnknownName."""
        return self.tags[self.index(name, owner)]

    def start(self, name: str = "") -> Start:
        """The start state with this name, or the default one. Raises UnknownName, naming all."""
        for start in self.starts:
            if name in ("", start.name):
                return start
        known = ", ".join(start.name for start in self.starts)
        raise UnknownName(f"{self.id} has no start state '{name[:80]}' (there is: {known})")

    def loop_driving(self, name: str) -> Loop | None:
        """The loop whose output the tag is, if any."""
        return next((loop for loop in self.loops if loop.manipulated == name), None)
