"""EventFilters: which fields of which events a client wants."""

from collections.abc import Sequence
from dataclasses import dataclass

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.ua.uaprotocol_auto import AggregateFilter, DataChangeFilter, EventFilter

from opcua_server.alarms.occurrence import Occurrence
from opcua_server.alarms.types import EventTypes
from opcua_server.alarms.vocabulary import CONDITION_ID
from opcua_server.alarms.where import Select, Where, read_select, read_where
from opcua_server.values import status_code

_CODES = ua.StatusCodes
MOST_CLAUSES = 1000
"""Select clauses, and elements of a where clause."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked filter."""

    select: tuple[Select | None, ...]
    where: Where | None
    types: EventTypes

    def fields(self, event: Occurrence) -> list[ua.Variant] | None:
        """The fields of the event in the order of the select clauses, or None when it does not fit."""
        if self.where is not None and not self.where.passes(event):
            return None
        return self.every_field(event)

    def every_field(self, event: Occurrence) -> list[ua.Variant]:
        """The fields, whether the event fits or not."""
        return [ua.Variant() if one is None else one.value(event, self.types) for one in self.select]


def read_event_filter(wanted: object, types: EventTypes) -> tuple[Wanted, ua.EventFilterResult | None]:
    """The filter that a client asked for, and what is wrong with it where something is.

    Raises ServiceError when it is no filter of events or too long; FilterInvalid when it can't be used.
    """
    if not isinstance(wanted, EventFilter):
        other = isinstance(wanted, DataChangeFilter | AggregateFilter)
        raise ServiceError(_CODES.BadFilterNotAllowed if other else _CODES.BadEventFilterInvalid)
    clauses = list(wanted.SelectClauses or ())
    elements = wanted.WhereClause.Elements or () if wanted.WhereClause is not None else ()
    if not clauses or max(len(clauses), len(elements)) > MOST_CLAUSES:
        raise ServiceError(_CODES.BadEventFilterInvalid)
    read = [_checked(clause, types) for clause in clauses]
    select = tuple(None if isinstance(one, int) else one for one in read)
    where, results = read_where(wanted.WhereClause, types)
    found = _result([one if isinstance(one, int) else _CODES.Good for one in read], results)
    if (where is None and elements) or not any(select):
        raise FilterInvalid(found)
    return Wanted(select, where, types), None if all(select) else found


class FilterInvalid(ServiceError):  # noqa: N818 - the name of what it tells
    """The where clause, or none of the select clauses, can be used; `result` says why."""

    def __init__(self, result: ua.EventFilterResult) -> None:
        super().__init__(_CODES.BadEventFilterInvalid)
        self.result = result


def _checked(clause: ua.SimpleAttributeOperand, types: EventTypes) -> Select | int:
    select = read_select(clause)
    if isinstance(select, int):
        return select
    if not select.kind.is_null() and not types.knows(select.kind):
        return _CODES.BadTypeDefinitionInvalid
    known = select.path == CONDITION_ID or types.has_field(select.kind, select.path)
    return select if known else _CODES.BadNodeIdUnknown


def _result(select: Sequence[int], elements: list[ua.ContentFilterElementResult]) -> ua.EventFilterResult:
    return ua.EventFilterResult([status_code(code) for code in select], [], ua.ContentFilterResult(elements, []))
