"""Linearisation of a model around any state of a simulation: A, B, C, D with names and units.

Differential equations by central differences; transfer functions and state spaces exactly, as they are declared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import TransferFunction
from plant.dynamics import Vector
from plant.equations import Equations
from plant.errors import NotSupported
from plant.model import Model
from plant.solvers.acceleration import THREE_VECTORS, compiled

Matrix = NDArray[np.float64]
_NUDGE = 1e-5


@dataclass(frozen=True)
class Linearization:
    """dx/dt = A dx + B du, dy = C dx + D du around a point; time in seconds, values in the units of the tags.

    Attributes:
        a, b, c, d: matrices of n x n, n x m, p x n and p x m numbers.
        states, inputs, outputs: their names; inputs and outputs are tags.
        x, u, y: the point.
        residual: dx/dt at the point (per second); all zero at a steady state.
    """

    a: Matrix
    b: Matrix
    c: Matrix
    d: Matrix
    states: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    x: Vector
    u: Vector
    y: Vector
    residual: Vector

    def to_control(self) -> Any:
        """The same as a `control.StateSpace`. Raises ImportError without the package python-control."""
        return import_module("control").ss(
            self.a, self.b, self.c, self.d, states=list(self.states), inputs=list(self.inputs),
            outputs=list(self.outputs), name="linearization",
        )  # fmt: skip


def linearize(model: Model, x: Vector, values: Vector) -> Linearization:
    """Linearise the open-loop equations at the memory `x` with all tags' `values`.

    Raises NotSupported for a model that is no finite set of differential equations: dead time, discrete, an FMU.
    """
    equations = model.equations
    if isinstance(equations, Equations):
        return _by_differences(model, equations, x, values)
    if isinstance(equations, (StateSpace, TransferFunction)):
        return _exactly(model, equations, x, values)
    raise NotSupported(f"{model.id} is run as it is (an FMU, or equations of its own kind) and can't be linearised")


def _exactly(model: Model, equations: StateSpace | TransferFunction, x: Vector, values: Vector) -> Linearization:
    """The declared matrices, per second. The memory of the equations begins with their states."""
    u = values[model.input_indices]
    try:
        found = equations.open_loop(u)
    except NotSupported as error:
        raise NotSupported(f"{model.id} can't be linearised: {error}") from None
    part, per_second, states = found.part, 1 / model.seconds_per_unit, x[: len(found.part.a)].copy()
    return Linearization(
        part.a * per_second, part.b @ found.slopes * per_second, part.c, part.d @ found.slopes,
        tuple(f"x{number}" for number in range(1, len(states) + 1)), *_names(model), states, u,
        found.nominal + part.c @ states + part.d @ found.taps, (part.a @ states + part.b @ found.taps) * per_second,
    )  # fmt: skip


def _names(model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags that the equations read, and those that they write."""
    return tuple(model.tags[i].name for i in model.input_indices), tuple(
        model.tags[i].name for i in model.output_indices
    )


def _by_differences(model: Model, equations: Equations, x: Vector, values: Vector) -> Linearization:
    n, u = len(equations.states), _inputs(model, values)
    rates, outputs = _functions(model, equations, x)
    per_second = 1 / model.seconds_per_unit
    states, scale = x[:n].copy(), _scale(model, u)
    a = _derivatives(lambda z: rates(z, u), states, np.maximum(np.abs(states), 1e-3)) * per_second
    b = _derivatives(lambda z: rates(states, z), u, scale) * per_second
    c = _derivatives(lambda z: outputs(z, u), states, np.maximum(np.abs(states), 1e-3))
    d = _derivatives(lambda z: outputs(states, z), u, scale)
    own = len(model.input_indices)
    return Linearization(
        a, b[:, :own], c, d[:, :own], equations.states, *_names(model), states, u[:own],
        outputs(states, u), rates(states, u) * per_second,
    )  # fmt: skip


def _inputs(model: Model, values: Vector) -> Vector:
    return np.concatenate((values[model.input_indices], values[model.flag_indices]))


def _scale(model: Model, u: Vector) -> Vector:
    """The size of each input; a constant one (a parameter of zero range) counts as one."""
    ranges = [model.tags[i].high - model.tags[i].low for i in model.input_indices]
    return np.concatenate((np.array(ranges) * 0.01, np.ones(len(u) - len(ranges))))


def _functions(
    model: Model, equations: Equations, x: Vector
) -> tuple[Callable[[Vector, Vector], Vector], Callable[[Vector, Vector], Vector]]:
    n, memory = len(equations.states), x.copy()
    moving, showing = (compiled(f, THREE_VECTORS).call for f in (equations.rates, equations.outputs))

    def rates(states: Vector, u: Vector) -> Vector:
        memory[:n], answer = states, np.empty(n)
        moving(memory, u, answer)
        return answer

    def outputs(states: Vector, u: Vector) -> Vector:
        memory[:n], answer = states, np.empty(len(model.output_indices))
        showing(memory, u, answer)
        return answer

    return rates, outputs


def _derivatives(function: Callable[[Vector], Vector], at: Vector, scale: Vector) -> Matrix:
    columns = []
    for place, size in enumerate((_NUDGE * scale).tolist()):
        up, down = at.copy(), at.copy()
        up[place] += size
        down[place] -= size
        columns.append((function(up) - function(down)) / (up[place] - down[place]))
    return np.array(columns).T
