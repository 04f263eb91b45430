"""`pde users`: who may come in by name, and with which role."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.pki.store import read_certificate, thumbprint
from connections.tokens import SignIns
from engine_api.commands.accounts import accounts
from engine_api.commands.surroundings import WIDTH
from plant.access import User

users = typer.Typer(help="Users of all doors: add, list, role, passwd, disable.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name.")]
Role = Annotated[User, typer.Argument(help="What the user may do.")]
Certificate = Annotated[
    Path | None,
    typer.Option(help="The user's certificate (DER or PEM), instead of a password.", exists=True, dir_okay=False),
]
Open = Annotated[bool, typer.Option("--enable", help="Open the account again.")]


@users.command()
def add(name: Name, role: Role, certificate: Certificate = None) -> None:
    """Add a user; the password is asked for, or read from a line of standard input."""
    with accounts() as known:
        held = None if certificate is None else thumbprint(read_certificate(certificate.read_bytes(), str(certificate)))
        known.users.add(name, role, _password() if held is None else None, held)
        known.tell("add_user", new={"user": name, "role": str(role)})
        typer.echo(f"{name} is {role}")


@users.command("list")
def show() -> None:
    """List all users."""
    table = Table("Name", "Role", "Password", "Certificate (SHA-256)", "State")
    with accounts() as known:
        for each in known.users.all():
            state = "disabled" if each.disabled else "open"
            table.add_row(
                each.name, each.role, "yes" if each.has_password else "", (each.certificate or "")[:20], state
            )
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


@users.command("role")
def change_role(name: Name, role: Role) -> None:
    """Give a user another role."""
    with accounts() as known:
        before = known.users.get(name)
        known.users.change_role(name, role)
        known.tell("change_user", old={"user": name, "role": str(before.role)}, new={"role": str(role)})
        typer.echo(f"{name} is {role}")


@users.command()
def passwd(name: Name) -> None:
    """Set a user's password."""
    with accounts() as known:
        known.users.change_password(name, _password())
        SignIns(known.users).revoke_user(name)
        known.tell("change_user", old={"user": name}, new={"password": True})
        typer.echo(f"{name} has a new password")


@users.command()
def disable(name: Name, enable: Open = False) -> None:
    """Close a user's account, or open it again."""
    with accounts() as known:
        known.users.disable(name, not enable)
        if not enable:
            SignIns(known.users).revoke_user(name)
        known.tell("change_user", old={"user": name}, new={"disabled": not enable})
        typer.echo(f"{name} is {'open' if enable else 'disabled'}")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
