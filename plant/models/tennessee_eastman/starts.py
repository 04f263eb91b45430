"""The start states of the Tennessee Eastman process: the base case and Ricker's modes, in manual and in closed loop."""

from collections.abc import Mapping, Sequence

from plant.model import Start
from plant.models.tennessee_eastman import process
from plant.models.tennessee_eastman.operating_points import MODES
from plant.models.tennessee_eastman.protection import CLOSED_MODES, SETPOINTS
from plant.models.tennessee_eastman.tags import COMMANDS, NOMINAL_INPUTS, OUTPUTS
from plant.tags import Role, Tag

_PRODUCTS = {
    1: "G and H 50/50",
    2: "G and H 10/90",
    3: "G and H 90/10",
    4: "G and H 50/50, greatest rate",
    5: "G and H 10/90, greatest rate",
    6: "G and H 90/10, greatest rate",
}
_GAINS = {1: 1.0, 2: 0.5, 4: 1.0, 5: 0.5}
"""The modes that the base control holds, and the part of the gain of the reactor's temperature loop that it takes."""
_TEMPERATURE_GAIN = "reactor_temperature_gain"


def starts(own_tags: Sequence[Tag], temperature_gain: float) -> tuple[Start, ...]:
    """All start states; the first is the published base case."""
    manual = (_mode(number, states) for number, states in enumerate(MODES, 1))
    closed = (
        _closed(number, MODES[number - 1], own_tags, {_TEMPERATURE_GAIN: part * temperature_gain})
        for number, part in _GAINS.items()
    )
    return (
        Start("steady", "The published base case, all loops in manual: unstable, it drifts away within hours",
              holds=False),
        Start("closed-loop", "The published base case, all loops in auto and cascade",
              {**{f"{name}_setpoint": wanted for name, wanted in SETPOINTS.items()}, **CLOSED_MODES}, holds=False),
        *manual,
        *closed,
    )  # fmt: skip


def _mode(number: int, states: tuple[float, ...]) -> Start:
    fate = "unstable within hours" if number in _GAINS else "unstable over weeks"
    what = f"Ricker's optimal steady state of mode {number} ({_PRODUCTS[number]}), all loops in manual: {fate}"
    return Start(f"mode-{number}", what, _commands(states), states, holds=False)


def _closed(number: int, states: tuple[float, ...], own_tags: Sequence[Tag], gains: Mapping[str, float]) -> Start:
    measured = _measured(states, own_tags)
    setpoints = {f"{name}_setpoint": measured[name] for name in SETPOINTS}
    what = f"Ricker's optimal steady state of mode {number} ({_PRODUCTS[number]}), all loops in auto and cascade"
    inputs = {**_commands(states), **setpoints, **CLOSED_MODES, **gains}
    return Start(f"mode-{number}-closed-loop", what, inputs, states, holds=False)


def _commands(states: Sequence[float]) -> dict[str, float]:
    return {name: states[process.POSITION + place] for place, (name, _) in enumerate(COMMANDS)}


def _measured(states: Sequence[float], own_tags: Sequence[Tag]) -> dict[str, float]:
    """What the instruments read at these states."""
    y = [0.0] * OUTPUTS
    process.outputs([*states, *process.start_of_memory(), 0.0], list(NOMINAL_INPUTS), y)
    names = [tag.name for tag in own_tags if tag.role in (Role.OUTPUT, Role.STATE)]
    return dict(zip(names, y, strict=True))
