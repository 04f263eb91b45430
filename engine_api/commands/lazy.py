"""The commands of `pde`, each imported when it is used: `pde --help` and `pde simulate` need no server parts."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as `pde --help` lists it: its module below `engine_api.commands`, and what it does."""

    module: str
    help: str


COMMANDS = {
    "up": Listed("up", "Start Redis, the OPC UA server, the engine and the workers; end them all with Ctrl-C."),
    "worker": Listed("worker", "Host simulations until SIGTERM; more workers, on any machine, share the work."),
    "simulate": Listed("simulate", "Run MODEL for `--until` simulated seconds and print every tag."),
    "doctor": Listed("doctor", "Check this machine and these settings; code 1 if something that is needed fails."),
    "status": Listed("status", "Show machines, simulations and alerts of the running engine; Ctrl+C ends it."),
    "backup": Listed(
        "backup",
        "Write records, users, own models, history, certificates and keys into one archive, while all runs.",
    ),
    "restore": Listed(
        "backup", "Put an archive back into an empty data folder (and an empty database, where the settings name one)."
    ),
    "historian": Listed("historian", "The history: what is recorded, and its copy in InfluxDB."),
    "machines": Listed("machines", "Machines: list, drain, undrain, remove."),
    "models": Listed("models", "The models at hand, and one's own."),
    "pki": Listed("pki", "The certificates of OPC UA clients: list, trust, reject, remove."),
    "users": Listed("users", "Users of all doors: add, list, role, passwd, disable."),
    "tokens": Listed("tokens", "API keys for programs: add, list, revoke."),
    "audit": Listed("audit", "Show who did or tried what, the newest first."),
    "openapi": Listed("openapi", "Print the OpenAPI document of this version; no engine needs to run."),
}


class LazyGroup(TyperGroup):
    """A group that knows its commands by name and help, and imports the one that runs."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=listed.help) for name, listed in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command itself, and what it is given."""
        name, _, given = super().resolve_command(ctx, args)
        return name, name and loaded(name), given


def loaded(name: str) -> TyperCommand | TyperGroup:
    """The command itself, imported. Raises KeyError."""
    command = getattr(import_module(f"engine_api.commands.{COMMANDS[name].module}"), name)
    if isinstance(command, typer.Typer):
        group = typer.main.get_group(command)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(command)
    return typer.main.get_command(alone)  # type: ignore[return-value] # a TyperCommand, of which there is one
