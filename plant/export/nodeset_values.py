"""Values of nodes in the XML encoding of OPC 10000-6 5.3, as nested names and texts."""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from plant.units import Unit

Value: TypeAlias = "tuple[str, str | tuple[Value, ...]]"
BOOLEAN, UINT32, DOUBLE, STRING, LOCALIZED_TEXT, UTC_TIME = 1, 7, 11, 12, 21, 294
ARGUMENT, RANGE, EU_INFORMATION = 296, 884, 887
_XML_ENCODINGS = {"Argument": 297, "Range": 885, "EUInformation": 888}


def number(value: float) -> str:
    """The shortest text that reads back as the same Double."""
    return repr(float(value))


def double(value: float) -> Value:
    """A Double."""
    return "Double", number(value)


def uint32(value: float) -> Value:
    """A UInt32."""
    return "UInt32", str(int(value))


def limits(low: float, high: float) -> Value:
    """A Range."""
    return _structure("Range", (("Low", number(low)), ("High", number(high))))


def engineering_unit(unit: Unit) -> Value:
    """An EUInformation with the OPC Foundation's own texts."""
    fields: tuple[Value, ...] = (
        ("NamespaceUri", unit.namespace),
        ("UnitId", str(unit.unit_id)),
        ("DisplayName", (("Text", unit.display_name),)),
        ("Description", (("Text", unit.description),)),
    )
    return _structure("EUInformation", fields)


def texts(words: Iterable[str]) -> Value:
    """An array of LocalizedText in English."""
    return "ListOfLocalizedText", tuple(("LocalizedText", (("Locale", "en"), ("Text", word))) for word in words)


class Argument(NamedTuple):
    """What a method takes or answers: `array` for a list of any length."""

    name: str
    data_type: int
    description: str
    array: bool = False


def arguments(given: Iterable[Argument]) -> Value:
    """The list of what a method takes or answers."""
    return "ListOfExtensionObject", tuple(_structure("Argument", _argument(one)) for one in given)


def _argument(given: Argument) -> tuple[Value, ...]:
    return (
        ("Name", given.name),
        ("DataType", (("Identifier", f"i={given.data_type}"),)),
        ("ValueRank", "1" if given.array else "-1"),
        ("ArrayDimensions", (("UInt32", "0"),) if given.array else ()),
        ("Description", (("Locale", "en"), ("Text", given.description))),
    )


def _structure(name: str, fields: tuple[Value, ...]) -> Value:
    encoding: Value = ("TypeId", (("Identifier", f"i={_XML_ENCODINGS[name]}"),))
    return "ExtensionObject", (encoding, ("Body", ((name, fields),)))
