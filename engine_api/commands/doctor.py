"""`pde doctor`: print what `examine` finds."""

import sys

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine_api.commands.surroundings import WIDTH, Data, load_settings
from engine_api.doctor import examine

_MARKS = {(True, True): "ok", (True, False): "ok", (False, True): "PROBLEM", (False, False): "note"}


def doctor(data: Data = None) -> None:
    """Check this machine and these settings; code 1 if something that is needed fails."""
    settings = load_settings()
    settings = settings if data is None else settings.model_copy(update={"data": data})
    findings = list(examine(settings))
    table = Table("Check", "Result", "Seen, or what to do")
    for finding in findings:
        table.add_row(finding.subject, _MARKS[finding.holds, finding.needed], escape(finding.seen))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
    raise typer.Exit(int(any(one.needed and not one.holds for one in findings)))
