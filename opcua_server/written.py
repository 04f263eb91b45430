"""What a client writes, as the number that a tag takes; only what is exact enough to be safe is one."""

import math
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.values import BOOLEAN, DOUBLE
from plant.errors import WrongType

_CODES, _TYPES = ua.StatusCodes, ua.VariantType
_INTEGERS = frozenset({
    _TYPES.SByte, _TYPES.Byte, _TYPES.Int16, _TYPES.UInt16, _TYPES.Int32, _TYPES.UInt32, _TYPES.Int64, _TYPES.UInt64,
})  # fmt: skip
_EXACT_INTEGER = 2**53


def written_number(written: ua.DataValue, variant: int) -> float:
    """The number of a written value. Raises WrongType, or ServiceError for a status that is not Good."""
    if written.StatusCode is not None and written.StatusCode.value != _CODES.Good:
        raise ServiceError(_CODES.BadWriteNotSupported)
    held = written.Value
    if held is None or held.is_array or held.Value is None:
        raise WrongType("one number is wanted")
    if variant == DOUBLE and held.VariantType is _TYPES.Double:
        return float(held.Value)
    if variant == DOUBLE and held.VariantType is _TYPES.Float:
        return _real(held.Value)
    if held.VariantType in _INTEGERS and abs(held.Value) <= _EXACT_INTEGER:
        return float(held.Value)
    if variant == BOOLEAN and held.VariantType is _TYPES.Boolean:
        return float(held.Value)
    raise WrongType(f"{held.VariantType} is no number that the tag can take exactly")


def _real(value: Any) -> float:
    """A PLC's REAL as the decimal number that was meant: 2.1, not 2.0999999046."""
    return float(str(np.float32(value))) if math.isfinite(value) else float(value)
