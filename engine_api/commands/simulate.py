"""`pde simulate`: a model run headless, as fast as it can, by the code that a worker runs."""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from connections.own.local import chosen
from engine_api.commands.fault_option import read_fault
from engine_api.commands.printed import PRINTERS, Format
from engine_api.commands.progress import Told, progress
from engine_api.commands.surroundings import load_settings
from plant import access
from plant.beginning import begin_with, told
from plant.errors import InvalidRequest, OutOfRange, PlantError, WrongType
from plant.faults import Fault
from plant.lifecycle import State
from plant.model import Model
from plant.simulation import LONGEST_STEP, SHORTEST_STEP, Simulation
from plant.tags import check_all

LONGEST = 366 * 86_400.0


@dataclass(frozen=True, slots=True)
class Setting:
    """One `--set TAG=VALUE[@SECONDS]`: the value takes effect at that simulated time."""

    tag: str
    value: float | str
    at: float


ModelId = Annotated[str, typer.Argument(metavar="MODEL", help="Id of a model, such as wood-berry, or a model file.")]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="TAG=VALUE[@SECONDS]", help="Put a value in effect, at the start or later; repeatable."
    ),
]
Until = Annotated[float, typer.Option(help="Simulated seconds to run.")]
Every = Annotated[float | None, typer.Option(help="Simulated seconds between two printed samples (default: each).")]
Begun = Annotated[str | None, typer.Option("--start", metavar="NAME", help="Start state (default: the model's first).")]
Seed = Annotated[int | None, typer.Option(help="Seed of all that is random.")]
Faults = Annotated[
    list[str] | None,
    typer.Option("--fault", metavar="TAG=KIND[:SIZE][@START[:END]]", help="A fault, in simulated seconds; repeatable."),
]
Printed = Annotated[Format, typer.Option("--format", help="csv, or json: one object a line.")]


def simulate(
    model: ModelId, until: Until, sets: Sets = None, every: Every = None, start: Begun = None, seed: Seed = None,
    faults: Faults = None, printed: Printed = Format.CSV,
) -> None:  # fmt: skip
    """Run MODEL for `--until` simulated seconds and print every tag."""
    try:
        declared = chosen(model, load_settings().models_folder)
        settings, step, stride, count = _checked(declared, sets or [], until, every)
        rows = _run(_begun(declared, step, start, seed, faults or []), settings, stride, count)
        if sys.stdout.isatty():
            PRINTERS[printed](declared, rows)
        else:
            with progress(f"{declared.id}, simulated seconds:") as told:
                PRINTERS[printed](declared, _watched(rows, until, told))
    except PlantError as error:
        for sentence in error.problems:
            typer.echo(f"pde simulate: {sentence}", err=True)
        raise typer.Exit(2) from None


def _watched(rows: Iterator[Simulation], until: float, told: Told) -> Iterator[Simulation]:
    for simulation in rows:
        yield simulation
        told(simulation.time, until)


def _begun(model: Model, step: float, start: str | None, seed: int | None, faults: list[str]) -> Simulation:
    """The simulation at its start; all problems at once."""
    errors: list[PlantError] = []
    asked = [words for text in faults if (words := told(errors, partial(read_fault, text))) is not None]
    begun = told(errors, lambda: begin_with(model, start, {}, seed, asked))
    check_all(errors)
    assert begun is not None  # noqa: S101 - there was no error
    return Simulation(model, step, begun.inputs, begun.start, [Fault.from_words(words) for words in begun.faults])


def _checked(model: Model, sets: list[str], until: float, every: float | None) -> tuple[list[Setting], float, int, int]:
    """The settings in order of time, the step in seconds, steps between two samples, samples; all problems at once."""
    errors: list[PlantError] = []
    settings: list[Setting] = []
    for text in sets:
        try:
            settings.append(_setting(model, text, until))
        except PlantError as error:
            errors.append(error)
    step = model.sample_time if every is None else _step(model, every, errors)
    if not (math.isfinite(until) and step <= until <= LONGEST):
        errors.append(OutOfRange(f"--until {until:g} s is outside {step:g}..{LONGEST:g}"))
    check_all(errors)
    stride = 1 if every is None else round(every / step)
    return sorted(settings, key=lambda s: s.at), step, stride, math.floor(until / (step * stride) + 1e-9)


def _step(model: Model, every: float, errors: list[PlantError]) -> float:
    """The longest step not above the model's sample time of which `every` is a whole multiple."""
    if not (math.isfinite(every) and SHORTEST_STEP <= every <= LONGEST):
        errors.append(OutOfRange(f"--every {every:g} s is outside {SHORTEST_STEP:g}..{LONGEST:g}"))
        return model.sample_time
    step = every / math.ceil(every / model.sample_time - 1e-9)
    return min(max(step, SHORTEST_STEP), LONGEST_STEP)


def _setting(model: Model, text: str, until: float) -> Setting:
    name, equals, rest = text.partition("=")
    value_text, _, at_text = rest.partition("@")
    if not equals or not name or not value_text:
        raise WrongType(f"--set {text[:80]}: write it as TAG=VALUE or TAG=VALUE@SECONDS")
    tag = model.tag(name)
    value = value_text if value_text in tag.states else _number(value_text, f"{model.id}.{name}")
    access.check_inputs(model, {name: value})
    at = _number(at_text, f"--set {text[:80]}: the time") if at_text else 0.0
    if not 0 <= at <= (until if math.isfinite(until) else LONGEST):
        raise OutOfRange(f"--set {text[:80]}: the time {at:g} s is outside 0..{until:g}")
    return Setting(name, value, at)


def _number(text: str, what: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise WrongType(f"{what} takes a number, not '{text[:40]}'") from None


def _run(simulation: Simulation, settings: list[Setting], stride: int, count: int) -> Iterator[Simulation]:
    """The simulation at the start and after every `stride` steps; each setting passes the gate when its time comes."""
    waiting = list(settings)
    _apply(simulation, waiting)
    yield simulation
    for _ in range(count):
        for _ in range(stride):
            simulation.advance()
            _apply(simulation, waiting)
        yield simulation


def _apply(simulation: Simulation, waiting: list[Setting]) -> None:
    due: dict[str, object] = {}
    while waiting and waiting[0].at <= simulation.time + 1e-9:
        setting = waiting.pop(0)
        due[setting.tag] = setting.value
    model, engineer = simulation.model, access.User.ENGINEER
    try:
        present = simulation.values.tolist()
        checked = access.check_writes(model.id, model, State.RUNNING, engineer, due, present)
    except InvalidRequest as error:
        raise InvalidRequest(tuple(_at(simulation, e) for e in error.errors)) from None
    except PlantError as error:
        raise _at(simulation, error) from None
    for name, value in checked.items():
        simulation.set(name, value)


def _at(simulation: Simulation, error: PlantError) -> PlantError:
    return type(error)(f"at {simulation.time:g} s: {error}")
