"""`pde machines`: which machines there are, taking one out of service, forgetting one."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.machines import Draining, Machine
from connections.simulations import Simulations
from engine_api import machines as orders
from engine_api.commands.connected import connected
from engine_api.commands.surroundings import WIDTH
from plant.access import User

machines = typer.Typer(help="Machines: list, drain, undrain, remove.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The machine's id, as the list shows it.")]
Finish = Annotated[bool, typer.Option("--finish", help="Leave what runs there until it ends, instead of moving it.")]


@machines.command("list")
def show() -> None:
    """List all machines with what their living workers report."""
    known, beats = connected(_everything)
    table = Table("Machine", "Name", "State", "Workers", "Hosted", "Slots", "Load")
    for name in sorted(known.keys() | {beat["machine"] for beat in beats}):
        own = [beat for beat in beats if beat["machine"] == name]
        machine = known.get(name) or Machine(name, own[0]["machine_name"], None, 1)
        state = f"draining ({machine.draining})" if machine.draining else "in service" if own else "away"
        hosted, slots = (sum(int(beat[what]) for beat in own) for what in ("hosted", "slots"))
        load = max((float(beat["load"]) for beat in own), default=0.0)
        table.add_row(name, machine.name, state, str(len(own)), str(hosted), str(slots), f"{load:g}")
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


@machines.command()
def drain(name: Name, finish: Finish = False) -> None:
    """Let a machine take no new simulations, and move what runs there to the others."""
    how = Draining.FINISH if finish else Draining.MOVE
    connected(lambda simulations: orders.drain(simulations, name, how, User.ADMIN))
    typer.echo(f"{name} takes no new simulations; those that it hosts {'stay until they end' if finish else 'move'}")


@machines.command()
def undrain(name: Name) -> None:
    """Put a machine back into service."""
    connected(lambda simulations: orders.drain(simulations, name, None, User.ADMIN))
    typer.echo(f"{name} is in service")


@machines.command()
def remove(name: Name) -> None:
    """Forget a machine that has neither workers nor living simulations."""
    connected(lambda simulations: orders.remove(simulations, name, User.ADMIN))
    typer.echo(f"{name} is forgotten")


async def _everything(simulations: Simulations) -> tuple[Mapping[str, Machine], Sequence[Mapping[str, str]]]:
    return await asyncio.to_thread(simulations.machines.all), await simulations.bus.workers()
