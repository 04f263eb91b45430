"""The operators of where clauses (OPC 10000-4 7.7.3) in three values: true, false, and None for unknown."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from opcua_server.alarms.like import like

_OPERATORS = ua.FilterOperator
MOST_OPERANDS = 1000


@dataclass(frozen=True, slots=True)
class Operator:
    """How many operands it takes, and what comes of their values."""

    least: int
    most: int
    work: Callable[[Sequence[Any]], Any]


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Sequence[Any]], Any]:
    def work(values: Sequence[Any]) -> bool | None:
        one, other = _alike(*(_plain(value) for value in values))
        if one is None or other is None:
            return None
        try:
            return bool(test(one, other))
        except TypeError:
            return None

    return work


def _plain(value: Any) -> Any:
    if isinstance(value, ua.LocalizedText):
        return value.Text
    return value.value if isinstance(value, ua.StatusCode) else value


def _alike(one: Any, other: Any) -> tuple[Any, Any]:
    """Both as one type, where OPC 10000-4 converts by itself: texts to numbers, NodeIds to texts."""
    if isinstance(one, str) != isinstance(other, str):
        return (_from_text(one, other), other) if isinstance(one, str) else (one, _from_text(other, one))
    return one, other


def _from_text(text: str, like_this: Any) -> Any:
    try:
        if isinstance(like_this, ua.NodeId):
            return ua.NodeId.from_string(text)
        return float(text) if isinstance(like_this, int | float) else text
    except (ValueError, ua.UaError):
        return None


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def _not(values: Sequence[Any]) -> bool | None:
    return not values[0] if isinstance(values[0], bool) else None


def _and(values: Sequence[Any]) -> bool | None:
    return False if False in values else True if values[0] is True and values[1] is True else None


def _or(values: Sequence[Any]) -> bool | None:
    return True if True in values else False if values[0] is False and values[1] is False else None


def _between(values: Sequence[Any]) -> Any:
    return _and([_compare(operator.ge)(values[:2]), _compare(operator.le)([values[0], values[2]])])


def _in_list(values: Sequence[Any]) -> Any:
    return any(_compare(_equal)([values[0], one]) for one in values[1:])


def _like(values: Sequence[Any]) -> bool | None:
    value, pattern = (_plain(one) for one in values)
    return like(value, pattern) if isinstance(value, str) and isinstance(pattern, str) else None


def _bits(work: Callable[[int, int], int]) -> Callable[[Sequence[Any]], Any]:
    def worked(values: Sequence[Any]) -> int | None:
        return work(*values) if all(isinstance(value, int) for value in values) else None

    return worked


OPERATORS: Mapping[ua.FilterOperator, Operator] = {
    _OPERATORS.Equals: Operator(2, 2, _compare(_equal)),
    _OPERATORS.IsNull: Operator(1, 1, lambda values: values[0] is None),
    _OPERATORS.GreaterThan: Operator(2, 2, _compare(operator.gt)),
    _OPERATORS.LessThan: Operator(2, 2, _compare(operator.lt)),
    _OPERATORS.GreaterThanOrEqual: Operator(2, 2, _compare(operator.ge)),
    _OPERATORS.LessThanOrEqual: Operator(2, 2, _compare(operator.le)),
    _OPERATORS.Like: Operator(2, 2, _like),
    _OPERATORS.Not: Operator(1, 1, _not),
    _OPERATORS.Between: Operator(3, 3, _between),
    _OPERATORS.InList: Operator(2, MOST_OPERANDS, _in_list),
    _OPERATORS.And: Operator(2, 2, _and),
    _OPERATORS.Or: Operator(2, 2, _or),
    _OPERATORS.BitwiseAnd: Operator(2, 2, _bits(operator.and_)),
    _OPERATORS.BitwiseOr: Operator(2, 2, _bits(operator.or_)),
    _OPERATORS.OfType: Operator(1, 1, lambda values: values[0]),
}
