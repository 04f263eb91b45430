"""Guards around asyncua's decoder: no array claims more than is there, nothing is nested without end."""

from contextvars import ContextVar
from typing import IO, Any

from asyncua import ua
from asyncua.common.utils import Buffer, ServiceError
from asyncua.ua import ua_binary

DEEPEST = 64
_depth: ContextVar[int] = ContextVar("depth", default=0)
_read_variant = ua_binary.variant_from_binary


def guard_decoding() -> None:
    """Put the guards in place, for the whole process."""
    ua_binary.unpack_uatype_array = unpack_array
    ua_binary.variant_from_binary = read_variant
    ua_binary._create_uatype_deserializer.cache_clear()


def unpack_array(vtype: ua.VariantType, data: Buffer | IO[Any]) -> list[Any] | None:
    """An array, if it can have as many elements as it claims. Raises ServiceError."""
    if isinstance(data, Buffer):
        claimed = int.from_bytes(data.copy(4).read(4), "little", signed=True)
        if claimed > len(data):
            raise ServiceError(ua.StatusCodes.BadDecodingError)
    return ua_binary._create_uatype_array_deserializer(vtype)(data)


def read_variant(data: Buffer | IO[Any]) -> ua.Variant:
    """A Variant, if it is not too deep inside other ones. Raises ServiceError."""
    depth = _depth.get()
    if depth >= DEEPEST:
        raise ServiceError(ua.StatusCodes.BadEncodingLimitsExceeded)
    _depth.set(depth + 1)
    try:
        return _read_variant(data)
    finally:
        _depth.set(depth)
