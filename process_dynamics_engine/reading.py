"""Reads JSON into frozen dataclasses by their type hints: unknown keys are left alone, missing ones told."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from process_dynamics_engine.errors import BadAnswer

T = TypeVar("T")


def read(kind: type[T], data: object, place: str = "") -> T:
    """`data` as `kind`. Raises BadAnswer naming the place."""
    reader: Callable[[Any, str], T] = _reader(cast(Hashable, kind))
    return reader(data, place or kind.__name__)


@cache
def _reader(kind: Any) -> Callable[[Any, str], Any]:
    """How a value of this type is read."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(arguments)
    if origin is tuple:
        return _sequence(_reader(arguments[0]))
    if origin is Mapping:
        return _mapping(_reader(arguments[1]))
    if origin is Literal:
        return _plain(lambda data: data in arguments)
    if is_dataclass(kind):
        return _record(kind)
    return _PLAIN[kind]


def _either(kinds: tuple[Any, ...]) -> Callable[[Any, str], Any]:
    readers = [_reader(kind) for kind in kinds]

    def either(data: Any, place: str) -> Any:
        for reader in readers[:-1]:
            try:
                return reader(data, place)
            except BadAnswer:
                continue
        return readers[-1](data, place)

    return either


def _sequence(item: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def sequence(data: Any, place: str) -> Any:
        if not isinstance(data, list):
            raise _unexpected(data, place)
        return tuple(item(part, f"{place}[{number}]") for number, part in enumerate(data))

    return sequence


def _mapping(item: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def mapping(data: Any, place: str) -> Any:
        if not isinstance(data, dict):
            raise _unexpected(data, place)
        return {key: item(part, f"{place}.{key}") for key, part in data.items()}

    return mapping


def _record(kind: Any) -> Callable[[Any, str], Any]:
    hints = get_type_hints(kind)
    wanted = [(field.name, _reader(hints[field.name]), field.default is MISSING) for field in fields(kind)]

    def record(data: Any, place: str) -> Any:
        if not isinstance(data, dict):
            raise _unexpected(data, place)
        missing = [name for name, _, needed in wanted if needed and name not in data]
        if missing:
            raise BadAnswer(f"the engine's answer has no {', '.join(missing)} at {place}: is it of another version?")
        return kind(**{name: reader(data[name], f"{place}.{name}") for name, reader, _ in wanted if name in data})

    return record


def _plain(fits: Callable[[Any], bool], convert: Callable[[Any], Any] = lambda data: data) -> Callable[[Any, str], Any]:
    def plain(data: Any, place: str) -> Any:
        if not fits(data):
            raise _unexpected(data, place)
        try:
            return convert(data)
        except ValueError:
            raise _unexpected(data, place) from None

    return plain


def _unexpected(data: object, place: str) -> BadAnswer:
    return BadAnswer(f"the engine answered {str(data)[:80]!r} at {place}: is it of another version?")


def _number(data: Any) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


_PLAIN: Mapping[Any, Callable[[Any, str], Any]] = {
    Any: _plain(lambda _: True),
    str: _plain(lambda data: isinstance(data, str)),
    bool: _plain(lambda data: isinstance(data, bool)),
    int: _plain(lambda data: isinstance(data, int) and not isinstance(data, bool)),
    float: _plain(_number, float),
    NoneType: _plain(lambda data: data is None),
    datetime: _plain(lambda data: isinstance(data, str), datetime.fromisoformat),
}
