"""A tag: one named variable of a model, declared in one line that a process engineer can check aloud."""

import math
from dataclasses import dataclass
from enum import StrEnum
from numbers import Real

from plant.errors import InvalidRequest, NotFinite, OutOfRange, PlantError, WrongType
from plant.units import Unit, unit


class Role(StrEnum):
    """Who moves the tag: an operator, an engineer, or only the model."""

    INPUT = "input"
    DISTURBANCE = "disturbance"
    PARAMETER = "parameter"
    OUTPUT = "output"
    STATE = "state"


WRITABLE_ROLES = frozenset({Role.INPUT, Role.DISTURBANCE, Role.PARAMETER})


@dataclass(frozen=True, slots=True)
class Limits:
    """The alarm limits of a tag in its unit; None where there is no such limit.

    `hysteresis` (in the unit; None: half a percent of the range) is how far back a value must be to end its alarm;
    the delays are simulated seconds for which a limit must be exceeded, or kept again, without a break.
    """

    high_high: float | None = None
    high: float | None = None
    low: float | None = None
    low_low: float | None = None
    hysteresis: float | None = None
    on_delay: float | None = None
    off_delay: float | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Tag:
    """One variable: snake case name, role, unit symbol, range `low..high`, nominal value and a sentence.

    `states` makes the tag discrete: its value is an index into these texts (a loop's mode, a switch).
    `label` is the instrument's mark on drawings after ISA-5.1; `digits` the decimals worth showing. `noise` is the
    standard deviation of the measurement and `resolution` its smallest step, both in effect only on demand. `sampling`
    is the time in seconds for which an analyser holds its reading: it draws its noise once for each.
    """

    name: str
    role: Role
    symbol: str
    low: float
    high: float
    nominal: float
    description: str
    label: str = ""
    digits: int = 3
    limits: Limits = NO_LIMITS
    states: tuple[str, ...] = ()
    noise: float = 0.0
    resolution: float = 0.0
    sampling: float = 0.0

    @property
    def unit(self) -> Unit:
        """The engineering unit."""
        return unit(self.symbol)

    @property
    def writable(self) -> bool:
        """Whether any role at all may write this tag."""
        return self.role in WRITABLE_ROLES

    def check(self, value: object, owner: str = "") -> float:
        """Answer `value` as the float to apply.

        Takes real numbers, numpy's included (bool is refused; a discrete tag also takes one of its texts).
        Raises WrongType, NotFinite or OutOfRange with the tag's full name, the value, the unit and the limits.
        """
        name = f"{owner}.{self.name}" if owner else self.name
        number = self._number(value, name)
        if not math.isfinite(number):
            raise NotFinite(f"{name} = {number} is not a finite number")
        if not self.low <= number <= self.high:
            shown = f"{number:.15g} {self.symbol}".rstrip()
            raise OutOfRange(f"{name} = {shown} is outside {self.low:g}..{self.high:g}")
        return number

    def _number(self, value: object, name: str) -> float:
        if self.states and isinstance(value, str):
            if value not in self.states:
                raise WrongType(f"{name} = '{value[:40]}' is none of {', '.join(self.states)}")
            return float(self.states.index(value))
        if isinstance(value, bool) or not isinstance(value, Real):
            raise WrongType(f"{name} takes a number, not {_kind(value)}")
        try:
            number = float(value)
        except OverflowError:
            raise OutOfRange(f"{name}: the number is far outside {self.low:g}..{self.high:g}") from None
        if self.states and math.isfinite(number) and not number.is_integer():
            raise WrongType(f"{name} = {number:.15g} is not a whole number ({', '.join(self.states)})")
        return number


_KINDS: dict[type, str] = {
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    type(None): "nothing",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def check_all(errors: list[PlantError]) -> None:
    """Raise what was collected: nothing, the single error itself, or all of them as one InvalidRequest."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InvalidRequest(tuple(errors))
