"""What starts a simulation: the request, checked as a whole, and the record made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connections.arguments import check_speed
from connections.record import Record, now
from connections.settings import LifeSettings
from plant import access, catalog
from plant.beginning import begin_with, told
from plant.errors import OutOfRange, PlantError, WrongType
from plant.lifecycle import State
from plant.ownership import first_sharing
from plant.pace import AFTER_LOSS, AFTER_STALL, CATCH_UP, FASTEST
from plant.simulation import LONGEST_STEP, SHORTEST_STEP
from plant.tags import check_all

LONGEST_NAME = 200
HIGHEST_NUMBER = 2**53
SHORTEST_DURATION = 1.0


@dataclass(frozen=True, slots=True)
class Start:
    """A request to start: None means the default; `speed` infinite is as fast as possible; `wait` queues when full.

    `start` names a start state of the model, `faults` are words as `check_faults` takes them, `sharing` is one
    of `plant.ownership.Sharing`; `stall` is one of AFTER_STALL, `resume` one of AFTER_LOSS; `life` and `idle` are
    seconds of wall time.
    """

    model_id: str
    name: str | None = None
    duration: float | None = None
    speed: float = 1.0
    sample_time: float | None = None
    seed: int | None = None
    machine: str | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    wait: bool = False
    number: int = 0
    start: str | None = None
    faults: Sequence[Mapping[str, object]] = ()
    sharing: str | None = None
    stall: str = CATCH_UP
    resume: str = CATCH_UP
    life: float | None = None
    idle: float | None = None


def new_record(start: Start, life: LifeSettings, user: access.Who) -> Record:
    """The record of a checked request. Raises UnknownName, or InvalidRequest with all that is wrong with it."""
    model = catalog.offered(start.model_id)
    sample_time = model.sample_time if start.sample_time is None else start.sample_time
    duration = life.duration if start.duration is None else start.duration
    errors: list[PlantError] = []
    _check_range(errors, "duration", duration, SHORTEST_DURATION, life.longest * FASTEST, "s")
    _check_range(errors, "sample_time", sample_time, SHORTEST_STEP, LONGEST_STEP, "s")
    _check_range(errors, "number", start.number, 0, HIGHEST_NUMBER, "")
    for name, seconds in (("life", start.life), ("idle", start.idle)):
        if seconds is not None:
            _check_range(errors, name, seconds, SHORTEST_DURATION, life.longest, "s")
    for check in (
        lambda: check_speed(start.speed), lambda: _check_name(start.name),
        lambda: _check_word("stall", start.stall, AFTER_STALL), lambda: _check_word("resume", start.resume, AFTER_LOSS),
    ):  # fmt: skip
        told(errors, check)
    sharing = told(errors, lambda: first_sharing(user, start.sharing))
    conditions = told(errors, lambda: begin_with(model, start.start, start.inputs, start.seed, start.faults))
    check_all(errors)
    assert conditions is not None  # noqa: S101 - there was no error
    assert sharing is not None  # noqa: S101 - the same
    created = now()
    return Record(
        sim_id="", number=start.number, model_id=model.id, name=start.name or model.name, status=State.PENDING,
        version=1, epoch=0, attempts=0, speed=start.speed, sample_time=sample_time, duration=duration,
        seed=conditions.seed, created_at=created, updated_at=created, inputs=conditions.inputs, machine=start.machine,
        ends_at=created + timedelta(seconds=start.life or life.longest), start=conditions.start,
        planned=conditions.faults, faults=conditions.faults, owner=access.caller(user).name, sharing=sharing,
        stall=start.stall, resume=start.resume, idle=life.idle if start.idle is None else start.idle,
    )  # fmt: skip


def _check_range(errors: list[PlantError], name: str, value: float, low: float, high: float, unit: str) -> None:
    if not low <= value <= high:
        errors.append(OutOfRange(f"{name} = {value:g} {unit}".rstrip() + f" is outside {low:g}..{high:g}"))


def _check_word(name: str, word: str, words: Sequence[str]) -> None:
    if word not in words:
        raise WrongType(f"{name} takes {' or '.join(words)}, not '{word[:40]}'")


def _check_name(name: str | None) -> None:
    if name is not None and (not name.strip() or len(name) > LONGEST_NAME or not name.isprintable()):
        raise WrongType(f"name takes 1 to {LONGEST_NAME} printable characters")
