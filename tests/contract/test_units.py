"""The engineering units: code, UnitId and texts are the OPC Foundation's own."""

import pytest

from plant.units import OWN_NAMESPACE, UNECE_NAMESPACE, Unit, units

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
    "MMT": (5066068, "mm", "millimetre"),
    "CMK": (4410699, "cm²", "square centimetre"),
    "MTK": (5067851, "m²", "square metre"),
    "MTQ": (5067857, "m³", "cubic metre"),
    "LTR": (5002322, "l", "litre"),
    "KGM": (4933453, "kg", "kilogram"),
    "KPA": (4935745, "kPa", "kilopascal"),
    "MPA": (5066817, "MPa", "megapascal"),
    "E42": (4535346, "kgf/cm²", "kilogram-force per square centimetre"),
    "WTT": (5723220, "W", "watt"),
    "KWT": (4937556, "kW", "kilowatt"),
    "MAW": (5062999, "MW", "megawatt"),
    "AMP": (4279632, "A", "ampere"),
    "RPM": (5394509, "r/min", "revolutions per minute"),
    "2A": (12865, "rad/s", "radian per second"),
    "H10": (4731184, "1/h", "reciprocal hour"),
    "MQS": (5067091, "m³/s", "cubic metre per second"),
    "MQH": (5067080, "m³/h", "cubic metre per hour"),
    "L2": (19506, "l/min", "litre per minute"),
    "E32": (4535090, "l/h", "litre per hour"),
    "40": (13360, "ml/s", "millilitre per second"),
    "F31": (4600625, "kg/min", "kilogram per minute"),
    "L23": (4993587, "mol/h", "mole per hour"),
    "GRM": (4674125, "g", "gram"),
    "B42": (4338738, "kJ/kg", "kilojoule per kilogram"),
    "B45": (4338741, "kmol", "kilomole"),
    "K61": (4929073, "kmol/min", "kilomole per minute"),
    "P20": (5255728, "kJ/h", "kilojoule per hour"),
    "C38": (4404024, "mol/l", "mole per litre"),
    "M33": (5059379, "mmol/l", "millimole per litre"),
    "GL": (18252, "g/l", "gram per litre"),
    "GJ": (18250, "g/ml", "gram per millilitre"),
    "KMQ": (4934993, "kg/m³", "kilogram per cubic metre"),
    "4H": (13384, "µm", "micrometre (micron)"),
    "NU": (20053, "N·m", "newton metre"),
    "D52": (4470066, "W/K", "watt per kelvin"),
    "Q30": (5321520, "pH", "pH (potential of Hydrogen)"),
}
"""UnitId, DisplayName and Description by UNECE code (OPC 10000-8, 5.6.4.3; the OPC Foundation's table)."""


CODED = [unit for unit in units() if unit.code]
OWN = [unit for unit in units() if not unit.code]


@pytest.mark.parametrize("unit", CODED, ids=lambda unit: unit.symbol or "one")
def test_a_unit_is_the_foundations(unit: Unit) -> None:
    assert (unit.unit_id, unit.display_name, unit.description) == OFFICIAL[unit.code]
    assert unit.namespace == UNECE_NAMESPACE


@pytest.mark.parametrize("unit", OWN, ids=lambda unit: unit.symbol)
def test_a_unit_without_a_code_says_so(unit: Unit) -> None:
    assert (unit.unit_id, unit.display_name, unit.namespace) == (-1, unit.symbol, OWN_NAMESPACE)
    assert unit.description not in {description for _, _, description in OFFICIAL.values()}


def test_the_table_has_no_row_too_many() -> None:
    assert set(OFFICIAL) == {unit.code for unit in CODED}
    assert len({unit.symbol for unit in units()}) == len(units())


def test_people_read_their_own_symbol() -> None:
    other = {unit.symbol: unit.display_name for unit in CODED if unit.symbol != unit.display_name}
    assert other.pop("") == "1"
    assert other.pop("%") == "% or pct"
    assert other.pop("rpm") == "r/min"
    assert all(symbol.lower() == official for symbol, official in other.items())
