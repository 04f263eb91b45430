"""The equations of a file: a matrix of transfer functions, or a state space."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plant.blocks.state_space import StateSpace
from plant.blocks.transfer_function import Channel, Rational, TransferFunction, faults
from plant.errors import PlantError
from plant.own.node import Path, Problems
from plant.own.section import Section
from plant.tags import Role, Tag

Equations = TransferFunction | StateSpace
SOURCES = (Role.INPUT, Role.DISTURBANCE)
SHOWN = (Role.OUTPUT, Role.STATE)
MOST_CHANNELS, MOST_ORDER, MOST_STATES = 4000, 20, 200
SMALLEST = 1e-100
"""Of a coefficient beside the largest: its inverse, and products of that, are still numbers."""
_CHANNEL_KEYS = (
    "from",
    "to",
    "gain",
    "time_constants",
    "leads",
    "integrators",
    "numerator",
    "denominator",
    "dead_time",
)


@dataclass(frozen=True, slots=True)
class Surface:
    """The tags in the order of the equations: what moves them, parameters, what is measured."""

    sources: Sequence[Tag]
    parameters: Sequence[Tag]
    shown: Sequence[Tag]
    seconds_per_unit: float

    @classmethod
    def of(cls, tags: Sequence[Tag], seconds_per_unit: float) -> "Surface":
        """Sort the tags of a file."""
        return cls(
            [tag for tag in tags if tag.role in SOURCES], [tag for tag in tags if tag.role is Role.PARAMETER],
            [tag for tag in tags if tag.role in SHOWN], seconds_per_unit,
        )  # fmt: skip

    @property
    def tags(self) -> tuple[Tag, ...]:
        """All of them."""
        return (*self.sources, *self.parameters, *self.shown)


def transfer_functions(problems: Problems, document: Section, surface: Surface) -> TransferFunction | None:
    """The matrix; None when something is wrong with it."""
    channels = [_channel(problems, path, surface) for path in document.items("transfer_functions", MOST_CHANNELS, True)]
    good = [channel for channel in channels if channel is not None]
    reached = {channel.target for channel in good}
    if len(good) == len(channels):
        for number, tag in enumerate(surface.shown):
            if number not in reached:
                document.problem("transfer_functions", f"lead nowhere to '{tag.name}'")
    if problems.of((*document.path, "transfer_functions")):
        return None
    return TransferFunction(
        tuple(good), tuple(tag.nominal for tag in surface.sources),
        tuple((number, tag.nominal) for number, tag in enumerate(surface.shown)), surface.seconds_per_unit,
    )  # fmt: skip


def _channel(problems: Problems, path: Path, surface: Surface) -> Channel | Rational | None:
    part = Section(problems, path, _CHANNEL_KEYS)
    source = _place(part, "from", surface.sources, "an input or a disturbance")
    target = _place(part, "to", surface.shown, "an output or a state")
    numerator, denominator = _fraction(part)
    dead_time = _dead_time(part, surface)
    if problems.of(path):
        return None
    number = dead_time if isinstance(dead_time, float) else 0.0
    rational = Rational(target, source, numerator, denominator, number)
    for sentence in faults(rational):
        problems.add(path, f"can't be simulated: {sentence}")
    if len(np.trim_zeros(denominator, "f")) - 1 > MOST_ORDER:
        problems.add(path, f"is of an order above {MOST_ORDER}: write it as a state space")
    first_order = len(numerator) == 1 and len(denominator) == 2 and denominator[0] > 0 and denominator[1] == 1.0
    if isinstance(dead_time, float):
        return Channel(target, source, numerator[0], denominator[0], number) if first_order else rational
    if not first_order:
        part.problem("dead_time", "can be a parameter only for a gain with one positive time constant")
        return None
    place, tag = dead_time
    return Channel(
        target, source, numerator[0], denominator[0], 0.0, tag.high / surface.seconds_per_unit,
        len(surface.sources) + place,
    )  # fmt: skip


def _place(part: Section, key: str, tags: Sequence[Tag], what: str) -> int:
    name = part.text(key, longest=60)
    names = [tag.name for tag in tags]
    if name in names:
        return names.index(name)
    if isinstance(name, str):
        part.problem(key, f"= '{name}' is not the name of {what} (there is: {', '.join(names[:20]) or 'none'})")
    return -1


def _fraction(part: Section) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Numerator and denominator, whichever way they are written."""
    if part.has("numerator") or part.has("denominator"):
        for key in ("gain", "time_constants", "leads", "integrators"):
            if part.has(key):
                part.problem(key, "and numerator or denominator exclude each other")
        denominator = part.numbers("denominator", (1.0,), MOST_ORDER + 1, one_alone=True)
        _check_sizes(part, "denominator", denominator)
        return part.numbers("numerator", most=MOST_ORDER + 1, one_alone=True), denominator
    gain = part.number("gain")
    lags = part.numbers("time_constants", (), MOST_ORDER, one_alone=True)
    leads = part.numbers("leads", (), MOST_ORDER, one_alone=True)
    integrators = part.whole("integrators", 0, 0, 3)
    if part.problems.of(part.path):
        return (), ()
    top, bottom = np.array([gain]), np.array([1.0] + [0.0] * integrators)
    for lead in leads:
        top = np.polymul(top, [lead, 1.0])
    for lag in lags:
        bottom = np.polymul(bottom, [lag, 1.0])
    _check_sizes(part, "time_constants", bottom.tolist())
    return tuple(map(float, top)), tuple(map(float, bottom))


