"""`pde backup` and `pde restore`: everything that matters into one file and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from connections.backup import Entry, Progress, back_up
from connections.backup import restore as put_back
from connections.log import set_up_log
from connections.settings import Settings
from engine_api.commands.progress import progress
from engine_api.commands.surroundings import Data, fail, load_settings
from plant.errors import PlantError

Target = Annotated[Path, typer.Argument(help="The archive to write, for example pde-monday.tar.gz.")]
Source = Annotated[Path, typer.Argument(help="An archive that `pde backup` wrote.")]


def backup(target: Target, data: Data = None) -> None:
    """Write records, users, own models, history, certificates and keys into one archive, while all runs."""
    _tell(target, data, back_up, "written to")


def restore(source: Source, data: Data = None) -> None:
    """Put an archive back into an empty data folder (and an empty database, where the settings name one)."""
    _tell(source, data, put_back, "restored from")


def _tell(
    file: Path, data: Path | None, work: Callable[[Settings, Path, Progress], dict[str, Entry]], done: str
) -> None:
    settings = load_settings()
    settings = settings if data is None else settings.model_copy(update={"data": data})
    set_up_log("pde", "warning")
    try:
        with progress(f"{file.name}:") as told:
            entries = work(settings, file, lambda name, size, total: told(size, total, name))
    except PlantError as error:
        fail(str(error))
    size = sum(entry.size for entry in entries.values())
    typer.echo(
        f"{len(entries)} files, {size / 1e6:.1f} MB, {done} {file}; it holds keys: keep it where only you can read it"
    )
