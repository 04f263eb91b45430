"""Linear systems with delayed inputs, discretised: what transfer functions and state spaces become for one step.

The memory is the states, then a ring of past deviations of every input (the sources). A tap is one source, delayed, and
multiplied by 1 + spread * u[spread_input]. Over a step

    x(k+1) = phi x(k) + before taps_before + after taps_after,     y = nominal + c x + d taps_after

where a tap has one value in the first part of the step, as long as the rest of its dead time, and another one in the
second. The work space holds all that a row of this is multiplied with side by side; of each row only the part from the
first to the last coefficient is kept. A row whose dead time is an input is worked out anew when that changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.blocks.dead_time import capacity, whole_steps
from plant.blocks.linear_steps import RINGS, advance, measure
from plant.dynamics import Dynamics, Vector

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tap:
    """One delayed input: its source, its dead time, and what multiplies it (input -1: nothing)."""

    source: int
    dead_time: float = 0.0
    spread: float = 0.0
    spread_input: int = -1


@dataclass(frozen=True, slots=True)
class Variable:
    """A first-order row x' = pole x + gain * tap whose dead time is `u[input] * unit`, at most that of its tap."""

    row: int
    tap: int
    input: int
    unit: float
    pole: float
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """The system for one step: n states, m taps, p outputs; the matrices as above.

    Attributes:
        order: how states (their numbers), taps after (n + number) and before (n + m + number) lie in the work space.
        steady: n x m, the states for each tap held at 1.
    """

    taps: tuple[Tap, ...]
    phi: Matrix
    before: Matrix
    after: Matrix
    c: Matrix
    d: Matrix
    order: tuple[int, ...]
    nominal_inputs: tuple[float, ...]
    nominal_outputs: tuple[float, ...]
    steady: Matrix
    variable: tuple[Variable, ...] = ()

    def build(self, step: float) -> Dynamics:
        """Lay it out for `advance` and `measure`. Raises OutOfRange for a dead time too long for the step."""
        longest = [0.0] * len(self.nominal_inputs)
        for tap in self.taps:
            longest[tap.source] = max(longest[tap.source], tap.dead_time)
        places = np.cumsum([len(self.phi), *(1 + capacity(each, step) for each in longest)]).tolist()
        whole, numbers = self._arrays(step, places)
        return Dynamics(places[-1], partial(self._start, places), advance, measure, whole=whole, numbers=numbers)

    def _arrays(self, step: float, places: list[int]) -> tuple[NDArray[np.int64], Vector]:
        states, count = len(self.phi), len(self.taps)
        m, used = self._rows()
        n = _Rows.of(self.c, np.zeros_like(self.c, bool))
        at = np.argsort(self.order).tolist()
        rings = [(place, end - place - 1) for place, end in pairwise(places)]
        taps = [
            [*rings[t.source], whole_steps(t.dead_time, step), t.spread_input, at[states + i],
             at[states + count + i] if used[i] else -1]
            for i, t in enumerate(self.taps)
        ]  # fmt: skip
        variable = [
            [v.tap, v.input, m.place(v.row, at[states + count + v.tap]), m.place(v.row, at[states + v.tap])]
            for v in self.variable
        ]
        direct = np.argwhere(self.d)
        whole, begins = _joined(
            [0] * RINGS + _flat(rings), _flat(taps), _flat(variable), m.layout + at[:states], n.layout, _flat(direct)
        )
        numbers, within = _joined(
            self.nominal_inputs, [t.spread for t in self.taps],
            _flat([v.unit, self.taps[v.tap].dead_time, v.pole, v.gain, -1.0] for v in self.variable),
            m.values, n.values, [self.d[row, tap] for row, tap in direct], self.nominal_outputs,
            [0.0] * len(self.order),
        )  # fmt: skip
        counts = [states, len(rings), count, len(self.c), len(variable), len(direct)]
        whole[:RINGS] = [*counts, *begins[1:], *within[1:]]
        return np.array(whole, np.int64), np.array(numbers, np.float64)

    def _rows(self) -> tuple["_Rows", NDArray[np.bool_]]:
        """The rows of phi, after and before in the order of the work space; which taps have a value before."""
        before = self.before != 0
        needed = np.hstack([np.zeros_like(self.phi, bool), np.zeros_like(before), np.zeros_like(before)])
        for v in self.variable:
            needed[v.row, len(self.phi) + v.tap] = needed[v.row, len(self.phi) + len(self.taps) + v.tap] = True
            before[v.row, v.tap] = True
        order = list(self.order)
        return _Rows.of(np.hstack([self.phi, self.after, self.before])[:, order], needed[:, order]), before.any(axis=0)

    def _start(self, places: list[int], x: Vector, u: Vector, states: tuple[float, ...] | None) -> None:
        """The steady state that belongs to the inputs: they have been as they are for ever."""
        deviations = u[: len(self.nominal_inputs)] - self.nominal_inputs
        taps = [deviations[t.source] * factor(t, u) for t in self.taps]
        x[: len(self.phi)] = self.steady @ taps if states is None else states
        for source, (place, end) in enumerate(pairwise(places)):
            x[place] = 0.0
            x[place + 1 : end] = deviations[source]


def factor(tap: Tap, u: Vector) -> float:
    """What multiplies a tap."""
    return 1.0 if tap.spread_input < 0 else 1.0 + tap.spread * float(u[tap.spread_input])


@dataclass(frozen=True, slots=True)
class _Rows:
    """A matrix, of each row the part from the first to the last coefficient: first columns, widths, values."""

    first: list[int]
    width: list[int]
    values: list[float]

    @classmethod
    def of(cls, matrix: Matrix, needed: NDArray[np.bool_]) -> "_Rows":
        """Where `needed` is set the coefficient is kept even if it is zero now."""
        kept = [np.flatnonzero(row) for row in (matrix != 0) | needed]
        first = [int(columns[0]) if len(columns) else 0 for columns in kept]
        end = [int(columns[-1]) + 1 if len(columns) else 0 for columns in kept]
        values = [float(v) for row, a, b in zip(matrix, first, end, strict=True) for v in row[a:b]]
        return cls(first, [b - a for a, b in zip(first, end, strict=True)], values)

    @property
    def layout(self) -> list[int]:
        return _flat(zip(self.first, self.width, strict=True))

    def place(self, row: int, column: int) -> int:
        """Where a coefficient is among the values."""
        return sum(self.width[:row]) + column - self.first[row]


def _flat(parts: Any) -> list[Any]:
    return [each for part in parts for each in part]


def _joined(*parts: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """All parts in one list, and where each begins."""
    return _flat(parts), np.cumsum([0, *(len(part) for part in parts[:-1])]).tolist()
