"""The table of docs/reliability.md: a row for each case, with what its test declares and what it found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.system.faults.invariants import Violation

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- cases -->", "<!-- end of the cases -->"
HEAD = "| case | injected | detected | recovered | lost |\n|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Row:
    """One case in words; times are limits that its test enforces."""

    case: str
    injected: str
    detected: str
    recovered: str
    lost: str

    def __str__(self) -> str:
        return f"| {self.case} | {self.injected} | {self.detected} | {self.recovered} | {self.lost} |"


def lost(violations: Sequence[Violation]) -> str:
    """What the invariant checker found."""
    broken = sorted({violation.rule for violation in violations})
    return f"broken: {', '.join(broken)}" if broken else "nothing"


def proven(row: Row, tests: Sequence[str]) -> Row:
    """A row whose proof are tests elsewhere, each `file::name`. Raises AssertionError when one is not there."""
    for test in tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(), f"{test} is gone"
    return row


def written(page: str) -> Mapping[str, str]:
    """The rows of a page by their cases."""
    table = page.partition(BEGIN)[2].partition(END)[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    return {line.split("|")[1].strip(): line for line in rows if not line.startswith("| case")}


def rewritten(page: str, rows: Sequence[Row]) -> str:
    """The page with these rows in place of its own ones of the same cases, in the order of the cases."""
    merged = {**written(page), **{row.case: str(row) for row in rows}}
    table = "\n".join([HEAD, *(merged[case] for case in sorted(merged, key=_order))])
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"


def _order(case: str) -> tuple[int, str]:
    found = re.search(r"\d+", case)
    return int(found.group()) if found else 0, case
