"""A model: its tags, its loops and how to build its equations for a fixed step."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from plant.errors import UnknownName
from plant.loops import Loop
from plant.tags import Role, Tag

Vector = NDArray[np.float64]
MOVED_BY_THE_MODEL = frozenset({Role.OUTPUT, Role.STATE})


class Dynamics(Protocol):
    """The equations of a model for one fixed step; the whole memory is one float64 vector `state`.

    `inputs` holds the model's own input, disturbance and parameter tags, `outputs` its output and state tags,
    both in the order of declaration and in the units of the tags.
    """

    @property
    def size(self) -> int:
        """Length of the state vector, delay lines included."""

    def start(self, state: Vector, inputs: Vector) -> None:
        """Fill the state with the start of the simulation: the steady state that belongs to the inputs."""

    def advance(self, state: Vector, inputs: Vector) -> None:
        """Move the state on by one step; the inputs are held over it. Cost is the same for every step."""

    def measure(self, state: Vector, inputs: Vector, outputs: Vector) -> None:
        """Fill the outputs that belong to the state; what is outside an output's range is shown as its end."""


@dataclass(frozen=True)
class Model:
    """A declared process.

    `build(step)` answers the equations for a step of that many seconds; `time_unit` is the unit of the published
    equations ("s", "min"; `seconds_per_unit` converts), while everything at the surface is in seconds.
    `sample_time` is the default step in seconds.
    """

    id: str
    name: str
    description: str
    sources: tuple[str, ...]
    own_tags: tuple[Tag, ...]
    build: Callable[[float], Dynamics]
    loops: tuple[Loop, ...] = ()
    time_unit: str = "s"
    seconds_per_unit: float = 1.0
    sample_time: float = 1.0

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """All tags: the model's own in their order, then the five of each loop."""
        own = {tag.name: tag for tag in self.own_tags}
        return self.own_tags + tuple(tag for loop in self.loops for tag in loop.tags(own[loop.controlled]))

    @cached_property
    def input_indices(self) -> NDArray[np.intp]:
        """Places in `tags` of what the equations read: own inputs, disturbances, parameters."""
        return self._own(lambda tag: tag.role not in MOVED_BY_THE_MODEL)

    @cached_property
    def output_indices(self) -> NDArray[np.intp]:
        """Places in `tags` of what the equations write: own outputs and states."""
        return self._own(lambda tag: tag.role in MOVED_BY_THE_MODEL)

    @cached_property
    def shown_range(self) -> tuple[Vector, Vector]:
        """Lowest and highest reading of each of `output_indices`; a state has no instrument, so no limits."""
        tags = [tag for tag in self.own_tags if tag.role in MOVED_BY_THE_MODEL]
        low = np.array([tag.low if tag.role is Role.OUTPUT else -np.inf for tag in tags])
        return low, np.array([tag.high if tag.role is Role.OUTPUT else np.inf for tag in tags])

    def _own(self, wanted: Callable[[Tag], bool]) -> NDArray[np.intp]:
        return np.array([i for i, tag in enumerate(self.own_tags) if wanted(tag)], np.intp)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {tag.name: index for index, tag in enumerate(self.tags)}

    def index(self, name: str, owner: str = "") -> int:
        """The tag's place in `tags`. Raises UnknownName; `owner` (a SimID) stands in the message."""
        try:
            return self._places[name]
        except KeyError:
            raise UnknownName(f"{owner or self.id} has no tag '{name[:80]}'") from None

    def tag(self, name: str, owner: str = "") -> Tag:
        """The tag with this name. Raises UnknownName."""
        return self.tags[self.index(name, owner)]

    def loop_driving(self, name: str) -> Loop | None:
        """The loop whose output the tag is, if any."""
        return next((loop for loop in self.loops if loop.manipulated == name), None)
