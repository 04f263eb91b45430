"""Where clauses (OPC 10000-4 7.7): checked once, then evaluated in three values: true, false, unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asyncua import ua

from opcua_server.alarms.occurrence import Occurrence
from opcua_server.alarms.operators import OPERATORS
from opcua_server.alarms.types import EventTypes
from opcua_server.alarms.vocabulary import CONDITION_ID
from opcua_server.index_ranges import refused_range
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
    found = tuple(one for one in operands if not isinstance(one, int))
    if len(found) < len(operands):
        codes = [one if isinstance(one, int) else _CODES.Good for one in operands]
        return None, _result(_CODES.BadFilterOperandInvalid, codes)
    return (known.work, found), _result(_CODES.Good)


def _operand(operand: Any, place: int, count: int, types: EventTypes) -> Operand | int:
    """What the operand is worth, or the status code of one that can't be used."""
    if isinstance(operand, ua.LiteralOperand):
        literal = operand.Value.Value if operand.Value is not None else None
        return lambda _event, _known: literal
    if isinstance(operand, ua.ElementOperand) and place < operand.Index < count:
        return lambda _event, known: known[operand.Index]
    if isinstance(operand, ua.SimpleAttributeOperand):
        select = read_select(operand)
        return select if isinstance(select, int) else lambda event, _known: select.value(event, types).Value
    return _CODES.BadFilterOperandInvalid


def _of_type(operand: Any, types: EventTypes) -> Operand | int:
    wanted = operand.Value.Value if isinstance(operand, ua.LiteralOperand) and operand.Value is not None else None
    if not isinstance(wanted, ua.NodeId) or not types.knows(wanted):
        return _CODES.BadFilterOperandInvalid
    return lambda event, _known: types.is_a(event.kind, wanted)


def read_select(operand: ua.SimpleAttributeOperand) -> Select | int:
    """The field that an operand names, or the status code of what can't be part of an event (OPC 10000-4 7.22.3)."""
    path = operand.BrowsePath or ()
    if not all(name.Name for name in path):
        return _CODES.BadBrowseNameInvalid
    if any(name.NamespaceIndex for name in path):  # all our fields are those of the standard
        return _CODES.BadNodeIdUnknown
    if operand.AttributeId != (ua.AttributeIds.Value if path else ua.AttributeIds.NodeId):
        return _CODES.BadAttributeIdInvalid
    refused = refused_range(operand.IndexRange)
    names = "/".join(str(name.Name) for name in path) or CONDITION_ID
    return refused or Select(operand.TypeDefinitionId or ua.NodeId(), names)


def _result(code: int, operands: Sequence[int] = ()) -> ua.ContentFilterElementResult:
    return ua.ContentFilterElementResult(status_code(code), [status_code(one) for one in operands])
