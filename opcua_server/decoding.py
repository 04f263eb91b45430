"""Guards around asyncua's decoder: nothing claims more than is there, is nested without end or costs without end."""

import struct
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from asyncua import ua
from asyncua.common.utils import Buffer, NotEnoughData, ServiceError
from asyncua.server import uaprocessor
from asyncua.ua import ua_binary

from opcua_server.limits import LIMITS

DEEPEST = 64
_CODES = ua.StatusCodes
_UNREADABLE = (
    NotEnoughData, struct.error, RecursionError, ValueError, TypeError, KeyError, AttributeError, IndexError,
    OverflowError, ua.UaError,
)  # fmt: skip
"""What asyncua's decoder raises for bytes that are no message."""
_NULL = b"\xff\xff\xff\xff"
_TYPES = ua.VariantType
_STRUCTURES = frozenset({
    _TYPES.NodeId, _TYPES.ExpandedNodeId, _TYPES.QualifiedName, _TYPES.LocalizedText, _TYPES.ExtensionObject,
    _TYPES.DataValue, _TYPES.Variant, _TYPES.DiagnosticInfo,
})  # fmt: skip
_JUDGED_LATER = frozenset({
    ua.DataChangeTrigger, ua.MonitoringMode, ua.TimestampsToReturn, ua.BrowseDirection, ua.FilterOperator,
})  # fmt: skip
"""Enumerations of which an unknown value has a status code of its own, as a rule that of one operation."""
_COSTLY = 20
"""A byte or two of these cost as much time as so many numbers."""
_One = TypeVar("_One")
_Read = Callable[[Any], Any]
_depth: ContextVar[int] = ContextVar("depth", default=0)
_left: ContextVar[int] = ContextVar("left", default=LIMITS.elements)
_read_variant = ua_binary.variant_from_binary
_enum_reader = ua_binary.create_enum_deserializer
_read_struct = ua_binary.struct_from_binary
_list_reader = ua_binary._create_list_deserializer
_array_reader = ua_binary._create_uatype_array_deserializer


def guard_decoding() -> None:
    """Put the guards in place, for the whole process."""
    Buffer.read = read_bytes  # type: ignore[method-assign]
    ua_binary.unpack_uatype_array = read_array
    ua_binary._create_uatype_array_deserializer = guarded_array
    ua_binary._create_list_deserializer = guarded_list
    ua_binary.variant_from_binary = read_variant
    ua_binary.create_enum_deserializer = lenient_enum
    ua_binary.MAX_RESHAPE_ELEMENTS = LIMITS.array
    uaprocessor.struct_from_binary = read_struct  # type: ignore[assignment]
    for known in (
        ua_binary._create_uatype_deserializer, ua_binary._create_type_deserializer,
        ua_binary._create_dataclass_deserializer,
    ):  # fmt: skip
        known.cache_clear()


def begin_message(elements: int = LIMITS.elements) -> None:
    """Every message may have so many elements in all its arrays together."""
    _left.set(elements)


def _readable(read: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except _UNREADABLE as error:
        raise ServiceError(getattr(error, "code", _CODES.BadDecodingError)) from error


def read_struct(kind: type[_One], data: Buffer) -> _One:
    """A structure. Raises ServiceError when the bytes are none."""
    found: _One = _readable(_read_struct, kind, data)
    return found


def read_node(data: Buffer) -> ua.NodeId:
    """A NodeId. Raises ServiceError."""
    found: ua.NodeId = _readable(ua_binary.nodeid_from_binary, data)
    return found


def read_many(kind: type[_One], count: int, data: Buffer) -> list[_One]:
    """So many values of a type, one after the other. Raises ServiceError."""
    return [_readable(ua_binary.from_binary, kind, data) for _ in range(count)]


def read_bytes(self: Buffer, size: int) -> bytes:
    """As asyncua, but never backwards. Raises NotEnoughData."""
    if not 0 <= size <= self._size:
        raise NotEnoughData(f"{size} bytes wanted, {self._size} left")
    self._size -= size
    start = self._cur_pos
    self._cur_pos += size
    return self._data[start : self._cur_pos]


def read_array(vtype: ua.VariantType, data: Any) -> list[Any] | None:
    """An array of a Variant; one that is null is not the same as an empty one. Raises ServiceError."""
    null = isinstance(data, Buffer) and data.copy(4).read(4) == _NULL
    found: list[Any] = guarded_array(vtype)(data)
    return None if null else found


def lenient_enum(uatype: Any) -> _Read:
    """A reader of an enumeration; a number that some have no name for is left to whoever carries out the operation."""
    if uatype not in _JUDGED_LATER:
        return _enum_reader(uatype)

    def lenient(data: Any) -> Any:
        number = ua_binary.Primitives.Int32.unpack(data)
        try:
            return uatype(number)
        except ValueError:
            return number

    return lenient


@cache
def guarded_array(vtype: ua.VariantType) -> _Read:
    """A reader of arrays of this type; null is empty. Arrays of nothing are refused: they cost time without bytes."""
    return _guarded(_array_reader(vtype), vtype is ua.VariantType.Null, _COSTLY if vtype in _STRUCTURES else 1)


@cache
def guarded_list(uatype: Any) -> _Read:
    """A reader of lists of structures."""
    return _guarded(_list_reader(uatype), False)


def _guarded(read: _Read, empty: bool, cost: int = 1) -> _Read:
    def guarded(data: Any) -> Any:
        if isinstance(data, Buffer):
            claimed = int.from_bytes(data.copy(4).read(4), "little", signed=True)
            if claimed > len(data) or (empty and claimed > 0) or claimed < -1:
                raise ServiceError(_CODES.BadDecodingError)
            if claimed > LIMITS.array:
                raise ServiceError(_CODES.BadTooManyOperations)
            left = _left.get() - cost * max(claimed, 0)
            if left < 0:
                raise ServiceError(_CODES.BadEncodingLimitsExceeded)
            _left.set(left)
        return read(data) or []

    return guarded


def read_variant(data: Any) -> ua.Variant:
    """A Variant, if it is not too deep inside other ones. Raises ServiceError."""
    depth = _depth.get()
    if depth >= DEEPEST:
        raise ServiceError(_CODES.BadEncodingLimitsExceeded)
    _depth.set(depth + 1)
    try:
        return _read_variant(data)
    finally:
        _depth.set(depth)
