"""`pde status`: what runs at present, as a table that follows, once, or as JSON."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from connections.simulations import Simulations
from engine_api.commands.connected import connected
from engine_api.commands.surroundings import WIDTH, Data
from engine_api.status import Status
from engine_api.status import status as look
from plant.errors import Unavailable

EVERY = 1.0
"""Seconds between two looks."""
MOST_SHOWN = 40
Once = Annotated[bool, typer.Option("--once", help="Show it once and end; so it is without a terminal.")]
Json = Annotated[bool, typer.Option("--json", help="Once, as JSON.")]
_COLUMNS = ("Simulation", "Status", "Owner", "Time", "Speed", "Late", "Worker", "Attempts", "Lease", "Cause")


def status(once: Once = False, as_json: Json = False, data: Data = None) -> None:
    """Show machines, simulations and alerts of the running engine; Ctrl+C ends it."""
    if as_json:
        typer.echo(json.dumps(asdict(connected(look, data)), indent=1))
    elif once or not sys.stdout.isatty():
        Console(width=None if sys.stdout.isatty() else WIDTH).print(shown(connected(look, data)))
    else:
        with suppress(KeyboardInterrupt):
            connected(_follow, data)


async def _follow(simulations: Simulations) -> None:
    with Live(shown(await look(simulations)), auto_refresh=False, screen=True) as screen:
        while True:
            await asyncio.sleep(EVERY)
            try:
                screen.update(shown(await look(simulations)), refresh=True)
            except Unavailable as error:
                screen.update(Text(f"{error}; trying again"), refresh=True)


def shown(found: Status) -> RenderableType:
    """It as tables and sentences."""
    table = Table(*_COLUMNS)
    for one in found.simulations[:MOST_SHOWN]:
        table.add_row(*(escape(word) for word in _row(one)))
    more = len(found.simulations) - MOST_SHOWN
    lines = [_head(found), *map(_machine, found.machines), *(f"ALERT: {message}" for message in found.alerts)]
    foot = [f"and {more} more: pde status --json"] if more > 0 else []
    return Group(*map(Text, lines), table, *map(Text, foot))


def _head(found: Status) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in found.counts.items()) or "no simulations"
    opcua = found.opcua or "the OPC UA server is not ready"
    return f"Process Dynamics Engine {found.version}: {counts}; {found.waiting} waiting; {opcua}"


def _machine(one: dict[str, Any]) -> str:
    draining = ", draining" if one["draining"] else ""
    return f"machine {one['machine']}: {one['workers']} workers, {one['hosted']} of {one['slots']} slots{draining}"


def _row(one: dict[str, Any]) -> list[str]:
    lease = "" if one["lease_age"] is None else f"{one['lease_age']:g} s"
    time = str(timedelta(seconds=int(one["simulation_time"])))
    speed = one["speed"] if isinstance(one["speed"], str) else f"{one['speed']:g}x"
    return [
        one["sim_id"], one["status"], one["owner"] or "", time, speed, str(one["overruns"]), one["worker"] or "",
        str(one["attempts"]), lease, one["cause"] or "",
    ]  # fmt: skip
