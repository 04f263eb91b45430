"""The table of docs/interop.md: client x capability, as the tests found it."""

from collections.abc import Mapping
from pathlib import Path

from tests.interop.makers import CAPABILITIES, MAKERS, Maker

FILE = Path(__file__).parents[2] / "docs" / "interop.md"
BEGIN, END = "<!-- the tests write from here -->", "<!-- to here -->"
YES, NO = "yes", "–"
Row = Mapping[str, str]
"""Capability and what stands in its cell."""


def declared(maker: Maker) -> dict[str, str]:
    """What stands in the cells of this client when all that it can do works."""
    row = {name: NO if name in maker.lacks else YES for name in CAPABILITIES}
    for (policy, identity), _ in maker.closed.items():
        row[identity] = f"yes, not with {policy}"
        assert row[policy] == YES
    return row


def rendered(rows: Mapping[str, Row]) -> str:
    """The table and, below it, why a client does not do something."""
    head = ["", *(f"{maker.name} {maker.version} ({maker.language})" for maker in MAKERS)]
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [_line([name, *(rows[maker.name][name] for maker in MAKERS)]) for name in CAPABILITIES]
    return "\n".join([*lines, "", "Not in these clients:", "", *_reasons()])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _reasons() -> list[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for maker in MAKERS:
        for name, reason in maker.lacks.items():
            found.setdefault((maker.name, reason), []).append(name)
        for pair, reason in maker.closed.items():
            found.setdefault((maker.name, reason), []).append(" with ".join(reversed(pair)))
    return [f"- {maker}, {', '.join(names)}: {reason}." for (maker, reason), names in found.items()]


def committed() -> str:
    """The table that the docs hold."""
    return FILE.read_text().split(BEGIN)[1].split(END)[0].strip()


def commit(table: str) -> None:
    """Put the table into the docs."""
    before, rest = FILE.read_text().split(BEGIN)
    FILE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}")
