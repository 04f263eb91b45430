"""The machinery of one simulation: the arrays that `cycle` works on, wired once when the simulation is made."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant import interlocks, loops
from plant.control import STATES_PER_LOOP, resume
from plant.cycle import SIGNATURE, cycle, read_faulty, show
from plant.dynamics import Dynamics, Vector
from plant.model import NOISE_LEVEL, NOISE_SEED, QUANTISATION, Model
from plant.solvers.acceleration import MEASURE, available, compiled


@dataclass(frozen=True)
class Machinery:
    """What moves the values: `run(tick, step, unit, count)`; `x` and `loop_state` are its memory, `y` its outputs."""

    dynamics: Dynamics
    x: Vector
    loop_state: Vector
    u: Vector
    y: Vector
    function: Any
    arguments: tuple[Any, ...]
    measuring: Any
    measured: tuple[Any, ...]

    def run(self, tick: int, step: float, unit: float, count: int) -> int:
        """Take `count` steps; what `cycle` answers."""
        return int(self.function(*self.arguments, tick, step, unit, count))

    def measure(self) -> None:
        """Fill `y` from `x` and `u`."""
        self.measuring(*self.measured)

    def resume(self, before: Vector) -> None:
        """Let the loops go on that were in auto at the values `before`, those of the start state."""
        values, whole, state = (self.arguments[place] for place in (4, 13, 15))
        resume(values, before, state, whole)

    def show(self, tick: int, step: float) -> None:
        """Put the outputs on their tags again, as in step number `tick`."""
        facts, values, y, outputs, ranges = (self.arguments[place] for place in (1, 4, 8, 10, 12))
        show(values, y, outputs, ranges, facts, tick, step)

    def mismeasure(self, tick: int, step: float) -> None:
        """Let the faulty instruments read, as in step number `tick`."""
        facts, values, faults = (self.arguments[place] for place in (1, 4, -1))
        read_faulty(values, facts, faults, tick, step)

    def with_faults(self, faults: Vector) -> "Machinery":
        """The same with these faults, as `plant/faults_bank.py` makes them."""
        table: Any = memoryview(faults.data) if isinstance(self.arguments[1], memoryview) else faults
        return replace(self, arguments=(*self.arguments[:-1], table))


def assemble(model: Model, dynamics: Dynamics, values: Vector, memory: Vector) -> Machinery:
    """Wire a model's dynamics to the vector of its tags' values; `memory` holds x, the memory of the loops, and y."""
    fast = dynamics.compiles and available()
    codes = dynamics.codes(fast)
    loops_end = dynamics.size + STATES_PER_LOOP * len(model.loops)
    x, loop_state, y = memory[: dynamics.size], memory[dynamics.size : loops_end], memory[loops_end:]
    u = np.zeros(len(model.input_indices) + len(model.interlocks))
    wired = loops.wire(model.loops, model.tags, model.places)
    own_outputs = {model.tags[i].name: number for number, i in enumerate(model.output_indices)}
    locks = interlocks.wire(model.interlocks, model.places, own_outputs)
    arrays: tuple[Any, ...] = (
        _facts(model, dynamics), dynamics.whole, dynamics.numbers, values, x, np.empty(dynamics.size), u, y,
        model.input_indices.astype(np.int64), model.output_indices.astype(np.int64),
        model.flag_indices.astype(np.int64), _ranges(model), wired.whole, wired.numbers, loop_state,
        locks.whole, locks.numbers, locks.forced, locks.forced_values, locks.returned, locks.returned_values,
        np.zeros(0),
    )  # fmt: skip
    if not fast:
        arrays = tuple(map(memoryview, arrays))
    function = compiled(cycle, SIGNATURE).call if fast else cycle
    measuring = compiled(dynamics.measure, MEASURE).call if fast else dynamics.measure
    whole, numbers, x_now, u_now, y_now = (arrays[i] for i in (1, 2, 4, 6, 7))
    measured = (codes, x_now, u_now, y_now, whole, numbers)
    return Machinery(dynamics, x, loop_state, u, y, function, (codes, *arrays), measuring, measured)


def state_size(model: Model, dynamics: Dynamics) -> int:
    """Length of the memory of a simulation."""
    return dynamics.size + STATES_PER_LOOP * len(model.loops) + len(model.output_indices)


def _facts(model: Model, dynamics: Dynamics) -> NDArray[np.int64]:
    names = (interlocks.RESET, NOISE_LEVEL.name, NOISE_SEED.name, QUANTISATION.name)
    places = [model.places.get(name, -1) for name in names]
    return np.array([dynamics.prepare is not None, dynamics.splits, *places], np.int64)


def _ranges(model: Model) -> Vector:
    """Lowest and highest reading, noise, resolution and sampling time of each output; a state has no such limits."""
    low, high = model.shown_range
    tags = [model.tags[place] for place in model.output_indices]
    instruments = [(tag.noise, tag.resolution, tag.sampling) for tag in tags]
    return np.column_stack((low, high, np.array(instruments).reshape(-1, 3))).reshape(-1)
