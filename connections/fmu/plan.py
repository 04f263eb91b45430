"""What the child process has to know of an FMU: plain data that travels as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

WHOLE = frozenset({"Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Integer", "Enumeration"})
FLOATING = frozenset({"Real", "Float32", "Float64"})
BOOLEAN = frozenset({"Boolean"})


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: its value reference and its type as FMI 3 names it."""

    reference: int
    type: str

    def typed(self, value: float) -> float | int | bool:
        """The value as FMPy takes it."""
        if self.type in FLOATING:
            return value
        return bool(value) if self.type in BOOLEAN else round(value)


@dataclass(frozen=True, slots=True)
class Plan:
    """An FMU: its kind (fmi2-cs, fmi2-me, fmi3-cs), what to load, set and get; `longest` is a part of a step in s."""

    kind: str
    guid: str
    identifier: str
    binary: str
    inputs: tuple[Variable, ...]
    outputs: tuple[Variable, ...]
    saves: bool
    states: int = 0
    indicators: int = 0
    longest: float = 0.01

    def words(self) -> dict[str, Any]:
        """As JSON data."""
        return asdict(self)

    @classmethod
    def from_words(cls, words: dict[str, Any]) -> "Plan":
        """Back from JSON data."""
        variables = {key: tuple(Variable(**each) for each in words[key]) for key in ("inputs", "outputs")}
        return cls(**{**words, **variables})
