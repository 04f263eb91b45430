"""One simulation: a model moved step by step, without clock or socket; what a worker hosts and `pde simulate` runs."""

import hashlib
import json
import math
import struct
from typing import Any

import numpy as np

from plant import loops
from plant.errors import DamagedSnapshot, SolverFailed
from plant.model import Model, Vector

SHORTEST_STEP, LONGEST_STEP = 0.05, 60.0
_MAGIC = b"PDE1"
_LENGTH = struct.Struct("<I")
_DIGEST = hashlib.sha256().digest_size


class Simulation:
    """A model with its values; `step` seconds of simulated time pass with each `advance`.

    Attributes:
        values: present values of all tags, in the order of `model.tags`.
        tick: number of steps taken since the start.
    """

    def __init__(self, model: Model, step: float, inputs: dict[str, float] | None = None) -> None:
        """Start from the steady state at the nominal inputs; then put `inputs` (checked tag values) in effect."""
        self.model, self.step, self.tick = model, step, 0
        self._dynamics = model.build(step)
        self.values: Vector = np.array([tag.nominal for tag in model.tags])
        self._state: Vector = np.zeros(self._dynamics.size + loops.STATES_PER_LOOP * len(model.loops))
        self._own = self._state[: self._dynamics.size]
        controllers = self._state[self._dynamics.size :].reshape(-1, loops.STATES_PER_LOOP)
        wirings = [loops.wire(loop, model.tags) for loop in model.loops]
        self._controls = list(zip(wirings, controllers, strict=True))
        self._before: Vector = np.empty(len(self.values) + len(self._state))
        self._inputs: Vector = np.empty(len(model.input_indices))
        self._outputs: Vector = np.empty(len(model.output_indices))
        self._start(inputs or {})

    @property
    def time(self) -> float:
        """Simulated seconds since the start."""
        return self.tick * self.step

    def advance(self) -> None:
        """Take one step: loops act on the present measurements, then the equations move on.

        Raises SolverFailed, with everything as it was before the step.
        """
        before, count = self._before, len(self.values)
        before[:count], before[count:] = self.values, self._state
        try:
            for wiring, state in self._controls:
                loops.control(wiring, self.values, state, self.step)
            self._move()
        except (SolverFailed, ArithmeticError, ValueError) as error:
            self.values[:], self._state[:] = before[:count], before[count:]
            raise SolverFailed(f"{self.model.id} failed at {self.time:g} s: {error}") from error
        self.tick += 1

    def _move(self) -> None:
        self.values.take(self.model.input_indices, out=self._inputs)
        self._dynamics.advance(self._own, self._inputs)
        self._measure()

    def _measure(self) -> None:
        self._dynamics.measure(self._own, self._inputs, self._outputs)
        if not all(map(math.isfinite, self._outputs.tolist())):
            bad = self.model.output_indices[~np.isfinite(self._outputs)]
            raise SolverFailed(f"no finite value for {', '.join(self.model.tags[i].name for i in bad)}")
        low, high = self.model.shown_range
        np.maximum(self._outputs, low, out=self._outputs)
        np.minimum(self._outputs, high, out=self._outputs)
        self.values[self.model.output_indices] = self._outputs

    def set(self, name: str, value: float) -> None:
        """Put a checked value in effect from the next step on."""
        self.values[self.model.index(name)] = value

    def reset(self, inputs: dict[str, float] | None = None) -> None:
        """Go back to the start: tick 0, nominal steady state, then `inputs` in effect."""
        self.tick = 0
        self.values[:] = [tag.nominal for tag in self.model.tags]
        self._start(inputs or {})

    def _start(self, inputs: dict[str, float]) -> None:
        self._state[:] = 0.0
        self.values.take(self.model.input_indices, out=self._inputs)
        self._dynamics.start(self._own, self._inputs)
        self._measure()
        for name, value in inputs.items():
            self.set(name, value)

    def snapshot(self) -> bytes:
        """Everything that the future depends on, with a checksum: a restored run equals the original bit for bit."""
        facts = {"model": self.model.id, "step": self.step, "tick": self.tick, "tags": _tags_digest(self.model)}
        header = json.dumps(facts).encode()
        body = _MAGIC + _LENGTH.pack(len(header)) + header + self.values.tobytes() + self._state.tobytes()
        return body + hashlib.sha256(body).digest()

    def restore(self, snapshot: bytes) -> None:
        """Take over a snapshot of the same model, step and version. Raises DamagedSnapshot, then nothing is changed."""
        body, digest = snapshot[:-_DIGEST], snapshot[-_DIGEST:]
        if body[:4] != _MAGIC or hashlib.sha256(body).digest() != digest:
            raise DamagedSnapshot(f"these {len(snapshot)} bytes are not a whole snapshot")
        header, numbers = _contents(body)
        if header["model"] != self.model.id or not math.isclose(header["step"], self.step):
            raise DamagedSnapshot(f"the snapshot is of {header['model']} with a step of {header['step']} s")
        if header["tags"] != _tags_digest(self.model) or len(numbers) != len(self.values) + len(self._state):
            raise DamagedSnapshot(f"the snapshot is of another version of {self.model.id}")
        self.tick = int(header["tick"])
        self.values[:] = numbers[: len(self.values)]
        self._state[:] = numbers[len(self.values) :]


def _tags_digest(model: Model) -> str:
    """What tells two versions of a model apart: its tags in their order."""
    return hashlib.sha256(",".join(tag.name for tag in model.tags).encode()).hexdigest()[:16]


def _contents(body: bytes) -> tuple[dict[str, Any], Vector]:
    """The header and the numbers of a snapshot whose checksum fits. Raises DamagedSnapshot."""
    try:
        (length,) = _LENGTH.unpack_from(body, 4)
        header = json.loads(body[8 : 8 + length])
        numbers: Vector = np.frombuffer(body, np.float64, offset=8 + length)
    except (struct.error, ValueError) as error:
        raise DamagedSnapshot(f"these {len(body)} bytes are not the contents of a snapshot: {error}") from None
    if not isinstance(header, dict) or set(header) != {"model", "step", "tick", "tags"}:
        raise DamagedSnapshot("the snapshot has the header of another version")
    return header, numbers
