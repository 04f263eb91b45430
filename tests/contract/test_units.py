"""The engineering units: code, UnitId and texts are the OPC Foundation's own."""

import pytest

from plant.units import UNECE_NAMESPACE, Unit, units

OFFICIAL = {
    "C62": (4404786, "1", "one"),
    "P1": (20529, "% or pct", "percent"),
    "SEC": (5457219, "s", "second [unit of time]"),
    "MIN": (5065038, "min", "minute [unit of time]"),
    "HUR": (4740434, "h", "hour"),
    "CMT": (4410708, "cm", "centimetre"),
    "MTR": (5067858, "m", "metre"),
    "VLT": (5655636, "V", "volt"),
    "KEL": (4932940, "K", "kelvin"),
    "CEL": (4408652, "°C", "degree Celsius"),
    "BAR": (4342098, "bar", "bar [unit of pressure]"),
    "KGS": (4933459, "kg/s", "kilogram per second"),
    "E93": (4536627, "kg/h", "kilogram per hour"),
    "K78": (4929336, "lb/min", "pound (avoirdupois) per minute"),
    "2J": (12874, "cm³/s", "cubic centimetre per second"),
}
"""UnitId, DisplayName and Description by UNECE code (OPC 10000-8, 5.6.4.3; the OPC Foundation's table)."""


@pytest.mark.parametrize("unit", units(), ids=lambda unit: unit.symbol or "one")
def test_a_unit_is_the_foundations(unit: Unit) -> None:
    assert (unit.unit_id, unit.display_name, unit.description) == OFFICIAL[unit.code]
    assert unit.namespace == UNECE_NAMESPACE


def test_the_table_has_no_row_too_many() -> None:
    assert set(OFFICIAL) == {unit.code for unit in units()}


def test_people_read_their_own_symbol() -> None:
    assert {unit.symbol: unit.display_name for unit in units() if unit.symbol != unit.display_name} == {
        "": "1",
        "%": "% or pct",
    }
