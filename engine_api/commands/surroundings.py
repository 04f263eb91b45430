"""What every command of `pde` begins and ends with: the settings, the data folder, a sentence and code 2."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from connections.settings import Settings, read_settings
from plant.errors import PlantError

WIDTH = 140
"""Characters of a table that goes into a file."""
Data = Annotated[Path | None, typer.Option(help="Folder for records, history and Redis (default: data).")]


def load_settings() -> Settings:
    """Environment and `pde.toml`; ends with code 2 and every problem at once when they are wrong."""
    try:
        return read_settings()
    except PlantError as error:
        fail(str(error))


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with code 2."""
    typer.echo(f"pde: {message}", err=True)
    raise typer.Exit(2)
