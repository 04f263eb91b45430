"""`pde tokens`: API keys for programs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.api_keys import ApiKeys
from engine_api.commands.surroundings import WIDTH
from engine_api.commands.users import accounts
from plant.access import Right

tokens = typer.Typer(help="API keys for programs: add, list, revoke.", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(help="The user whose rights the key has.")]
Label = Annotated[str, typer.Option(help="What the key is for.")]
Scopes = Annotated[list[Right] | None, typer.Option("--scope", help="A right of the key; may be given more than once.")]
Days = Annotated[float, typer.Option(help="Days until the key ends.")]


@tokens.command()
def add(user: UserName, label: Label = "program", scope: Scopes = None, days: Days = 90.0) -> None:
    """Make an API key; it is printed once and kept nowhere."""
    with _keys() as keys:
        _, key = keys.add(user, label, scope or [Right.READ], days)
        typer.echo(key)


@tokens.command("list")
def show() -> None:
    """List all API keys, without their secrets."""
    table = Table("Id", "User", "Label", "Scopes", "Until (UTC)", "State")
    with _keys() as keys:
        for one in keys.all():
            until = one.expires_at.isoformat(" ", "minutes")
            table.add_row(one.id, one.user, one.label, " ".join(sorted(one.scopes)), until, _state(one.revoked))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


@tokens.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, from `pde tokens list`.")]) -> None:
    """End an API key."""
    with _keys() as keys:
        found = keys.revoke(key_id)
        typer.echo(f"{found.label} of {found.user} is revoked")


def _state(revoked: bool) -> str:
    return "revoked" if revoked else "open"


@contextmanager
def _keys() -> Iterator[ApiKeys]:
    with accounts() as users:
        yield ApiKeys(users)
