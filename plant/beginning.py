"""What a simulation begins with: start state, tag values, seed and planned faults, checked together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from plant.access import check_inputs
from plant.errors import InvalidValue, OutOfRange, PlantError
from plant.faults_check import check_faults
from plant.model import NOISE_SEED, Model
from plant.tags import check_all

T = TypeVar("T")
HIGHEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Beginning:
    """Checked: `inputs` hold the seed too where the model has one; `faults` are words with their numbers and starts."""

    start: str
    inputs: dict[str, float]
    seed: int
    faults: list[dict[str, Any]]


def begin_with(
    model: Model, start: str | None, inputs: Mapping[str, object], seed: int | None,
    faults: Sequence[Mapping[str, object]] = (),
) -> Beginning:  # fmt: skip
    """Check it all; None is the default start state, and the seed that start and inputs lead to.

    Raises UnknownName, InvalidValue or what `check_inputs` and `check_faults` raise; several of them at once.
    """
    errors: list[PlantError] = []
    state = told(errors, lambda: model.start(start or ""))
    checked = told(errors, lambda: check_inputs(model, inputs)) or {}
    told(errors, lambda: _check_seed(model, seed, checked))
    planned = told(errors, lambda: check_faults(model, faults)) or []
    check_all(errors)
    assert state is not None  # noqa: S101 - there was no error
    name = NOISE_SEED.name
    if name not in model.places:
        return Beginning(state.name, checked, 0, _words(planned))
    if seed is not None:
        checked[name] = float(seed)
    present = checked.get(name, state.inputs.get(name, model.tag(name).nominal))
    return Beginning(state.name, checked, int(present), _words(planned))


def told(errors: list[PlantError], work: Callable[[], T]) -> T | None:
    """What `work` answers; None when it raised a PlantError, which is then among the errors."""
    try:
        return work()
    except PlantError as error:
        errors.append(error)
        return None


def _check_seed(model: Model, seed: int | None, inputs: Mapping[str, float]) -> None:
    if seed is None:
        return
    if not 0 <= seed <= HIGHEST_SEED:
        raise OutOfRange(f"seed = {seed} is outside 0..{HIGHEST_SEED}")
    if NOISE_SEED.name not in model.places:
        raise InvalidValue(f"nothing of {model.id} is random: it takes no seed")
    if inputs.get(NOISE_SEED.name, seed) != seed:
        raise InvalidValue(f"seed = {seed}, but {NOISE_SEED.name} = {inputs[NOISE_SEED.name]:g} among the inputs")


def _words(faults: Sequence[Any]) -> list[dict[str, Any]]:
    return [fault.begun(0.0, fault.number).words() for fault in faults]