def _check_sizes(part: Section, key: str, numbers: Sequence[float]) -> None:
    largest = max(map(abs, numbers), default=0.0)
    for number in numbers:
        if 0 < abs(number) < SMALLEST * largest:
            part.problem(
                key, f"lead to {number:g} beside {largest:g}, too small to compute with: leave out what is so small"
            )


def _dead_time(part: Section, surface: Surface) -> float | tuple[int, Tag]:
    """A number, or the place of the parameter that holds it."""
    names = [tag.name for tag in surface.parameters]
    value = part.value("dead_time")
    if not isinstance(value, str):
        return float(part.number("dead_time", 0.0))
    if value not in names:
        part.problem("dead_time", f"= '{value[:60]}' is neither a number nor the name of a parameter")
        return 0.0
    tag = surface.parameters[names.index(value)]
    if tag.symbol != "s" or tag.low < 0:
        part.problem("dead_time", f"= '{value}' must be a parameter in s with a range from 0 on")
    return names.index(value), tag


def state_space(problems: Problems, document: Section, surface: Surface) -> StateSpace | None:
    """The state space; None when something is wrong with it."""
    path = (*document.path, "state_space")
    part = Section(problems, path, ("a", "b", "c", "d", "dead_times", "sample_time"))
    matrices = {key: part.matrix(key, most=MOST_STATES) for key in "abc"}
    matrices["d"] = part.matrix("d", [], MOST_STATES)
    dead_times, sample_time = _dead_times(part, surface), part.number("sample_time", None)
    _check_shapes(part, matrices, len(surface.sources), len(surface.shown))
    if surface.parameters:
        problems.add(("tags",), f"hold the parameter '{surface.parameters[0].name}', which a state space can't use")
    if problems.of(path):
        return None
    nominal_in, nominal_out = (tuple(tag.nominal for tag in tags) for tags in (surface.sources, surface.shown))
    d = matrices["d"] or [[0.0] * len(nominal_in)] * len(nominal_out)
    a, b, c = (np.array(matrices[key]) for key in "abc")
    try:
        return StateSpace(a, b, c, np.array(d), nominal_in, nominal_out, dead_times, sample_time)
    except PlantError as error:
        for sentence in error.problems:
            problems.add(path, f"can't be simulated: {sentence}")
        return None


def _check_shapes(part: Section, matrices: dict[str, list[list[float]]], inputs: int, outputs: int) -> None:
    states = len(matrices["a"])
    for key, rows, columns, what in (
        ("a", states, states, "as many columns as rows"),
        ("b", states, inputs, "a row for each state and a column for each input and disturbance"),
        ("c", outputs, states, "a row for each output and a column for each state"),
        ("d", outputs, inputs, "a row for each output and a column for each input and disturbance"),
    ):
        given = matrices[key]
        if (not given and key == "d") or part.problems.of((*part.path, key)):
            continue
        if len(given) != rows or any(len(row) != columns for row in given):
            shape = f"{len(given)} x {len(given[0]) if given else 0}"
            part.problem(key, f"takes {what} ({rows} x {columns}), not {shape}")


def _dead_times(part: Section, surface: Surface) -> tuple[float, ...]:
    names = [tag.name for tag in surface.sources]
    dead_times = [0.0] * len(names)
    for name in part.values("dead_times"):
        if name not in names:
            part.problem("dead_times", f"name '{name[:60]}', which is neither an input nor a disturbance")
            continue
        inner = Section(part.problems, (*part.path, "dead_times"), names)
        dead_times[names.index(name)] = inner.number(name, 0.0, 0.0)
    return tuple(dead_times)


def direct(equations: Equations) -> set[tuple[int, int]]:
    """The pairs (source, target) of which the target answers at once."""
    if isinstance(equations, StateSpace):
        at_once = [source for source, dead_time in enumerate(equations.dead_times) if dead_time == 0]
        return {(s, t) for s in at_once for t in range(len(equations.d)) if equations.d[t, s] != 0}
    return {
        (c.source, c.target)
        for c in equations.channels
        if c.dead_time == 0 and len(np.trim_zeros(c.numerator, "f")) == len(np.trim_zeros(c.denominator, "f"))
    }
