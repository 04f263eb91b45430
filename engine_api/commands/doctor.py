"""`pde doctor`: print what `examine` finds."""

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine_api.commands.surroundings import load_settings
from engine_api.doctor import examine

_MARKS = {(True, True): "ok", (True, False): "ok", (False, True): "MISSING", (False, False): "not here"}


def doctor() -> None:
    """Check this machine and these settings; code 1 if something that is needed fails."""
    findings = list(examine(load_settings()))
    table = Table("Check", "Result", "Seen")
    for finding in findings:
        table.add_row(finding.subject, _MARKS[finding.holds, finding.needed], escape(finding.seen))
    Console().print(table)
    raise typer.Exit(int(any(f.needed and not f.holds for f in findings)))
