"""`pde models`: the models at hand, and the way to one's own: a template, a check that tells every problem."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connections.own.local import look, read_file, read_python, register_local
from engine_api.commands.compile import compile_models
from engine_api.commands.up import load_settings
from engine_api.model_templates import TEMPLATES
from plant import catalog
from plant.errors import PlantError
from plant.export.markdown import page
from plant.model import Model
from plant.own.rules import ID
from plant.own.section import LONGEST_NAME
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
    """Check a model file, or all own models at hand, and try each: every problem with its place; code 1 if any."""
    if file is None:
        problems = [
            f"{found.place}: {problem}"
            for found in look(load_settings().models_folder)
            for problem in (*found.problems, *(text for model in found.models for text in complaints(model)))
        ]
    else:
        problems = _problems(file)
    if problems:
        _fail(problems)
    typer.echo("no problems" if file is None else f"{file}: no problems")


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
    problems = _problems(file)
    if problems:
        file.unlink()
        _fail(problems)
    typer.echo(f"{file} written; check it with: pde models check {file}")


def _problems(file: Path) -> list[str]:
    try:
        return [problem for model in _read(file) for problem in complaints(model)]
    except PlantError as error:
        return list(error.problems)
    except OSError as error:
        return [f"{file} can't be read: {error.strerror}"]
    except (Exception, SystemExit) as error:  # a Python file may raise anything
        return [f"{file} can't be loaded: {type(error).__name__}: {error}"]


def _read(file: Path) -> list[Model]:
    return read_python(file) if file.suffix == ".py" else [read_file(file)]


def _fail(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(1)
