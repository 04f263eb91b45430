"""One simulation: a model moved step by step, without clock or socket; what a worker hosts and `pde simulate` runs."""

import hashlib
import json
import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.cycle import DONE, FAILED, NOT_FINITE
from plant.errors import DamagedSnapshot, PlantError, SolverFailed
from plant.faults import Fault
from plant.faults_bank import FaultBank
from plant.machinery import assemble, state_size
from plant.model import Model, Vector

SHORTEST_STEP, LONGEST_STEP = 0.05, 60.0
_MAGIC = b"PDE3"
_LENGTH = struct.Struct("<I")
_DIGEST = hashlib.sha256().digest_size


class Simulation:
    """A model with its values; `step` seconds of simulated time pass with each `advance`.

    Attributes:
        values: present values of all tags, in the order of `model.tags`.
        tick: number of steps taken since the start.
    """

    def __init__(
        self, model: Model, step: float, inputs: dict[str, float] | None = None, start: str = "",
        faults: Sequence[Fault] = (),
    ) -> None:  # fmt: skip
        """Begin at the named start state (the model's first one else); then put `inputs` (checked values) in effect.

        `faults` (checked) happen at their times. Raises UnknownName for a start state that the model has not.
        """
        self.model, self.step, self.tick = model, step, 0
        self._start = model.start(start)
        self._parts = max(1, math.ceil(step / model.longest_step * (1 - 1e-12)))
        self._dynamics = model.equations.build(step / self._parts / model.seconds_per_unit)
        count = len(model.tags)
        self._memory: Vector = np.zeros(count + state_size(model, self._dynamics))
        self._before: Vector = np.empty_like(self._memory)
        self.values: Vector = self._memory[:count]
        self._state: Vector = self._memory[count:]
        self._machinery = assemble(model, self._dynamics, self.values, self._state)
        self._bank = FaultBank(model)
        self.reset(inputs, faults)

    @property
    def time(self) -> float:
        """Simulated seconds since the start."""
        return self.tick * self.step

    @property
    def states(self) -> Vector:
        """The memory of the equations, a copy: their states first."""
        return self._machinery.x.copy()

    @property
    def outputs(self) -> Vector:
        """The outputs and states at `model.output_indices` as they are, before noise, ranges and faults; a copy."""
        return self._machinery.y.copy()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that are scheduled, that act and that have ended since another one came."""
        return self._bank.faults

    @property
    def status(self) -> NDArray[np.uint32] | None:
        """The OPC UA status code of each tag; None when all are Good. The number of a Bad one is what loops see."""
        return self._bank.status(self.time) if self._bank else None

    def advance(self, count: int = 1) -> None:
        """Take `count` steps: loops act on the present measurements, then the equations move on.

        Raises SolverFailed, with everything as it was before.
        """
        self._before[:] = self._memory
        faults_before = self._bank.numbers.copy() if self._bank else None
        parts = self._parts
        try:
            answer = self._machinery.run(
                self.tick * parts, self.step / parts, self.model.seconds_per_unit, count * parts
            )
            cause = self._cause(answer)
        except (SolverFailed, ArithmeticError, ValueError) as error:
            cause = str(error)
        if cause:
            self._memory[:] = self._before
            if faults_before is not None:
                self._bank.numbers[:] = faults_before
            raise SolverFailed(f"{self.model.id} failed at {self.time:g} s: {cause}")
        self.tick += count

    def _cause(self, answer: int) -> str:
        if answer == DONE:
            return ""
        if answer == FAILED:
            return "the solver finds no step small enough"
        return f"no finite value for {self.model.tags[self.model.output_indices[answer - NOT_FINITE]].name}"

    def set(self, name: str, value: float) -> None:
        """Put a checked value in effect from the next step on."""
        self.values[self.model.index(name)] = value

    def inject(self, fault: Fault, number: int) -> Fault:
        """Let a checked fault happen, not before now; readings show it at once. Answers it with its start."""
        self._bank.remove([ended for ended in self.faults if ended.stage(self.time) == "ended"], self.values)
        begun = fault.begun(self.time, number)
        self._bank.add(begun)
        self._fit()
        return begun

    def clear(self, number: int | None = None) -> None:
        """End the faults with this number, or all; readings and what was lost are healthy at once."""
        self._bank.remove([fault for fault in self.faults if number in (None, fault.number)], self.values)
        self._fit()

    def _fit(self) -> None:
        """Work with the present faults and read every instrument again."""
        self._machinery = self._machinery.with_faults(self._bank.numbers)
        if self.tick:
            self._machinery.show(self.tick * self._parts, self.step / self._parts)
        else:
            self._show()
        self._machinery.mismeasure(self.tick * self._parts, self.step / self._parts)

    def reset(self, inputs: dict[str, float] | None = None, faults: Sequence[Fault] = ()) -> None:
        """Go back to the start: tick 0, the start state, then `inputs` in effect and `faults` to come."""
        model, start = self.model, self._start
        self.tick = 0
        self.values[:] = [tag.nominal for tag in model.tags]
        self._state[:] = 0.0
        for name, value in start.inputs.items():
            self.set(name, value)
        self._gather()
        self._dynamics.start(self._machinery.x, self._machinery.u, start.states)
        self._machinery.measure()
        self._show()
        before = self.values.copy()
        for name, value in (inputs or {}).items():
            self.set(name, value)
        self._machinery.resume(before)
        self._bank = FaultBank(model, [fault.begun(0.0, fault.number) for fault in faults])
        self._fit()

    def _gather(self) -> None:
        u, count = self._machinery.u, len(self.model.input_indices)
        u[:count] = self.values[self.model.input_indices]
        u[count:] = self.values[self.model.flag_indices]

    def _show(self) -> None:
        y = self._machinery.y
        if not np.isfinite(y).all():
            bad = self.model.output_indices[~np.isfinite(y)]
            raise SolverFailed(f"no finite value for {', '.join(self.model.tags[i].name for i in bad)}")
        low, high = self.model.shown_range
        self.values[self.model.output_indices] = np.clip(y, low, high)

    def snapshot(self) -> bytes:
        """Everything that the future depends on, with a checksum: a restored run equals the original bit for bit."""
        if self._dynamics.save is not None:
            self._dynamics.save(self._machinery.x, self._machinery.u)
        facts = {
            "model": self.model.id, "step": self.step, "tick": self.tick, "tags": _tags_digest(self.model),
            "faults": self._bank.dump(),
        }  # fmt: skip
        header = json.dumps(facts).encode()
        body = _MAGIC + _LENGTH.pack(len(header)) + header + self._memory.tobytes()
        return body + hashlib.sha256(body).digest()

    def restore(self, snapshot: bytes) -> None:
        """Take over a snapshot of the same model, step and version. Raises DamagedSnapshot, then nothing is changed."""
        header, numbers = fitting(self.model, self.step, snapshot)
        if len(numbers) != len(self._memory):
            raise DamagedSnapshot(f"the snapshot is of another version of {self.model.id}")
        try:
            bank = FaultBank.load(self.model, header["faults"])
        except (KeyError, TypeError, ValueError, PlantError) as error:
            raise DamagedSnapshot(f"the snapshot holds faults of another version: {error}") from None
        before = self._memory.copy()
        self._memory[:] = numbers
        try:
            if self._dynamics.load is not None:
                self._gather()
                self._dynamics.load(self._machinery.x, self._machinery.u)
        except PlantError as error:
            self._memory[:] = before
            raise DamagedSnapshot(str(error)) from None
        self.tick = int(header["tick"])
        self._bank = bank
        self._machinery = self._machinery.with_faults(bank.numbers)


def fitting(model: Model, step: float, snapshot: bytes) -> tuple[dict[str, Any], Vector]:
    """The header and the numbers of a snapshot of this model with this step. Raises DamagedSnapshot for any other."""
    body, digest = snapshot[:-_DIGEST], snapshot[-_DIGEST:]
    if body[:4] != _MAGIC or hashlib.sha256(body).digest() != digest:
        raise DamagedSnapshot(f"these {len(snapshot)} bytes are not a whole snapshot")
    header, numbers = _contents(body)
    if header["model"] != model.id or not math.isclose(header["step"], step):
        raise DamagedSnapshot(f"the snapshot is of {header['model']} with a step of {header['step']} s")
    if header["tags"] != _tags_digest(model):
        raise DamagedSnapshot(f"the snapshot is of another version of {model.id}")
    return header, numbers


def _tags_digest(model: Model) -> str:
    """What tells two versions of a model apart: the one it declares, and its tags in their order."""
    return hashlib.sha256(",".join((model.version, *(tag.name for tag in model.tags))).encode()).hexdigest()[:16]


def _contents(body: bytes) -> tuple[dict[str, Any], Vector]:
    """The header and the numbers of a snapshot whose checksum fits. Raises DamagedSnapshot."""
    try:
        (length,) = _LENGTH.unpack_from(body, 4)
        header = json.loads(body[8 : 8 + length])
        numbers: Vector = np.frombuffer(body, np.float64, offset=8 + length)
    except (struct.error, ValueError) as error:
        raise DamagedSnapshot(f"these {len(body)} bytes are not the contents of a snapshot: {error}") from None
    if not isinstance(header, dict) or set(header) != {"model", "step", "tick", "tags", "faults"}:
        raise DamagedSnapshot("the snapshot has the header of another version")
    return header, numbers
