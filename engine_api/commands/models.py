"""`pde models`: the models at hand, and the way to one's own: a template, a check that tells every problem."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connections.own.local import Found, look, read_file, read_python, register_local
from engine_api.commands.compile import compile_models
from engine_api.commands.surroundings import load_settings
from engine_api.model_templates import TEMPLATES
from plant import catalog
from plant.errors import PlantError
from plant.export.markdown import page
from plant.model import Model
from plant.own.rules import ID
from plant.own.section import LONGEST_NAME
from plant.own.standard import Result, examine
from plant.own.trial import complaints

models = typer.Typer(help="The models at hand, and one's own.", no_args_is_help=True)


class Kind(StrEnum):
    """What a new model begins as."""

    TRANSFER_FUNCTION = "transfer-function"
    STATE_SPACE = "state-space"
    PYTHON = "python"


@models.command("compile")
def compile_() -> None:
    """Compile the built-in models for this machine; `pde up` and workers do it where it was not done."""
    compile_models()


@models.command("list")
def list_models() -> None:
    """All models: the library, those of installed packages and of the models folder."""
    register_local(load_settings().models_folder)
    table = Table("Id", "Kind", "Name", "Tags")
    for model in catalog.MODELS.values():
        table.add_row(model.id, model.kind, escape(model.name), str(len(model.tags)))
    Console().print(table)


@models.command()
def show(model: Annotated[str, typer.Argument(metavar="MODEL", help="Id of a model, or a file.")]) -> None:
    """The page of a model as Markdown."""
    file = Path(model)
    try:
        if file.suffix and file.is_file():
            found = _read(file)
        else:
            register_local(load_settings().models_folder)
            found = [catalog.find(model)]
        for each in found:
            typer.echo(page(each))
    except (PlantError, OSError) as error:
        _fail([str(error)])


@models.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="YAML, JSON, FMU or Python file (default: all at hand).")] = None,
) -> None:
    """Put a model file, or all own models at hand, through the standard checks; code 1 if any fails.

    What can't be read is told with every problem and its place.
    """
    found = list(look(load_settings().models_folder)) if file is None else [_found(file)]
    unread = [problem if file else f"{each.place}: {problem}" for each in found for problem in each.problems]
    failed = sum([_checked(each.place, model) for each in found for model in each.models])
    if unread:
        _fail(unread)
    if failed:
        _fail([f"{failed} of the checks failed"])
    typer.echo("no problems" if file is None else f"{file}: no problems")


def _checked(place: str, model: Model) -> int:
    """Show what every standard check finds; the number of those that failed."""
    verdicts = examine(model)
    typer.echo(f"{model.id} ({place})")
    for verdict in verdicts:
        typer.echo(f"  {verdict.result:<14}  {verdict.name}{f': {verdict.reason}' if verdict.reason else ''}")
        for failure in verdict.failures:
            typer.echo(f"{'':18}{failure}")
    return sum(verdict.result is Result.FAILED for verdict in verdicts)


@models.command()
def new(
    name: Annotated[str, typer.Argument(help="Id of the model in lower case words joined by hyphens.")],
    kind: Annotated[Kind, typer.Option(help="What it begins as.")] = Kind.TRANSFER_FUNCTION,
) -> None:
    """Write a model that works, as a file to begin with; an existing file is never touched."""
    if len(name) > LONGEST_NAME or not re.fullmatch(ID, name):
        _fail([f"'{name[:80]}' is not an id in lower case words joined by hyphens, such as mixing-tank"])
    suffix = ".py" if kind is Kind.PYTHON else ".yaml"
    file = Path(name.replace("-", "_") + suffix if kind is Kind.PYTHON else name + suffix)
    text = TEMPLATES[kind].replace("NEW-MODEL", name).replace("New model", name.replace("-", " ").capitalize())
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        _fail([f"{file} can't be written: {error.strerror}"])
    made = _found(file)
    problems = [*made.problems, *(problem for model in made.models for problem in complaints(model))]
    if problems:
        file.unlink()
        _fail(problems)
    typer.echo(f"{file} written; check it with: pde models check {file}")


def _found(file: Path) -> Found:
    """The models of a file, or every reason why there are none."""
    try:
        return Found(str(file), tuple(_read(file)))
    except PlantError as error:
        return Found(str(file), (), error.problems)
    except OSError as error:
        return Found(str(file), (), (f"{file} can't be read: {error.strerror}",))
    except (Exception, SystemExit) as error:  # a Python file may raise anything
        return Found(str(file), (), (f"{file} can't be loaded: {type(error).__name__}: {error}",))


def _read(file: Path) -> list[Model]:
    return read_python(file) if file.suffix == ".py" else [read_file(file)]


def _fail(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(1)
