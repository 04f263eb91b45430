"""`pde`: the command line."""

import typer

from engine_api.commands.audit import audit
from engine_api.commands.backup import backup, restore
from engine_api.commands.doctor import doctor
from engine_api.commands.historian import historian
from engine_api.commands.machines import machines
from engine_api.commands.models import models
from engine_api.commands.openapi import openapi
from engine_api.commands.pki import pki
from engine_api.commands.simulate import simulate
from engine_api.commands.status import status
from engine_api.commands.tokens import tokens
from engine_api.commands.up import up
from engine_api.commands.users import users
from engine_api.commands.worker import worker

app = typer.Typer(
    name="pde", help="Process Dynamics Engine: live process simulations over OPC UA, REST and a web HMI.",
    no_args_is_help=True, pretty_exceptions_enable=False,
)  # fmt: skip
app.command()(up)
app.command()(worker)
app.command()(simulate)
app.command()(doctor)
app.command()(status)
app.command()(backup)
app.command()(restore)
app.add_typer(historian, name="historian")
app.add_typer(machines, name="machines")
app.add_typer(models, name="models")
app.add_typer(pki, name="pki")
app.add_typer(users, name="users")
app.add_typer(tokens, name="tokens")
app.command()(audit)
app.command()(openapi)


def main() -> None:
    """The entry point of the `pde` script."""
    app()


if __name__ == "__main__":
    main()
