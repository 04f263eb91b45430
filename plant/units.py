"""The engineering units that tags use: symbol, UNECE Recommendation 20 code and the OPC Foundation's text."""

from dataclasses import dataclass

from plant.errors import UnknownName

UNECE_NAMESPACE = "http://www.opcfoundation.org/UA/units/un/cefact"
OWN_NAMESPACE = "urn:process-dynamics-engine:units"


@dataclass(frozen=True, slots=True)
class Unit:
    """One engineering unit; `code` is empty where UNECE Recommendation 20 has none.

    `symbol` is what people read in the HMI; `official` is the OPC Foundation's text where it is another one.
    """

    symbol: str
    code: str
    description: str
    official: str = ""

    @property
    def display_name(self) -> str:
        """The DisplayName in EUInformation: the OPC Foundation's text."""
        return self.official or self.symbol

    @property
    def unit_id(self) -> int:
        """The UnitId of OPC 10000-8 5.6.4.3: the code's characters as one big-endian integer, -1 without a code."""
        return int.from_bytes(self.code.encode("ascii"), "big") if self.code else -1

    @property
    def namespace(self) -> str:
        """The namespace that defines the UnitId."""
        return UNECE_NAMESPACE if self.code else OWN_NAMESPACE


_UNITS = (
    Unit("", "C62", "one", "1"),
    Unit("%", "P1", "percent", "% or pct"),
    Unit("s", "SEC", "second [unit of time]"),
    Unit("min", "MIN", "minute [unit of time]"),
    Unit("h", "HUR", "hour"),
    Unit("cm", "CMT", "centimetre"),
    Unit("m", "MTR", "metre"),
    Unit("V", "VLT", "volt"),
    Unit("K", "KEL", "kelvin"),
    Unit("°C", "CEL", "degree Celsius"),
    Unit("bar", "BAR", "bar [unit of pressure]"),
    Unit("kg/s", "KGS", "kilogram per second"),
    Unit("kg/h", "E93", "kilogram per hour"),
    Unit("lb/min", "K78", "pound (avoirdupois) per minute"),
    Unit("cm³/s", "2J", "cubic centimetre per second"),
    Unit("mm", "MMT", "millimetre"),
    Unit("cm²", "CMK", "square centimetre"),
    Unit("m²", "MTK", "square metre"),
    Unit("m³", "MTQ", "cubic metre"),
    Unit("L", "LTR", "litre", "l"),
    Unit("kg", "KGM", "kilogram"),
    Unit("kPa", "KPA", "kilopascal"),
    Unit("MPa", "MPA", "megapascal"),
    Unit("kgf/cm²", "E42", "kilogram-force per square centimetre"),
    Unit("W", "WTT", "watt"),
    Unit("kW", "KWT", "kilowatt"),
    Unit("MW", "MAW", "megawatt"),
    Unit("A", "AMP", "ampere"),
    Unit("rpm", "RPM", "revolutions per minute", "r/min"),
    Unit("rad/s", "2A", "radian per second"),
    Unit("1/h", "H10", "reciprocal hour"),
    Unit("m³/s", "MQS", "cubic metre per second"),
    Unit("m³/h", "MQH", "cubic metre per hour"),
    Unit("L/min", "L2", "litre per minute", "l/min"),
    Unit("L/h", "E32", "litre per hour", "l/h"),
    Unit("mL/s", "40", "millilitre per second", "ml/s"),
    Unit("kg/min", "F31", "kilogram per minute"),
    Unit("mol/h", "L23", "mole per hour"),
    Unit("g", "GRM", "gram"),
    Unit("kJ/kg", "B42", "kilojoule per kilogram"),
    Unit("kmol", "B45", "kilomole"),
    Unit("kmol/min", "K61", "kilomole per minute"),
    Unit("kJ/h", "P20", "kilojoule per hour"),
    Unit("mol/L", "C38", "mole per litre", "mol/l"),
    Unit("mmol/L", "M33", "millimole per litre", "mmol/l"),
    Unit("g/L", "GL", "gram per litre", "g/l"),
    Unit("g/mL", "GJ", "gram per millilitre", "g/ml"),
    Unit("kg/m³", "KMQ", "kilogram per cubic metre"),
    Unit("µm", "4H", "micrometre (micron)"),
    Unit("N·m", "NU", "newton metre"),
    Unit("W/K", "D52", "watt per kelvin"),
    Unit("pH", "Q30", "pH (potential of Hydrogen)"),
    Unit("cm³/(V·s)", "", "cubic centimetre per volt second"),
    Unit("kPa(g)", "", "kilopascal above atmospheric pressure"),
    Unit("kscmh", "", "thousand standard cubic metres per hour"),
    Unit("mol%", "", "mole percent"),
    Unit("$/h", "", "dollars per hour"),
    Unit("$/s", "", "dollars per second"),
    Unit("$/kg", "", "dollars per kilogram"),
)
_BY_SYMBOL = {unit.symbol: unit for unit in _UNITS}


def unit(symbol: str) -> Unit:
    """The unit with this symbol. Raises UnknownName."""
    try:
        return _BY_SYMBOL[symbol]
    except KeyError:
        raise UnknownName(f"unit '{symbol}' is not in the table of units") from None


def units() -> tuple[Unit, ...]:
    """All units of the table."""
    return _UNITS
