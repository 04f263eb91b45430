"""`pde audit`: who did what."""

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from connections.audit import Audit, Wanted
from connections.migrations import migrate
from connections.records import Records
from engine_api.commands.surroundings import WIDTH, fail, load_settings
from plant.errors import PlantError

User = Annotated[str | None, typer.Option(help="Only what this user did.")]
Sim = Annotated[str | None, typer.Option(help="Only what concerns this simulation.")]
Refused = Annotated[bool, typer.Option("--refused", help="Only what was refused.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many entries, the newest first.")]


def audit(user: User = None, sim: Sim = None, refused: Refused = False, limit: Limit = 50) -> None:
    """Show who did or tried what, the newest first."""
    settings = load_settings()
    given = {"user": user, "sim_id": sim, "outcome": "refused" if refused else None}
    wanted = Wanted({name: value for name, value in given.items() if value is not None}, limit=limit)
    table = Table("Time (UTC)", "User", "From", "Door", "What", "Simulation", "Old", "New", "Outcome")
    try:
        migrate(settings.sql_url)
        with closing(Records(settings.sql_url)) as records:
            for _, one in Audit(records).find(wanted):
                old, new = ("" if value is None else json.dumps(value) for value in (one.old, one.new))
                outcome = f"{one.outcome} {one.detail}".strip()
                time = datetime.fromtimestamp(one.at / 1e9, UTC).isoformat(" ", "milliseconds")[:23]
                table.add_row(time, one.user, one.address, one.door, one.what, one.sim_id or "", old, new, outcome)
    except PlantError as error:
        fail(str(error))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
