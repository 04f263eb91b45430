"""`pde tokens`: API keys for programs."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.api_keys import ApiKeys
from engine_api.commands.accounts import accounts
from engine_api.commands.surroundings import WIDTH
from plant.access import Right

tokens = typer.Typer(help="API keys for programs: add, list, revoke.", no_args_is_help=True)

UserName = Annotated[str, typer.Argument(help="The user whose rights the key has.")]
Label = Annotated[str, typer.Option(help="What the key is for.")]
Scopes = Annotated[list[Right] | None, typer.Option("--scope", help="A right of the key; may be given more than once.")]
Days = Annotated[float, typer.Option(help="Days until the key ends.")]


@tokens.command()
def add(user: UserName, label: Label = "program", scope: Scopes = None, days: Days = 90.0) -> None:
    """Make an API key; it is printed once and kept nowhere."""
    with accounts() as known:
        scopes = scope or [Right.READ]
        number, key = ApiKeys(known.users).add(user, label, scopes, days)
        told = {"key": number, "user": user, "scopes": sorted(map(str, scopes))}
        known.tell("add_api_key", new=told)
        typer.echo(key)


@tokens.command("list")
def show() -> None:
    """List all API keys, without their secrets."""
    table = Table("Id", "User", "Label", "Scopes", "Until (UTC)", "State")
    with accounts() as known:
        for one in ApiKeys(known.users).all():
            until = one.expires_at.isoformat(" ", "minutes")
            table.add_row(one.id, one.user, one.label, " ".join(sorted(one.scopes)), until, _state(one.revoked))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


@tokens.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The key's id, from `pde tokens list`.")]) -> None:
    """End an API key."""
    with accounts() as known:
        found = ApiKeys(known.users).revoke(key_id)
        known.tell("revoke_api_key", old={"key": key_id, "user": found.user})
        typer.echo(f"{found.label} of {found.user} is revoked")


def _state(revoked: bool) -> str:
    return "revoked" if revoked else "open"
