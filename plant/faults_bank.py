"""The faults of one simulation: their arrays for `cycle`, their memory, and the status codes of the readings."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant.dynamics import Vector
from plant.faults import Fault, Kind
from plant.faults_acting import HELD, LATCHED, NUMBERS_PER_FAULT, SHOWN, SHOWS, STUCK, TAG
from plant.model import Model
from plant.quality import Quality
from plant.tags import Role

_MEMORY = slice(LATCHED, SHOWN + 1)
_KINDS = tuple(Kind)


class FaultBank:
    """Faults; `numbers` is what `plant/faults_acting.py` reads, a new array whenever a fault comes or goes."""

    def __init__(self, model: Model, faults: Sequence[Fault] = ()) -> None:
        self._model = model
        self.faults: tuple[Fault, ...] = ()
        self.numbers: Vector = np.zeros(0)
        for fault in faults:
            self.add(fault)

    def __bool__(self) -> bool:
        return bool(self.faults)

    def add(self, fault: Fault) -> None:
        """One more, whose start is known."""
        self.faults += (fault,)
        self.numbers = np.concatenate([self.numbers, np.array(self._numbers(fault), np.float64)])

    def remove(self, gone: Sequence[Fault], values: Vector) -> None:
        """Forget these; a tag that one of them has moved gets its own value back."""
        kept = [place for place, fault in enumerate(self.faults) if fault not in gone]
        for place in range(len(self.faults)):
            if place not in kept:
                self._give_back(place, values)
        self.faults = tuple(self.faults[place] for place in kept)
        self.numbers = self.numbers.reshape(-1, NUMBERS_PER_FAULT)[kept].reshape(-1)

    def _give_back(self, place: int, values: Vector) -> None:
        numbers = self.numbers[place * NUMBERS_PER_FAULT :]
        tag = int(numbers[TAG])
        if numbers[SHOWS] and numbers[LATCHED] and values[tag] == numbers[SHOWN]:
            values[tag] = numbers[HELD]

    def status(self, time: float) -> NDArray[np.uint32] | None:
        """The status code of every tag at this simulated time; None when all are Good."""
        wrong = [f for f in self.faults if f.quality is not Quality.GOOD and f.stage(time) == "active"]
        if not wrong:
            return None
        status = np.zeros(len(self._model.tags), np.uint32)
        for fault in wrong:  # the greater code is the worse one
            place = self._model.index(fault.tag)
            status[place] = max(int(status[place]), fault.quality)
        return status

    def dump(self) -> list[dict[str, Any]]:
        """Everything as JSON data."""
        memory = self.numbers.reshape(-1, NUMBERS_PER_FAULT)[:, _MEMORY].tolist()
        return [{**f.words(), "memory": held} for f, held in zip(self.faults, memory, strict=True)]

    @classmethod
    def load(cls, model: Model, content: Sequence[dict[str, Any]]) -> "FaultBank":
        """What `dump` gave. Raises KeyError, TypeError, ValueError or UnknownName for anything else."""
        words = [{name: value for name, value in one.items() if name != "memory"} for one in content]
        bank = cls(model, [Fault.from_words(one) for one in words])
        bank.numbers.reshape(-1, NUMBERS_PER_FAULT)[:, _MEMORY] = [one["memory"] for one in content] or 0.0
        return bank

    def _numbers(self, fault: Fault) -> list[float]:
        place = self._model.index(fault.tag)
        kind, tag = _KINDS.index(fault.kind), self._model.tags[place]
        entry = self._model.input_indices.tolist().index(place) if kind >= STUCK else -1
        return [
            kind, place, entry, tag.role is Role.DISTURBANCE, fault.number, fault.size, fault.start or 0.0,
            fault.ramp, fault.end, fault.interval, tag.low, tag.high, 0.0, 0.0, 0.0,
        ]  # fmt: skip
