"""Parts of arrays and texts that a client may ask for (NumericRange, OPC 10000-4 7.27)."""

import dataclasses
import re
from typing import Any

from asyncua import ua

from opcua_server.values import bad

_DIMENSION = re.compile(r"(\d{1,10})(?::(\d{1,10}))?", re.ASCII)
_CODES = ua.StatusCodes


def refused_range(text: str | None) -> int | None:
    """The status code for a part of what has none; None when nothing is asked for."""
    if not text:
        return None
    bounds = [_bounds(dimension) for dimension in text.split(",")]
    return _CODES.BadIndexRangeInvalid if None in bounds else _CODES.BadIndexRangeNoData


def part(value: ua.DataValue, attribute: int, text: str) -> ua.DataValue:
    """The part of a value that is an array of one dimension or a text; Bad where there is none."""
    held = None if value.Value is None or attribute != ua.AttributeIds.Value else value.Value.Value
    bounds = _bounds(text)
    found = held[slice(*bounds)] if bounds is not None and isinstance(held, list | str | bytes) else None
    if not found:
        return bad(refused_range(text) or _CODES.BadIndexRangeNoData)
    whole: Any = value.Value
    return dataclasses.replace(value, Value=dataclasses.replace(whole, Value=found))


def _bounds(dimension: str) -> tuple[int, int] | None:
    """The first index and the one after the last; None where that is no range."""
    found = _DIMENSION.fullmatch(dimension)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return None if found[2] and last <= first else (first, last + 1)
