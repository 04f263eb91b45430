"""Where clauses (OPC 10000-4 7.7): checked once, then evaluated in three values: true, false, unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from opcua_server.alarms.occurrence import Occurrence
from opcua_server.alarms.operators import OPERATORS
from opcua_server.alarms.types import EventTypes
from opcua_server.values import status_code

_CODES, _OPERATORS = ua.StatusCodes, ua.FilterOperator
Operand = Callable[[Occurrence, Sequence[Any]], Any]
"""What an operand is worth for an event, when the elements behind it are known."""


@dataclass(frozen=True, slots=True)
class Select:
    """One field of an event: of this type and its subtypes only."""

    kind: ua.NodeId
    path: str

    def value(self, event: Occurrence, types: EventTypes) -> ua.Variant:
        """The field; null when the event is of another type."""
        if not self.kind.is_null() and not types.is_a(event.kind, self.kind):
            return ua.Variant()
        return event.value(self.path)


@dataclass(frozen=True, slots=True)
class Where:
    """A checked clause; elements are worked out from the last to the first, for operands point forwards only."""

    elements: tuple[tuple[Callable[[Sequence[Any]], Any], tuple[Operand, ...]], ...]

    def passes(self, event: Occurrence) -> bool:
        """Whether the event fits."""
        known: list[Any] = [None] * len(self.elements)
        for place in range(len(self.elements) - 1, -1, -1):
            work, operands = self.elements[place]
            known[place] = work([operand(event, known) for operand in operands])
        return known[0] is True


def read_where(
    clause: ua.ContentFilter | None, types: EventTypes
) -> tuple[Where | None, list[ua.ContentFilterElementResult]]:
    """The clause and the result of each element; None when there is no clause, or it can't be used."""
    elements = list(clause.Elements or ()) if clause is not None else []
    read = [_element(element, place, len(elements), types) for place, element in enumerate(elements)]
    results = [result for _, result in read]
    if not elements or any(not result.StatusCode.is_good() for result in results):
        return None, results
    return Where(tuple(done for done, _ in read if done is not None)), results


_Element = tuple[tuple[Callable[[Sequence[Any]], Any], tuple[Operand, ...]] | None, ua.ContentFilterElementResult]


def _element(element: ua.ContentFilterElement, place: int, count: int, types: EventTypes) -> _Element:
    known = OPERATORS.get(element.FilterOperator)
    given = list(element.FilterOperands or ())
    if known is None:
        return None, _result(_CODES.BadFilterOperatorUnsupported)
    if not known.least <= len(given) <= known.most:
        return None, _result(_CODES.BadFilterOperandCountMismatch)
    of_type = element.FilterOperator == _OPERATORS.OfType
    operands = [_of_type(one, types) if of_type else _operand(one, place, count, types) for one in given]
    found = tuple(one for one in operands if one is not None)
    if len(found) < len(operands):
        codes = [_CODES.Good if one is not None else _CODES.BadFilterOperandInvalid for one in operands]
        return None, _result(_CODES.BadFilterOperandInvalid, codes)
    return (known.work, found), _result(_CODES.Good)


def _operand(operand: Any, place: int, count: int, types: EventTypes) -> Operand | None:
    if isinstance(operand, ua.LiteralOperand):
        literal = operand.Value.Value if operand.Value is not None else None
        return lambda _event, _known: literal
    if isinstance(operand, ua.ElementOperand) and place < operand.Index < count:
        return lambda _event, known: known[operand.Index]
    if isinstance(operand, ua.SimpleAttributeOperand):
        select = read_select(operand)
        return None if select is None else lambda event, _known: select.value(event, types).Value
    return None


def _of_type(operand: Any, types: EventTypes) -> Operand | None:
    wanted = operand.Value.Value if isinstance(operand, ua.LiteralOperand) and operand.Value is not None else None
    if not isinstance(wanted, ua.NodeId) or not types.knows(wanted):
        return None
    return lambda event, _known: types.is_a(event.kind, wanted)


def read_select(operand: ua.SimpleAttributeOperand) -> Select | None:
    """The field that an operand names; None for one that can't be part of an event."""
    names = [name.Name or "" for name in operand.BrowsePath or ()]
    kind = operand.TypeDefinitionId or ua.NodeId()
    if operand.IndexRange:
        return None
    if not names:
        return Select(kind, "ConditionId") if operand.AttributeId == ua.AttributeIds.NodeId else None
    return Select(kind, "/".join(names)) if operand.AttributeId == ua.AttributeIds.Value else None


def _result(code: int, operands: Sequence[int] = ()) -> ua.ContentFilterElementResult:
    return ua.ContentFilterElementResult(status_code(code), [status_code(one) for one in operands])
