"""Where clauses, select clauses and the Like operator, on events without a server."""

import re
import time
from typing import Any, ClassVar

import pytest
from asyncua import ua
from asyncua.common.utils import ServiceError
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.alarms.filters import FilterInvalid, read_event_filter
from opcua_server.alarms.like import like
from opcua_server.alarms.occurrence import PlainOccurrence
from opcua_server.alarms.where import read_where

OP, TYPES, CODES = ua.FilterOperator, ua.VariantType, ua.StatusCodes


def node(number: int) -> ua.NodeId:
    return ua.NodeId(ua.Int32(number))


BASE, CONDITION, LIMIT, EXCLUSIVE, MODEL = (node(number) for number in (2041, 2782, 2955, 9341, 2133))


class Tree:
    """Some event types."""

    above: ClassVar[dict[ua.NodeId, ua.NodeId | None]] = {
        EXCLUSIVE: LIMIT,
        LIMIT: CONDITION,
        CONDITION: BASE,
        MODEL: BASE,
        BASE: None,
    }

    def knows(self, kind: ua.NodeId) -> bool:
        return kind in self.above

    def has_field(self, kind: ua.NodeId, path: str) -> bool:
        return path not in {"No", "NoSuchField"}

    def is_a(self, kind: ua.NodeId, wanted: ua.NodeId) -> bool:
        following: ua.NodeId | None = kind
        while following is not None and following != wanted:
            following = self.above.get(following)
        return following is not None


TREE: Any = Tree()
EVENT = PlainOccurrence(
    EXCLUSIVE,
    {
        "Severity": ua.Variant(500, TYPES.UInt16),
        "Message": ua.Variant(ua.LocalizedText("level is high", "en"), TYPES.LocalizedText),
        "SourceName": ua.Variant("tank-1.level", TYPES.String),
        "ActiveState/Id": ua.Variant(True, TYPES.Boolean),
        "SourceNode": ua.Variant(node(7), TYPES.NodeId),
        "Quality": ua.Variant(ua.StatusCode(ua.UInt32(CODES.BadSensorFailure)), TYPES.StatusCode),
    },
)


def f(path: str, kind: ua.NodeId = BASE) -> ua.SimpleAttributeOperand:
    names = [ua.QualifiedName(name, ua.UInt16(0)) for name in path.split("/")]
    return ua.SimpleAttributeOperand(kind, names, ua.AttributeIds.Value)


def v(value: Any, variant: ua.VariantType | None = None) -> ua.LiteralOperand:
    return ua.LiteralOperand(ua.Variant(value, variant))


def e(index: int) -> ua.ElementOperand:
    return ua.ElementOperand(ua.UInt32(index))


def clause(*elements: tuple[Any, ...]) -> ua.ContentFilter:
    return ua.ContentFilter([ua.ContentFilterElement(operator, list(operands)) for operator, *operands in elements])


def passes(*elements: tuple[Any, ...]) -> bool:
    where, results = read_where(clause(*elements), TREE)
    assert where is not None, [result.StatusCode.name for result in results]
    return where.passes(EVENT)


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([(OP.GreaterThanOrEqual, f("Severity"), v(500))], True),
        ([(OP.GreaterThan, f("Severity"), v(500.0))], False),
        ([(OP.LessThan, f("Severity"), v("x"))], False),
        ([(OP.Not, e(1)), (OP.LessThan, f("Severity"), v("x"))], False),  # what is unknown is not false
        ([(OP.Equals, f("Message"), v("level is high"))], True),
        ([(OP.Equals, f("ActiveState/Id"), v(True))], True),
        ([(OP.Equals, f("SourceNode"), v(node(7), TYPES.NodeId))], True),
        ([(OP.Like, f("SourceName"), v("tank-_.%"))], True),
        ([(OP.Like, f("Message"), v("%low%"))], False),
        ([(OP.IsNull, f("NoSuchField"))], True),
        ([(OP.IsNull, f("Severity"))], False),
        ([(OP.Between, f("Severity"), v(400), v(500))], True),
        ([(OP.Between, f("Severity"), v(501), v(900))], False),
        ([(OP.InList, f("Severity"), v(1), v(500))], True),
        ([(OP.InList, f("Severity"), v(1), v(2))], False),
        ([(OP.OfType, v(CONDITION))], True),
        ([(OP.OfType, v(MODEL))], False),
        ([(OP.And, e(1), e(2)), (OP.OfType, v(LIMIT)), (OP.LessThan, f("Severity"), v(600))], True),
        ([(OP.Or, e(1), e(2)), (OP.OfType, v(MODEL)), (OP.LessThan, f("Severity"), v(600))], True),
        ([(OP.And, e(1), e(2)), (OP.IsNull, f("Severity")), (OP.LessThan, f("Nothing"), v(600))], False),
        ([(OP.Equals, e(1), v(4)), (OP.BitwiseAnd, f("Severity"), v(4))], True),
        ([(OP.Equals, f("Severity", MODEL), v(500))], False),  # the field of another type of event
        ([(OP.Equals, f("Severity"), v("500"))], True),  # texts are numbers where one is wanted
        ([(OP.Between, f("Severity"), v("400"), v("500.5"))], True),
        ([(OP.Equals, v("ns=0;i=7"), f("SourceNode"))], True),
        ([(OP.Equals, f("SourceNode"), v("tank"))], False),
        ([(OP.GreaterThanOrEqual, f("Quality"), v(0x80000000, TYPES.UInt32))], True),
    ],
)
def test_operators(elements: list[tuple[Any, ...]], expected: bool) -> None:
    assert passes(*elements) is expected


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ([(OP.Cast, v(1), v(2))], CODES.BadFilterOperatorUnsupported),
        ([(OP.InView, v(1))], CODES.BadFilterOperatorUnsupported),
        ([(OP.Equals, v(1))], CODES.BadFilterOperandCountMismatch),
        ([(OP.Not, v(1), v(2))], CODES.BadFilterOperandCountMismatch),
        ([(OP.Not, e(0))], CODES.BadFilterOperandInvalid),
        ([(OP.Not, e(5))], CODES.BadFilterOperandInvalid),
        ([(OP.OfType, v(node(99)))], CODES.BadFilterOperandInvalid),
        ([(OP.OfType, v(5))], CODES.BadFilterOperandInvalid),
        ([(OP.Not, ua.AttributeOperand())], CODES.BadFilterOperandInvalid),
    ],
)
def test_clauses_that_can_not_be(elements: list[tuple[Any, ...]], code: int) -> None:
    where, results = read_where(clause(*elements), TREE)
    assert where is None
    assert results[0].StatusCode.value == code
    with pytest.raises(FilterInvalid) as refused:
        read_event_filter(ua.EventFilter([f("Severity")], clause(*elements)), TREE)
    assert refused.value.result.WhereClauseResult.ElementResults[0].StatusCode.value == code


