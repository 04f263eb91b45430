"""An FMU as the equations of a model: every simulation has a child process of its own."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from connections.fmu.plan import Plan
from connections.fmu.process import Process
from plant.dynamics import Dynamics, Vector
from plant.errors import DamagedSnapshot, SolverFailed

LARGEST_STATE = 1_000_000
_TICKS, _LENGTH, _FIRST = range(3)
"""Places in the memory: steps taken, bytes of the saved state, the state itself."""


@dataclass(frozen=True, eq=False)
class FmuEquations:
    """The archive and what to load of it; `nominal` are the inputs with which its state is first measured."""

    content: bytes
    plan: Plan
    nominal: tuple[float, ...]

    @property
    def unsaved(self) -> str:
        """Why its state can't be saved; empty: it can."""
        return "" if self.plan.saves else "this FMU can't save its state (canSerializeFMUstate)"

    def build(self, step: float) -> Dynamics:
        """Start a child. Raises SolverFailed when the FMU does not even start."""
        run = Running(self, step)
        return Dynamics(run.size, run.start, run.advance, run.measure, compiles=False, save=run.save, load=run.load)


class Running:
    """One FMU that runs."""

    def __init__(self, equations: FmuEquations, step: float) -> None:
        self._equations, self._step = equations, step
        self._process = Process(equations.content, equations.plan)
        self._y: list[float] = self._process.ask(do="start", values=list(equations.nominal))["y"]
        self._fresh = True
        self.size = _FIRST + self._room()

    def _room(self) -> int:
        """Numbers that the saved state needs, twice what it needs now."""
        if not self._equations.plan.saves:
            return 0
        size = len(bytes.fromhex(self._process.ask(do="save")["state"]))
        return min(2 * size + 1024, LARGEST_STATE) // 8 + 1

    def start(self, x: Vector, u: Vector, states: tuple[float, ...] | None) -> None:  # noqa: ARG002 - it has its own
        """Begin with these inputs."""
        x[:] = 0.0
        values = self._values(u)
        if not self._fresh:
            self._process = Process(self._equations.content, self._equations.plan)
        if not self._fresh or values != list(self._equations.nominal):
            self._y = self._process.ask(do="start", values=values)["y"]
        self._fresh = False

    def advance(self, codes: Any, x: Any, u: Any, step: float, whole: Any, numbers: Any) -> int:  # noqa: ARG002
        """One communication step. Raises SolverFailed with the cause."""
        self._y = self._process.ask(do="step", time=x[_TICKS] * self._step, step=step, values=self._values(u))["y"]
        x[_TICKS] += 1.0
        return 0

    def measure(self, codes: Any, x: Any, u: Any, y: Any, whole: Any, numbers: Any) -> None:  # noqa: ARG002
        """The outputs as the FMU last told them."""
        for place, value in enumerate(self._y):
            y[place] = value

    def save(self, x: Vector, u: Vector) -> None:  # noqa: ARG002 - one signature
        """Put the FMU's state into the memory, if it can tell it."""
        x[_LENGTH] = 0.0
        if not self._equations.plan.saves:
            return
        state = bytes.fromhex(self._process.ask(do="save")["state"])
        room = x[_FIRST:].view(np.uint8)
        if len(state) > len(room):
            raise SolverFailed(f"the FMU's state has grown to {len(state)} bytes, there is room for {len(room)}")
        room[: len(state)] = np.frombuffer(state, np.uint8)
        x[_LENGTH] = len(state)

    def load(self, x: Vector, u: Vector) -> None:
        """Go on from the state in the memory. Raises DamagedSnapshot when it holds none."""
        length = int(x[_LENGTH])
        if length == 0:
            raise DamagedSnapshot("this FMU can't save its state (canSerializeFMUstate): it can only begin again")
        state = x[_FIRST:].view(np.uint8)[:length].tobytes()
        self._process = Process(self._equations.content, self._equations.plan)
        self._y = self._process.ask(do="load", values=self._values(u), state=state.hex())["y"]
        self._fresh = False

    def _values(self, u: Any) -> list[float]:
        return [float(u[place]) for place in range(len(self._equations.plan.inputs))]
