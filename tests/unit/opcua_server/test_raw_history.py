"""Raw history of a hand-made record: the table of bounds of OPC 10000-11 4.4, and pages."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st

from connections.historian.store import Series
from opcua_server.cursors import TICK, Cursor, first_cursor
from opcua_server.encoding import Samples
from opcua_server.raw_history import RawHistory
from opcua_server.values import to_ticks

NODE = ua.NodeId.from_string("ns=2;s=wood-berry-1.reflux_flow")
NAME = ("wood-berry-1", "reflux_flow")
NEVER, MINUTE = ua.get_win_epoch(), 60 * 10**9
MIDNIGHT = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 10**9
UNKNOWN = ua.StatusCodes.BadBoundNotFound


class Recorded:
    """Samples at given times, each of which is also its value."""

    def __init__(self, *times: int) -> None:
        self._times = sorted(times)

    def read_raw(
        self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool = False
    ) -> Series:
        found = [one for one in self._times if (start is None or start <= one) and (end is None or one < end)]
        chosen = np.array((found[::-1] if reverse else found)[:limit], np.int64)
        count = len(chosen)
        return Series(tag, chosen, np.zeros(count), chosen * 1.0, np.zeros(count, np.uint32), len(found) > limit)


def clock(text: str) -> int:
    """`5:02` of that night, in nanoseconds."""
    hours, minutes = text.split(":")
    return MIDNIGHT + (60 * int(hours) + int(minutes)) * MINUTE


def asked(text: str) -> datetime:
    return datetime.fromtimestamp(clock(text) / 1e9, UTC) if text else NEVER


def said(samples: Samples) -> list[str]:
    """The minutes that were told; one that is not known in brackets."""
    words = []
    for source, status in zip(samples.source.tolist(), samples.status.tolist(), strict=True):
        seconds, part = divmod((source - to_ticks(MIDNIGHT)) // 10**7, 60)
        shown = f"{seconds // 60}:{seconds % 60:02d}" + (f"+{part}" if part else "")
        words.append(f"({shown})" if status == UNKNOWN else shown)
    return words


async def read(record: Any, cursor: Cursor) -> tuple[list[str], Cursor | None]:
    samples, left = await RawHistory(record).page(cursor, NAME)
    return said(samples), left


def request(start: str, end: str, count: int, bounds: bool) -> Cursor:
    times: Any = asked(start), asked(end)
    return first_cursor(ua.ReadRawModifiedDetails(False, *times, ua.Counter(count), bounds), NODE)


NIGHT = Recorded(*map(clock, ("5:00", "5:02", "5:03", "5:05", "5:06")))


@pytest.mark.parametrize(
    ("start", "end", "count", "bounds", "told", "more"),
    [
        ("5:00", "5:05", 0, True, "5:00 5:02 5:03 5:05", False), ("5:00", "5:05", 0, False, "5:00 5:02 5:03", False),
        ("5:01", "5:04", 0, True, "5:00 5:02 5:03 5:05", False), ("5:01", "5:04", 0, False, "5:02 5:03", False),
        ("5:05", "5:00", 0, True, "5:05 5:03 5:02 5:00", False), ("5:05", "5:00", 0, False, "5:05 5:03 5:02", False),
        ("5:04", "5:01", 0, True, "5:05 5:03 5:02 5:00", False), ("5:04", "5:01", 0, False, "5:03 5:02", False),
        ("4:59", "5:05", 0, True, "(4:59) 5:00 5:02 5:03 5:05", False),
        ("4:59", "5:05", 0, False, "5:00 5:02 5:03", False),
        ("5:01", "5:07", 0, True, "5:00 5:02 5:03 5:05 5:06 (5:07)", False),
        ("5:01", "5:07", 0, False, "5:02 5:03 5:05 5:06", False),
        ("5:00", "5:05", 3, True, "5:00 5:02 5:03", True), ("5:00", "5:05", 3, False, "5:00 5:02 5:03", False),
        ("5:01", "5:04", 3, True, "5:00 5:02 5:03", True), ("5:01", "5:04", 3, False, "5:02 5:03", False),
        ("5:05", "5:00", 3, True, "5:05 5:03 5:02", True), ("5:05", "5:00", 3, False, "5:05 5:03 5:02", False),
        ("5:04", "5:01", 3, True, "5:05 5:03 5:02", True), ("5:04", "5:01", 3, False, "5:03 5:02", False),
        ("4:59", "5:05", 3, True, "(4:59) 5:00 5:02", True), ("4:59", "5:05", 3, False, "5:00 5:02 5:03", False),
        ("5:01", "5:07", 3, True, "5:00 5:02 5:03", True), ("5:01", "5:07", 3, False, "5:02 5:03 5:05", True),
        ("5:00", "", 3, True, "5:00 5:02 5:03", False), ("5:00", "", 3, False, "5:00 5:02 5:03", False),
        ("5:00", "", 6, True, "5:00 5:02 5:03 5:05 5:06 (5:06+1)", False),
        ("5:00", "", 6, False, "5:00 5:02 5:03 5:05 5:06", False),
        ("5:07", "", 6, True, "5:06 (5:06+1)", False), ("5:07", "", 6, False, "", False),
        ("", "5:06", 3, True, "5:06 5:05 5:03", False), ("", "5:06", 3, False, "5:06 5:05 5:03", False),
        ("", "5:06", 6, True, "5:06 5:05 5:03 5:02 5:00 (4:59+59)", False),
        ("", "5:06", 6, False, "5:06 5:05 5:03 5:02 5:00", False),
        ("", "4:48", 6, True, "5:00 (4:59+59)", False), ("", "4:48", 6, False, "", False),
        ("4:48", "4:48", 0, True, "(4:48) 5:00", False), ("4:48", "4:48", 0, False, "", False),
        ("4:48", "4:48", 1, True, "(4:48)", True), ("4:48", "4:48", 1, False, "", False),
        ("4:48", "4:48", 2, True, "(4:48) 5:00", False),
        ("5:00", "5:00", 0, True, "5:00 5:02", False), ("5:00", "5:00", 0, False, "5:00", False),
        ("5:00", "5:00", 1, True, "5:00", True), ("5:00", "5:00", 1, False, "5:00", False),
        ("5:01", "5:01", 0, True, "5:00 5:02", False), ("5:01", "5:01", 0, False, "", False),
        ("5:01", "5:01", 1, True, "5:00", True), ("5:01", "5:01", 1, False, "", False),
    ],
)  # fmt: skip
async def test_bounds(start: str, end: str, count: int, bounds: bool, told: str, more: bool) -> None:
    found, left = await read(NIGHT, request(start, end, count, bounds))
    assert (found, left is not None) == (told.split(), more)


async def test_the_last_page_may_be_the_bound_that_nobody_knows() -> None:
    found, left = await read(NIGHT, request("5:05", "5:07", 2, True))
    assert found == ["5:05", "5:06"]
    assert left is not None
    assert await read(NIGHT, left) == (["(5:07)"], None)


MINUTES = st.sampled_from([f"5:{minute:02d}" for minute in range(12)])


@given(st.sets(MINUTES), MINUTES, MINUTES, st.integers(1, 4), st.booleans())
async def test_pages_together_are_the_range(recorded: set[str], start: str, end: str, page: int, bounds: bool) -> None:
    record = Recorded(*(clock(one) + TICK // 2 for one in recorded))
    whole, nothing = await read(record, request(start, end, 0, bounds))
    assert nothing is None
    found: list[str] = []
    left: Cursor | None = request(start, end, page, bounds)
    while left is not None:
        part, left = await read(record, left)
        assert len(part) <= page
        found += part
    assert found == whole
