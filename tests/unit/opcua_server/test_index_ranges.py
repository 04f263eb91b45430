"""Parts of arrays and texts: what Python's own slices say, for every range that is one."""

from typing import Any

import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.index_ranges import part, refused_range

CODES, VALUE = ua.StatusCodes, int(ua.AttributeIds.Value)
HELD = st.one_of(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.text(max_size=6), st.binary(max_size=6))


def code(value: ua.DataValue) -> int:
    return 0 if value.StatusCode is None else int(value.StatusCode.value)


@given(HELD, st.integers(0, 8), st.integers(0, 8))
def test_a_part_is_a_slice(held: Any, first: int, length: int) -> None:
    text = f"{first}:{first + length}" if length else f"{first}"
    found = part(ua.DataValue(ua.Variant(held)), VALUE, text)
    wanted = held[first : first + length + 1]
    assert code(found) == (0 if wanted else CODES.BadIndexRangeNoData)
    assert not wanted or (found.Value is not None and found.Value.Value == wanted)


@given(st.text("0123456789:,-x ", max_size=8), st.one_of(HELD, st.floats(allow_nan=False)))
def test_whatever_is_asked_for_is_told_or_refused(text: str, held: Any) -> None:
    found = part(ua.DataValue(ua.Variant(held)), VALUE, text)
    assert code(found) in {0, CODES.BadIndexRangeInvalid, CODES.BadIndexRangeNoData}
    assert code(found) or refused_range(text) == CODES.BadIndexRangeNoData


@pytest.mark.parametrize(
    ("text", "refused"),
    [("", None), (None, None), ("0", CODES.BadIndexRangeNoData), ("1:2,0", CODES.BadIndexRangeNoData),
     ("1:1", CODES.BadIndexRangeInvalid), ("2:1", CODES.BadIndexRangeInvalid), ("1,", CODES.BadIndexRangeInvalid),
     ("-1", CODES.BadIndexRangeInvalid), ("\u0661", CODES.BadIndexRangeInvalid), ("0:2:4", CODES.BadIndexRangeInvalid)],
)  # fmt: skip
def test_what_has_no_parts_refuses_them(text: str | None, refused: int | None) -> None:
    assert refused_range(text) == refused
