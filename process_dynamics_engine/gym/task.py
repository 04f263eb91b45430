"""What an agent is to do with a model: what it moves, what it sees, what is good. Checked once."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant import catalog
from plant.access import check_inputs
from plant.errors import InvalidValue, OutOfRange
from plant.interlocks import RESET
from plant.model import NOISE_LEVEL, NOISE_SEED, Model
from plant.simulation import LONGEST_STEP, SHORTEST_STEP, Simulation
from plant.tags import Role, Tag
from process_dynamics_engine.gym.setups import Economy, Setup, setup_for

Array = NDArray[np.float64]
Range = tuple[float, float]
Reward = str | Callable[[Mapping[str, float]], float] | None
Setting = float | int | str
AUTO = 1.0
SEEDS = 2**31 - 1


@dataclass(frozen=True)
class Task:
    """Checked. Places are those of tags in `model.tags`; ranges are (low, high) rows."""

    model: Model
    start: str
    inputs: Mapping[str, float]
    step: float
    steps_per_action: int
    actions: int
    moved: NDArray[np.intp]
    seen: NDArray[np.intp]
    tracked: NDArray[np.intp]
    setpoints: tuple[Range, ...]
    disturbances: Mapping[str, Range]
    redraw: int
    reward: Reward
    economy: Economy | None
    trip_penalty: float

    @property
    def trips(self) -> NDArray[np.intp]:
        """The flags that end an episode: interlocks that hold until somebody resets them."""
        return np.array(
            [self.model.index(lock.name) for lock in self.model.interlocks if lock.release is None], np.intp
        )

    def limits(self, places: NDArray[np.intp]) -> tuple[Array, Array]:
        """Lowest and highest values of tags."""
        tags = [self.model.tags[place] for place in places]
        return np.array([tag.low for tag in tags]), np.array([tag.high for tag in tags])

    def names(self, places: NDArray[np.intp]) -> list[str]:
        """The names of tags."""
        return [self.model.tags[place].name for place in places]


def task(
    model: str | Model, *, start: str | None = None, inputs: Mapping[str, Setting] | None = None,
    actions: Sequence[str] | None = None, observations: Sequence[str] | None = None,
    setpoints: Mapping[str, float | Range] | None = None, reward: Reward = None,
    disturbances: float | Mapping[str, Range] | None = None, redraw: float | None = None, noise: float = 0.0,
    interval: float | None = None, duration: float | None = None, sample_time: float | None = None,
    trip_penalty: float = 1.0,
) -> Task:  # fmt: skip
    """Check a task and fill in what is not given.

    Args:
        model: id of a model, or a `plant.model.Model`.
        start: start state.
        inputs: tag values in effect from the start.
        actions: writable tags that the agent moves; else inputs that no loop holds, and setpoints of loops in auto.
        observations: tags that it sees; all outputs by default. Setpoints are seen in any case.
        setpoints: wanted values by tag, a pair is drawn anew for each episode; else controlled tags where they start.
        reward: `tracking`, `economic`, or a function of all values by tag; tracking if there is something to track.
        disturbances: ranges by tag, drawn for each episode; a number is a share of the range of every disturbance.
        redraw: simulated seconds after which disturbances are drawn anew.
        noise: measurement noise in multiples of each instrument's own.
        interval: simulated seconds between two actions.
        duration: simulated seconds of an episode.
        sample_time: simulated seconds of a step of the model.
        trip_penalty: what a trip or a failure costs for each action that would have been left.

    Raises UnknownName, InvalidValue, OutOfRange, WrongType, NotWritable in the words of the engine.
    """
    chosen = catalog.offered(model) if isinstance(model, str) else model
    usual = setup_for(chosen)
    begin = chosen.start(usual.start if start is None else start)
    fixed = check_inputs(chosen, inputs or {}) | _noise(chosen, noise)
    step = _between("sample_time", sample_time or chosen.sample_time, SHORTEST_STEP, LONGEST_STEP)
    per_action = _whole("interval", usual.interval if interval is None else interval, step)
    present = Simulation(chosen, step, dict(fixed), begin.name)
    moved = _moved(chosen, actions, present)
    wanted = _setpoints(chosen, setpoints, present)
    kind = _reward(chosen, reward, usual, bool(wanted))
    return Task(
        model=chosen, start=begin.name, inputs=fixed, step=step, steps_per_action=per_action,
        actions=_whole("duration", usual.duration if duration is None else duration, per_action * step),
        moved=moved, seen=_seen(chosen, observations), tracked=_places(chosen, wanted),
        setpoints=tuple(wanted.values()), disturbances=_disturbances(chosen, disturbances, moved, present),
        redraw=0 if redraw is None else _whole("redraw", redraw, per_action * step), reward=kind,
        economy=usual.economy if kind == "economic" else None, trip_penalty=trip_penalty,
    )  # fmt: skip


def _places(model: Model, names: Mapping[str, Any] | Sequence[str]) -> NDArray[np.intp]:
    return np.array([model.index(name) for name in names], np.intp)


def _between(name: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise OutOfRange(f"{name} = {value:g} s is outside {low:g}..{high:g}")
    return value


def _whole(name: str, seconds: float, part: float) -> int:
    """How many parts these seconds are, one at least."""
    if not (math.isfinite(seconds) and seconds > 0):
        raise OutOfRange(f"{name} = {seconds:g} s is no length of time")
    return max(1, round(seconds / part))


def _noise(model: Model, noise: float) -> dict[str, float]:
    if not noise:
        return {}
    if NOISE_LEVEL.name not in model.places:
        raise InvalidValue(f"{model.id} has no noise")
    return {NOISE_LEVEL.name: NOISE_LEVEL.check(noise, model.id)}


def _moved(model: Model, names: Sequence[str] | None, present: Simulation) -> NDArray[np.intp]:
    """The given tags if the agent may move them, or those that wait to be moved."""
    free = [tag.name for tag in model.tags if _is_free(model, tag, present)]
    if names is None and not free:
        raise InvalidValue(f"{model.id} has no input that is free from this start: name some in 'actions'")
    places = _places(model, free if names is None else names)
    check_inputs(model, {model.tags[place].name: model.tags[place].nominal for place in places})
    for place in places:
        loop = model.loop_driving(model.tags[place].name)
        if loop is not None and present.values[model.index(loop.mode_name)] >= AUTO:
            raise InvalidValue(
                f"{model.id}.{loop.manipulated} is moved by the loop of {loop.controlled} from this start"
            )
    return places


def _is_free(model: Model, tag: Tag, present: Simulation) -> bool:
    if tag.role is not Role.INPUT or tag.states or tag.name == RESET:
        return False
    setpoint_of = next((loop for loop in model.loops if loop.setpoint_name == tag.name), None)
    if setpoint_of is not None and present.values[model.index(setpoint_of.mode_name)] != AUTO:
        return False
    driving = model.loop_driving(tag.name)
    return driving is None or bool(present.values[model.index(driving.mode_name)] < AUTO)


def _seen(model: Model, names: Sequence[str] | None) -> NDArray[np.intp]:
    if names is not None:
        return _places(model, names)
    flags = {lock.name for lock in model.interlocks}
    return _places(model, [tag.name for tag in model.tags if tag.role is Role.OUTPUT and tag.name not in flags])


def _setpoints(model: Model, given: Mapping[str, float | Range] | None, present: Simulation) -> dict[str, Range]:
    if given is not None:
        return {name: _range(model.tag(name), wanted) for name, wanted in given.items()}
    inner = {loop.manipulated for loop in model.loops}
    outer = [loop for loop in model.loops if loop.setpoint_name not in inner]
    return {loop.controlled: _held(float(present.values[model.index(_aim(model, loop, present))])) for loop in outer}


def _aim(model: Model, loop: Any, present: Simulation) -> str:
    """Where the wanted value of a loop stands: its setpoint in auto, its measurement in manual."""
    in_auto = present.values[model.index(loop.mode_name)] >= AUTO
    return str(loop.setpoint_name if in_auto else loop.controlled)


def _held(value: float) -> Range:
    return value, value


def _range(tag: Tag, wanted: float | Range) -> Range:
    """A value or a range, each inside the tag's."""
    low, high = wanted if isinstance(wanted, tuple | list) else (wanted, wanted)
    if tag.check(low) > tag.check(high):
        raise InvalidValue(f"{tag.name}: {low:g}..{high:g} is no range")
    return float(low), float(high)


