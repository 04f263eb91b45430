"""The engineering units: code, UnitId and texts are the OPC Foundation's own."""

import csv
from pathlib import Path

import pytest

from plant.units import UNECE_NAMESPACE, Unit, units

_TABLE = Path(__file__).parent / "UNECE_to_OPCUA.csv"


@pytest.fixture(scope="module")
def official() -> dict[str, tuple[int, str, str]]:
    """UnitId, DisplayName and Description by UNECE code."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {row[0]: (int(row[1]), row[2], row[3]) for row in list(csv.reader(lines))[1:]}


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.symbol or "one")
def test_a_unit_is_the_foundations(unit: Unit, official: dict[str, tuple[int, str, str]]) -> None:
    assert (unit.unit_id, unit.display_name, unit.description) == official[unit.code]
    assert unit.namespace == UNECE_NAMESPACE


def test_the_extract_has_no_row_too_many(official: dict[str, tuple[int, str, str]]) -> None:
    assert set(official) == {unit.code for unit in units()}


def test_people_read_their_own_symbol() -> None:
    assert {unit.symbol: unit.display_name for unit in units() if unit.symbol != unit.display_name} == {
        "": "1",
        "%": "% or pct",
    }
