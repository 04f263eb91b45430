"""Which status code tells an error of the plant."""

from collections.abc import Mapping

from asyncua import ua

from plant.errors import (
    NotAllowed,
    NotFinite,
    NotWritable,
    OutOfRange,
    PlantError,
    Unavailable,
    UnknownName,
    WrongState,
    WrongType,
)

_CODES = ua.StatusCodes
STATUS: Mapping[type[PlantError], int] = {
    UnknownName: _CODES.BadNodeIdUnknown,
    NotWritable: _CODES.BadNotWritable,
    NotAllowed: _CODES.BadUserAccessDenied,
    WrongState: _CODES.BadInvalidState,
    WrongType: _CODES.BadTypeMismatch,
    NotFinite: _CODES.BadOutOfRange,
    OutOfRange: _CODES.BadOutOfRange,
    Unavailable: _CODES.BadCommunicationError,
}


def status_of(error: PlantError) -> int:
    """The status code that tells this error."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), _CODES.BadInvalidArgument)
