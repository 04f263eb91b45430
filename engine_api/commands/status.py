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
from rich.table import Column, Table
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
_AROUND = 6
"""Lines of a terminal that are no simulations: head, frame and foot."""
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
    found = await look(simulations)
    task = asyncio.current_task()
    with Live(auto_refresh=False, screen=True) as screen:
        # A cancellation by Ctrl+C can come in the middle of a step, where a time limit inside redis-py may swallow it.
        while task is not None and not task.cancelling():
            try:
                screen.update(fitting(found, screen.console.height), refresh=True)
                await asyncio.sleep(EVERY)
                found = await look(simulations)
            except Unavailable as error:
                screen.update(Text(f"{error}; trying again"), refresh=True)
                await asyncio.sleep(EVERY)


def fitting(found: Status, height: int) -> RenderableType:
    """As much of it as a terminal of so many lines has room for."""
    around = _AROUND + len(found.machines) + len(found.alerts)
    return shown(found, max(1, height - around))


def shown(found: Status, most: int = MOST_SHOWN) -> RenderableType:
    """It as tables and sentences; columns in which nothing stands are left out."""
    rows = [_row(one) for one in found.simulations[:most]]
    used = [number for number in range(len(_COLUMNS)) if number == 0 or any(row[number] for row in rows)]
    table = Table(*(Column(_COLUMNS[number], no_wrap=number == 0) for number in used))
    for row in rows:
        table.add_row(*(escape(row[number]) for number in used))
    more = len(found.simulations) - most
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