def test_elements_used_again_and_again_are_worked_out_once() -> None:
    count = 200
    doubled = [(OP.And, e(i + 1), e(i + 1)) for i in range(count)]
    begun = time.perf_counter()
    assert passes(*doubled, (OP.OfType, v(LIMIT)))
    assert time.perf_counter() - begun < 1.0


def test_select_clauses() -> None:
    condition_id = ua.SimpleAttributeOperand(CONDITION, [], ua.AttributeIds.NodeId)
    strange = ua.SimpleAttributeOperand(node(99), [ua.QualifiedName("X")], ua.AttributeIds.Value)
    wanted, problems = read_event_filter(ua.EventFilter([f("Severity"), condition_id, strange, f("No")]), TREE)
    fields = wanted.fields(EVENT)
    assert fields is not None
    assert [field.Value for field in fields] == [500, None, None, None]
    assert problems is not None
    assert [code.is_good() for code in problems.SelectClauseResults] == [True, True, False, False]
    for bad, code in (
        (None, CODES.BadEventFilterInvalid), (ua.EventFilter([]), CODES.BadEventFilterInvalid),
        (ua.EventFilter([f("Severity")] * 1001), CODES.BadEventFilterInvalid),
        (ua.DataChangeFilter(), CODES.BadFilterNotAllowed), (ua.AggregateFilter(), CODES.BadFilterNotAllowed),
    ):  # fmt: skip
        with pytest.raises(ServiceError) as refused:
            read_event_filter(bad, TREE)
        assert refused.value.code == code


VALUE, NODE_ID = ua.AttributeIds.Value, ua.AttributeIds.NodeId


@pytest.mark.parametrize(
    ("kind", "names", "attribute", "part", "code"),
    [
        (node(99), ["Severity"], VALUE, None, CODES.BadTypeDefinitionInvalid),
        (BASE, ["Severity", ""], VALUE, None, CODES.BadBrowseNameInvalid),
        (BASE, ["5:Severity"], VALUE, None, CODES.BadNodeIdUnknown),
        (BASE, ["NoSuchField"], VALUE, None, CODES.BadNodeIdUnknown),
        (BASE, ["Severity"], ua.AttributeIds.DisplayName, None, CODES.BadAttributeIdInvalid),
        (BASE, ["Severity"], NODE_ID, None, CODES.BadAttributeIdInvalid),
        (CONDITION, [], VALUE, None, CODES.BadAttributeIdInvalid),
        (BASE, ["EventId"], VALUE, "3:1", CODES.BadIndexRangeInvalid),
        (BASE, ["EventId"], VALUE, "1:3", CODES.BadIndexRangeNoData),
    ],
)
def test_select_clauses_that_can_not_be(
    kind: ua.NodeId, names: list[str], attribute: ua.AttributeIds, part: str | None, code: int
) -> None:
    path = [ua.QualifiedName.from_string(name) if name else ua.QualifiedName() for name in names]
    operand = ua.SimpleAttributeOperand(kind, path, attribute, part)
    _, problems = read_event_filter(ua.EventFilter([f("Severity"), operand]), TREE)
    assert problems is not None
    assert [one.value for one in problems.SelectClauseResults] == [CODES.Good, code]
    with pytest.raises(FilterInvalid) as refused:  # at least one clause must be good
        read_event_filter(ua.EventFilter([operand]), TREE)
    assert [one.value for one in refused.value.result.SelectClauseResults] == [code]


plain = st.text("ab%_", max_size=12)


@given(st.text("ab", max_size=12), plain)
def test_like_agrees_with_a_regular_expression(value: str, pattern: str) -> None:
    expression = "".join({"%": ".*", "_": "."}.get(one, re.escape(one)) for one in pattern)
    assert like(value, pattern) == bool(re.fullmatch(expression, value))


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("abc5", "abc[13-68]", True), ("abc7", "abc[13-68]", False), ("abc4", "abc[^13-5]", False),
        ("abcx", "abc[^13-5]", True), ("100%", "100\\%", True), ("100x", "100\\%", False), ("a[b", "a[b", True),
        ("", "%", True), ("", "_", False), ("Th[ia][ts]%", "Th[ia][ts]%", False), ("This", "Th[ia][ts]%", True),
    ],
)  # fmt: skip
def test_like(value: str, pattern: str, expected: bool) -> None:
    assert like(value, pattern) is expected


def test_like_is_never_slow() -> None:
    begun = time.perf_counter()
    assert not like("a" * 300, "%a" * 150 + "b")
    assert time.perf_counter() - begun < 0.5
