"""Base-layer PID loops that a model ships with: their declaration, their tags and their wiring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from plant.tags import Role, Tag

MODES = ("manual", "auto", "cascade")


class Form(IntEnum):
    """How a loop computes its output: from the error and its integral, or by increments."""

    POSITIONAL = 0
    VELOCITY = 1


@dataclass(frozen=True, slots=True)
class Loop:
    """One controller, named after the tag it controls; it moves the tag `manipulated`.

    `gain` is in units of the manipulated tag per unit of the controlled one (its sign included),
    `integral_time` and `derivative_time` are in seconds (an integral time of 0: no integral action); `source` says
    where the tuning was published. `manipulated` may be the setpoint of another loop, which then can be in cascade.
    `period` is the time between two executions in seconds (0: every step); with `tracks` the setpoint follows the
    measurement in manual. `label` overrides the mark that follows from the controlled tag's.
    """

    controlled: str
    manipulated: str
    gain: float
    integral_time: float
    source: str
    derivative_time: float = 0.0
    form: Form = Form.POSITIONAL
    period: float = 0.0
    tracks: bool = False
    label: str = ""

    @property
    def setpoint_name(self) -> str:
        """The tag that holds the wanted value."""
        return f"{self.controlled}_setpoint"

    @property
    def mode_name(self) -> str:
        """The tag that switches between manual, auto and, behind another loop, cascade."""
        return f"{self.controlled}_mode"

    def tags(self, controlled: Tag, cascaded: bool = False) -> tuple[Tag, ...]:
        """The five tags of this loop, in the order that `control` reads them."""
        name, label = self.controlled, self.label or controlled.label.replace("I_", "IC_", 1)
        steepest = 20 * abs(self.gain)
        modes = MODES if cascaded else MODES[:2]
        longest = 1000 * self.integral_time if self.integral_time else 1e6
        derivative = 10 * (self.integral_time or self.period or 60.0)
        return (
            Tag(self.setpoint_name, Role.INPUT, controlled.symbol, controlled.low, controlled.high, controlled.nominal,
                f"Setpoint of the loop {name} by {self.manipulated}", f"{label} SP", controlled.digits),
            Tag(self.mode_name, Role.INPUT, "", 0, len(modes) - 1, 0,
                f"Mode of the loop {name} by {self.manipulated}", f"{label} MODE", 0, states=modes),
            Tag(f"{name}_gain", Role.PARAMETER, "", -steepest, steepest, self.gain,
                f"Gain of the loop {name}: {self.manipulated} per unit of {name}", f"{label} KC", 4),
            Tag(f"{name}_integral_time", Role.PARAMETER, "s", 0.001 * self.integral_time, longest,
                self.integral_time, f"Integral time of the loop {name}", f"{label} TI", 1),
            Tag(f"{name}_derivative_time", Role.PARAMETER, "s", 0, derivative,
                self.derivative_time, f"Derivative time of the loop {name} (on the measurement)", f"{label} TD", 1),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wired:
    """All loops of a model as the arrays that `control` reads."""

    whole: NDArray[np.int64]
    numbers: NDArray[np.float64]


def wire(loops: Sequence[Loop], tags: Sequence[Tag], at: Mapping[str, int]) -> Wired:
    """Find the loops' tags among all tags of their model."""
    whole: list[int] = []
    numbers: list[float] = []
    setpoints = {loop.setpoint_name: loop for loop in loops}
    for loop in loops:
        inner = setpoints.get(loop.manipulated)
        output = tags[at[loop.manipulated]]
        whole += [
            at[loop.controlled], at[loop.manipulated], at[loop.setpoint_name], loop.form,
            at[inner.mode_name] if inner else -1, loop.tracks,
        ]  # fmt: skip
        numbers += [output.low, output.high, loop.period]
    return Wired(np.array(whole, np.int64), np.array(numbers, np.float64))
