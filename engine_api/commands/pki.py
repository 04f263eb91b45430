"""`pde pki`: which OPC UA clients are trusted; a change counts at once, without a restart."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.pki.store import Listed, Pki
from engine_api.commands.surroundings import WIDTH, fail, load_settings
from plant.errors import PlantError

pki = typer.Typer(help="The certificates of OPC UA clients: list, trust, reject, remove.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The beginning of its thumbprint, six digits or more.")]
NameOrFile = Annotated[str, typer.Argument(help="The beginning of its thumbprint, or a file (DER or PEM).")]


@pki.command("list")
def show() -> None:
    """List trusted certificates, known issuers, and clients that were refused and wait for a decision."""
    table = Table("Folder", "Thumbprint (SHA-256)", "Subject", "Application URI", "Valid until")
    for listed in _store().listed():
        table.add_row(*_row(listed))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


@pki.command()
def trust(name: NameOrFile) -> None:
    """Trust a client that was refused, or the certificate (or authority) in a file."""
    try:
        typer.echo(f"trusted: {_named(_store().trust(name))}")
    except PlantError as error:
        fail(str(error))


@pki.command()
def reject(name: Name) -> None:
    """Trust a certificate no longer."""
    try:
        typer.echo(f"rejected: {_named(_store().reject(name))}")
    except PlantError as error:
        fail(str(error))


@pki.command()
def remove(name: Name) -> None:
    """Forget a certificate that was rejected: it is listed no longer, and trusted no more than before."""
    try:
        typer.echo(f"removed: {_named(_store().remove(name))}")
    except PlantError as error:
        fail(str(error))


def _store() -> Pki:
    settings = load_settings()
    if not settings.pki_folder.exists():
        fail(f"there are no certificates in {settings.data.absolute()} yet; PDE_DATA names another folder")
    return Pki(settings.pki_folder)


def _row(listed: Listed) -> list[str]:
    valid = listed.certificate.not_valid_after_utc.strftime("%Y-%m-%d")
    return [listed.folder, listed.thumbprint[:20], listed.subject, listed.uri, valid]


def _named(listed: Listed) -> str:
    return f"{listed.subject} {listed.uri} {listed.thumbprint[:20]}"
