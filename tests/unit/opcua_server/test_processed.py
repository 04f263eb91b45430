"""Intervals at the ends of what is recorded: what is partial there, and what has no data (OPC 10000-13 5.3.3.2)."""

from typing import Any

import pytest
from asyncua import ua

from opcua_server.processed import Intervals, Processing
from opcua_server.track import CALCULATED, INTERPOLATED, NO_DATA, PARTIAL, RAW, UNCERTAIN
from opcua_server.window import Rules
from tests.unit.opcua_server.test_raw_history import NODE, Recorded

SECOND = 10**9
RECORD: Any = Recorded(*(second * SECOND for second in (10, 20, 30, 40)))
CUT = CALCULATED | PARTIAL


def told(name: str, start: int, end: int, width: int) -> list[tuple[float, int]]:
    """Seconds at which the intervals begin, and their status codes."""
    kind = int(getattr(ua.ObjectIds, f"AggregateFunction_{name}"))
    intervals = Intervals(NODE, kind, start * SECOND, end * SECOND, width * SECOND, Rules())
    points, left = Processing(RECORD, "sim", "tag", stepped=False).aggregate(intervals)
    assert left is None
    return [(point.time / SECOND, point.status) for point in points]


@pytest.mark.parametrize("name", ["Count", "PercentGood", "DurationGood", "DurationInStateNonZero", "WorstQuality"])
def test_the_ends_of_the_record(name: str) -> None:
    whole = [(second, CALCULATED) for second in (10, 20, 30)]
    assert told(name, 0, 60, 10) == [(0, NO_DATA), *whole, (40, CUT), (50, NO_DATA)]
    assert told(name, 60, 0, 10)[::-1] == [
        (10, NO_DATA),
        *((at + 10, code) for at, code in whole),
        (50, CUT),
        (60, NO_DATA),
    ]
    assert [code & CUT for _, code in told(name, 5, 25, 10)] == [CUT, CALCULATED]


def test_an_interval_that_the_request_cuts_is_partial() -> None:
    assert told("Count", 10, 35, 10) == [(10, CALCULATED), (20, CALCULATED), (30, CUT)]


def test_a_value_at_one_time_is_never_partial_and_goes_on() -> None:
    assert told("Interpolative", 0, 60, 20) == [(0, NO_DATA), (20, RAW), (40, RAW)]
    assert told("Interpolative", 25, 55, 10) == [(25, INTERPOLATED), (35, INTERPOLATED), (45, UNCERTAIN | INTERPOLATED)]