def _disturbances(
    model: Model, given: float | Mapping[str, Range] | None, moved: NDArray[np.intp], present: Simulation
) -> dict[str, Range]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        check_inputs(model, {name: model.tag(name).nominal for name in given})
        both = [name for name in given if model.index(name) in moved]
        if both:
            raise InvalidValue(f"{', '.join(both)} can't be an action and a disturbance")
        return {name: _range(model.tag(name), wanted) for name, wanted in given.items()}
    if not 0 < given <= 1:
        raise OutOfRange(f"disturbances = {given:g} is outside 0..1: it is a share of each range")
    found = [tag for tag in model.tags if tag.role is Role.DISTURBANCE and not tag.states]
    if not found:
        raise InvalidValue(f"{model.id} has no disturbances: name tags and ranges")
    return {tag.name: _around(tag, float(present.values[model.index(tag.name)]), given) for tag in found}


def _around(tag: Tag, value: float, share: float) -> Range:
    reach = share * (tag.high - tag.low) / 2
    return max(tag.low, value - reach), min(tag.high, value + reach)


def _reward(model: Model, reward: Reward, usual: Setup, tracks: bool) -> Reward:
    if reward is None:
        reward = "tracking" if tracks else "economic"
    if callable(reward):
        return reward
    if reward not in {"tracking", "economic"}:
        raise InvalidValue(f"reward = '{reward}' is neither tracking nor economic, nor a function")
    if reward == "tracking" and not tracks:
        raise InvalidValue(f"{model.id} has no loops: name tags and values in 'setpoints'")
    if reward == "economic" and usual.economy is None:
        raise InvalidValue(f"{model.id} has no tag that says what its operation is worth: give a function")
    return reward


def seed_of(generator: np.random.Generator, model: Model) -> dict[str, float]:
    """A seed of all that is random in the model, where anything is."""
    drawn = float(generator.integers(SEEDS))
    return {NOISE_SEED.name: drawn} if NOISE_SEED.name in model.places else {}
