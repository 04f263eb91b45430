"""Base-layer PID loops that a model ships with: their declaration, their tags and their arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant.tags import Role, Tag

MODES = ("manual", "auto")
MANUAL, AUTO = range(len(MODES))
STATES_PER_LOOP = 3
_INTEGRAL, _LAST_MEASUREMENT, _LAST_MODE = range(STATES_PER_LOOP)


@dataclass(frozen=True, slots=True)
class Loop:
    """One controller, named after the tag it controls; it moves the tag `manipulated`.

    `gain` is in units of the manipulated tag per unit of the controlled one (its sign included),
    `integral_time` and `derivative_time` are in seconds; `source` says where the tuning was published.
    """

    controlled: str
    manipulated: str
    gain: float
    integral_time: float
    source: str
    derivative_time: float = 0.0

    @property
    def setpoint_name(self) -> str:
        """The tag that holds the wanted value."""
        return f"{self.controlled}_setpoint"

    @property
    def mode_name(self) -> str:
        """The tag that switches between manual and auto."""
        return f"{self.controlled}_mode"

    def tags(self, controlled: Tag) -> tuple[Tag, ...]:
        """The five tags of this loop, in the order that `control` reads them."""
        name, label = self.controlled, controlled.label.replace("I_", "IC_", 1)
        steepest = 20 * abs(self.gain)
        return (
            Tag(self.setpoint_name, Role.INPUT, controlled.symbol, controlled.low, controlled.high, controlled.nominal,
                f"Setpoint of the loop {name} by {self.manipulated}", f"{label} SP", controlled.digits),
            Tag(self.mode_name, Role.INPUT, "", 0, len(MODES) - 1, MANUAL,
                f"Mode of the loop {name} by {self.manipulated}", f"{label} MODE", 0, states=MODES),
            Tag(f"{name}_gain", Role.PARAMETER, "", -steepest, steepest, self.gain,
                f"Gain of the loop {name}: {self.manipulated} per unit of {name}", f"{label} KC", 4),
            Tag(f"{name}_integral_time", Role.PARAMETER, "s", 0.001 * self.integral_time, 1000 * self.integral_time,
                self.integral_time, f"Integral time of the loop {name}", f"{label} TI", 1),
            Tag(f"{name}_derivative_time", Role.PARAMETER, "s", 0, 10 * self.integral_time,
                self.derivative_time, f"Derivative time of the loop {name} (on the measurement)", f"{label} TD", 1),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where a loop finds its values in the vector of all tags, and the range of its output."""

    measurement: int
    output: int
    setpoint: int
    low: float
    high: float

    @property
    def setting(self) -> slice:
        """Setpoint, mode, gain, integral time and derivative time lie side by side."""
        return slice(self.setpoint, self.setpoint + 5)


def wire(loop: Loop, tags: Sequence[Tag]) -> Wiring:
    """Find the loop's tags among all tags of its model."""
    at = {tag.name: index for index, tag in enumerate(tags)}
    output = tags[at[loop.manipulated]]
    return Wiring(at[loop.controlled], at[loop.manipulated], at[loop.setpoint_name], output.low, output.high)


def control(wiring: Wiring, values: NDArray[np.float64], state: NDArray[np.float64], step: float) -> None:
    """One execution of a loop: a positional PI(D), derivative on measurement, held inside the output's range.

    The first execution in auto goes on from the output as it stands, so that the change is bumpless; in auto the
    integral stops while it would push further outside the range. `values` (all tags) and `state` (three floats, all
    zero at the start) are changed in place; `step` is in seconds.
    """
    setpoint, mode, gain, integral_time, derivative_time = values[wiring.setting].tolist()
    measurement = values.item(wiring.measurement)
    if mode == AUTO:
        integral, last, last_mode = state.tolist()
        push = gain * (setpoint - measurement)
        if last_mode == MANUAL:
            integral, last = values.item(wiring.output) - push, measurement
        moved = integral + push * step / integral_time
        wanted = push + moved - gain * derivative_time * (measurement - last) / step
        held = min(max(wanted, wiring.low), wiring.high)
        values[wiring.output] = held
        state[_INTEGRAL] = moved if (wanted - held) * push <= 0 else integral
    state[_LAST_MEASUREMENT], state[_LAST_MODE] = measurement, mode
