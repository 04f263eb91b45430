"""How a HistoryRead begins and goes on."""

from datetime import UTC, datetime, timedelta

import pytest
from asyncua import ua
from asyncua.common.utils import ServiceError

from opcua_server.cursors import TICK, Cursor, Cursors, first_cursor
from opcua_server.limits import LIMITS

NODE = ua.NodeId.from_string("ns=2;s=wood-berry-1.reflux_flow")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEVER = ua.get_win_epoch()
NANO = int(NOON.timestamp()) * 10**9
HOUR_NANO = 3600 * 10**9


def details(start: datetime, end: datetime, count: int = 0) -> ua.ReadRawModifiedDetails:
    return ua.ReadRawModifiedDetails(False, start, end, ua.Counter(count), False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "count", "reverse", "span"),
    [
        (NOON, NOON + HOUR, 0, False, (NANO, NANO + HOUR_NANO)),
        (NOON + HOUR, NOON, 0, True, (NANO + TICK, NANO + HOUR_NANO + TICK)),
        (NOON, NEVER, 5, False, (NANO, None)),
        (NEVER, NOON, 5, True, (None, NANO + TICK)),
    ],
)
def test_ranges(start: datetime, end: datetime, count: int, reverse: bool, span: tuple[int | None, int | None]) -> None:
    cursor = first_cursor(details(start, end, count), NODE)
    assert (cursor.reverse, cursor.range) == (reverse, span)


@pytest.mark.parametrize(("start", "end", "count"), [(NEVER, NEVER, 5), (NOON, NEVER, 0), (NEVER, NOON, 0)])
def test_two_of_three_are_needed(start: datetime, end: datetime, count: int) -> None:
    with pytest.raises(ServiceError) as refused:
        first_cursor(details(start, end, count), NODE)
    assert refused.value.code == ua.StatusCodes.BadHistoryOperationInvalid


def test_going_on_leaves_nothing_out_and_repeats_nothing() -> None:
    forwards = first_cursor(details(NOON, NEVER, 10), NODE).after(NANO + 500, 4)
    assert (forwards.range, forwards.left, forwards.limit) == ((NANO + 501, None), 6, 6)
    backwards = first_cursor(details(NOON + HOUR, NOON), NODE).after(NANO + 500, 4)
    assert (backwards.range, backwards.left) == ((NANO + TICK, NANO + 500), 0)


def test_between_two_times_the_number_is_that_of_a_page() -> None:
    first = first_cursor(details(NOON, NOON + HOUR, 10), NODE)
    assert (first.limit, first.left) == (10, 0)
    assert first.after(NANO + 500, 10).limit == 10
    assert first_cursor(details(NOON, NOON + HOUR, 10**6), NODE).limit == LIMITS.history_values


def test_old_points_are_forgotten() -> None:
    cursors = Cursors()
    cursor = first_cursor(details(NOON, NOON + HOUR), NODE)
    points = [cursors.keep(cursor) for _ in range(LIMITS.continuation_points)]
    with pytest.raises(ServiceError) as refused:
        cursors.keep(cursor)  # one request does not take away its own points
    assert refused.value.code == ua.StatusCodes.BadNoContinuationPoints
    cursors.begin()
    points.append(cursors.keep(cursor))
    assert cursors.take(points[0], Cursor) is None
    assert cursors.take(points[-1], Cursor) == cursor
    assert cursors.take(points[-1], Cursor) is None
