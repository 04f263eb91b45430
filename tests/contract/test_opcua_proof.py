"""docs/opcua-proof.md: what an OPC UA server is asked for, what this one does, and which tests show it."""

from collections.abc import Mapping, Sequence

import pytest

from tests.contract.opcua_lines import MODEL, SERVICES
from tests.contract.opcua_safety import ALARMS, INTEROP, SECURITY
from tests.contract.opcua_traps import TRAPS
from tests.contract.proved import ROOT, Line, check, is_there, table

WRITER = "tests/contract/test_opcua_proof.py"
SECTIONS: Mapping[str, Sequence[Line]] = {
    "Information model": MODEL,
    "Services": SERVICES,
    "Alarms and conditions": ALARMS,
    "Security and hardening": SECURITY,
    "Other makers' clients": INTEROP,
    "What clients choke on": TRAPS,
}


@pytest.mark.parametrize(
    "test", sorted({test for lines in SECTIONS.values() for _, _, tests in lines for test in tests})
)
def test_the_tests_that_the_page_names_are_there(test: str) -> None:
    assert is_there(test)


def test_the_page_has_the_tables() -> None:
    """`PDE_WRITE_DOCS=1` writes them."""
    parts = [f"## {title}\n\n{table('| line | here | shown by |', lines)}" for title, lines in SECTIONS.items()]
    check(ROOT / "docs" / "opcua-proof.md", WRITER, "\n".join(parts))
