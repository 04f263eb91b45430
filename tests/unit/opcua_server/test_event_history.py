"""Which span of the record a read of events means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncua import ua

from connections.historian.events import Span
from opcua_server.alarms.history import _span

NOON, NEVER = datetime(2026, 1, 1, 12, tzinfo=UTC), ua.get_win_epoch()
LATER = NOON + timedelta(hours=1)
TICK, NANO = 100, int(NOON.timestamp()) * 10**9
HOUR = 3600 * 10**9


@pytest.mark.parametrize(
    ("start", "end", "count", "span"),
    [
        (NOON, LATER, 0, Span(NANO, NANO + HOUR)),
        (LATER, NOON, 0, Span(NANO + TICK, NANO + HOUR + TICK, reverse=True)),
        (NOON, NOON, 0, Span(NANO, NANO + TICK)),  # that moment
        (NOON, NEVER, 5, Span(NANO)),
        (NEVER, NOON, 5, Span(None, NANO + TICK, reverse=True)),
    ],
)
def test_spans(start: Any, end: Any, count: int, span: Span) -> None:
    assert _span(ua.ReadEventDetails(ua.Counter(count), start, end, ua.EventFilter()), None, None) == span
