"""Queues, filters and encoding of monitored tags, checked against asyncua's own decoder."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary
from hypothesis import given, settings
from hypothesis import strategies as st

from opcua_server.columns import Item
from opcua_server.items import TagItems
from opcua_server.tags import Block, ValueTable
from opcua_server.values import DOUBLE, UINT32
from plant.catalog import MODELS
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.quality import Quality

MODEL = MODELS["wood-berry"]
BOTH = 0x0C


@pytest.fixture
def table() -> ValueTable:
    return ValueTable()


@pytest.fixture
def block(table: ValueTable) -> Block:
    taken = table.take("wood-berry-1", MODEL)
    table.apply([(taken, frame(0))])
    return taken


def frame(number: int, value: float = 1.0, status: int = 0, epoch: int = 1, action: int = 0) -> Frame:
    """All tags at the same value and status; one frame a second."""
    count = len(MODEL.tags)
    codes = np.full(count, status, np.uint32) if status else None
    wall = 1_800_000_000_000_000_000 + number * 1_000_000_000
    return Frame(
        "wood-berry-1", Kind.SAMPLE, State.RUNNING, epoch, number, number, action, float(number), wall, 1.0, 0,
        np.full(count, value), codes,
    )  # fmt: skip


def item(block: Block, index: int = 0, **changes: Any) -> Item:
    given: dict[str, Any] = {
        "number": index + 1, "handle": 100 + index, "row": block.first + index, "variant": DOUBLE, "times": BOTH,
        "trigger": ua.DataChangeTrigger.StatusValue, "deadband": 0.0, "queue": 1, "oldest": True,
        "mode": ua.MonitoringMode.Reporting,
    }  # fmt: skip
    return Item(**given | changes)


def popped(items: TagItems) -> list[tuple[int, Any, int]]:
    """(handle, value, status) of everything that waits, decoded by asyncua."""
    body, count, _ = items.pop()
    whole = count.to_bytes(4, "little") + body + b"\xff\xff\xff\xff"
    notification = struct_from_binary(ua.DataChangeNotification, Buffer(whole))
    assert len(notification.MonitoredItems) == count
    found = []
    for one in notification.MonitoredItems:
        assert one.Value.SourceTimestamp is not None
        assert one.Value.ServerTimestamp is not None
        held = one.Value.Value.Value if one.Value.Value is not None else None
        found.append((one.ClientHandle, held, one.Value.StatusCode.value))
    return found


def test_the_present_value_comes_first_and_once(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block), block)])
    assert items.reporting
    assert popped(items) == [(100, 1.0, 0)]
    assert not items.reporting
    table.apply([(block, frame(1))])
    assert popped(items) == []


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(0, 3), max_size=30), size=st.integers(1, 8), oldest=st.booleans(),
    deadband=st.sampled_from([0.0, 1.0, 1.5]),
)  # fmt: skip
def test_a_queue_is_a_queue(values: list[int], size: int, oldest: bool, deadband: float) -> None:
    """The arrays do what one item's plain queue would do (OPC 10000-4 5.13.1.5)."""
    table = ValueTable()
    block = table.take("wood-berry-1", MODEL)
    table.apply([(block, frame(0))])
    items = TagItems(table)
    items.add([(item(block, index, queue=size, oldest=oldest, deadband=deadband), block) for index in (0, 3)])
    queue, last = [(1.0, 0)], 1.0
    for number, value in enumerate(values, 1):
        table.apply([(block, frame(number, float(value)))])
        if abs(value - last) > deadband:
            last = float(value)
            queue.append((last, 0))
            if len(queue) > size and oldest:
                del queue[0]
                queue[0] = queue[0][0], 0x480
            elif len(queue) > size:
                del queue[-2]
                queue[-1] = queue[-1][0], 0x480
    if size == 1:
        queue = [(value, 0) for value, _ in queue]
    found = popped(items)
    for handle in (100, 103):
        assert [(value, code) for h, value, code in found if h == handle] == queue


def test_types_and_statuses_of_one_message(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block, 0, queue=10), block), (item(block, 1, variant=UINT32, queue=10), block)])
    table.apply([(block, frame(1, 2.0, Quality.UNCERTAIN_LAST_USABLE_VALUE))])
    table.apply([(block, frame(2, np.nan, Quality.BAD_OUT_OF_RANGE))])
    table.apply([(block, frame(3, np.nan, Quality.BAD_OUT_OF_RANGE))])
    table.apply([(block, frame(4, 3.0))])
    found = popped(items)
    for handle, kind in ((100, float), (101, int)):
        mine = [(value, code) for h, value, code in found if h == handle]
        assert mine == [
            (1.0, 0), (2.0, Quality.UNCERTAIN_LAST_USABLE_VALUE), (None, Quality.BAD_OUT_OF_RANGE), (3.0, 0),
        ]  # fmt: skip
        assert all(isinstance(value, kind) for value, _ in mine if value is not None)


def test_items_of_a_simulation_that_is_gone(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block), block)])
    popped(items)
    table.give_back(block)
    assert popped(items) == [(100, None, 0x80340000)]
    again = table.take("wood-berry-2", MODEL)
    assert again.first == block.first
    table.apply([(again, frame(9, 7.0))])
    assert popped(items) == []


def test_many_come_and_go(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    for number in range(300):
        items.add([(item(block, 2, number=1000 + number, handle=number), block)])
        if number >= 2:
            items.remove([1000 + number - 2])
    table.apply([(block, frame(1, 5.0))])
    assert sorted(handle for handle, value, _ in popped(items) if value == 5.0) == [298, 299]
    assert len(items) == 2
    items.clear()
    assert block.watchers == []


def test_no_more_at_once_than_asked_for(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block, index), block) for index in range(5)])
    sizes = []
    more = True
    while more:
        _, count, more = items.pop(2)
        sizes.append(count)
    assert sizes == [2, 2, 1]


def test_frames_that_are_not_newer_or_do_not_fit(table: ValueTable, block: Block) -> None:
    newest, repeated, older = frame(1, 2.0), frame(1, 9.0), frame(0, 9.0)
    table.apply([(block, one) for one in (newest, repeated, older, frame(5, 9.0, epoch=0))])
    assert table.value[block.first] == 2.0
    table.apply([(block, frame(0, 3.0, epoch=2))])
    assert table.value[block.first] == 3.0
    assert table.refused == 3


def test_an_accepted_value_is_held_until_it_is_applied(table: ValueTable, block: Block) -> None:
    table.echo([block], np.array([block.first]), 2.5, 7)
    table.apply([(block, frame(1, 2.0, action=6))])
    assert table.value[block.rows].tolist()[:2] == [2.5, 2.0]
    table.apply([(block, frame(2, 2.0, action=7))])
    assert table.value[block.first] == 2.0


def test_times_rise_whatever_the_clocks_say(table: ValueTable, block: Block) -> None:
    seen = [int(table.source[block.first])]
    table.echo([block], np.array([block.first]), 2.5, 1)
    seen.append(int(table.source[block.first]))
    table.apply([(block, frame(1, 2.0, action=1))])
    seen.append(int(table.source[block.first]))
    assert seen == sorted(set(seen))


def test_the_table_grows(table: ValueTable) -> None:
    blocks = [table.take(f"wood-berry-{number}", MODEL) for number in range(300)]
    rows = {row for block in blocks for row in range(block.rows.start, block.rows.stop)}
    assert len(rows) == 300 * len(MODEL.tags)
    assert 0 not in rows
    assert len(table.value) == len(table.status) == len(table.source) >= len(rows)


SECOND = 10_000_000
"""Ticks."""


def test_a_sampling_interval_thins(table: ValueTable, block: Block) -> None:
    """One frame a second: an interval of three takes every third one, whatever came between."""
    items = TagItems(table)
    intervals = {100: 0, 101: SECOND, 102: 3 * SECOND}
    items.add([
        (item(block, index, queue=100, interval=interval), block) for index, interval in enumerate(intervals.values())
    ])  # fmt: skip
    for number in range(1, 13):
        table.apply([(block, frame(number, float(number) + 1))])
    found = popped(items)
    values = {handle: [value for h, value, _ in found if h == handle] for handle in intervals}
    assert values[100] == values[101] == [float(number) for number in range(1, 14)]
    assert values[102] == [1.0, 4.0, 7.0, 10.0, 13.0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-0.08, 0.08), min_size=30, max_size=30))
def test_uneven_frames_of_the_same_period_are_all_taken(offsets: list[float]) -> None:
    table = ValueTable()
    block = table.take("wood-berry-1", MODEL)
    items = TagItems(table)
    items.add([(item(block, queue=100, interval=SECOND), block)])
    for number, offset in enumerate(offsets, 1):
        late = frame(number, float(number))
        late = replace(late, wall_time=late.wall_time + int(offset * 1e9))
        table.apply([(block, late)])
    assert len([value for _, value, code in popped(items) if code == 0]) == len(offsets)


def test_what_a_late_worker_catches_up_with_is_not_thinned(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block, queue=100, interval=SECOND), block)])
    tenths = [0, 10, 40, 41, 42, 43, 50, 51, 52, 60]  # a frame a second, three of them late, then two that are too many
    for number, tenth in enumerate(tenths, 1):
        one = frame(number, float(number) + 1)
        table.apply([(block, replace(one, wall_time=frame(1).wall_time + tenth * 100_000_000))])
    assert [value for _, value, _ in popped(items)] == [1.0, *(float(n) for n in (2, 3, 4, 5, 6, 8, 11))]


def test_a_quiet_tag_has_nothing_to_catch_up_with(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block, queue=100, interval=SECOND), block)])
    for number in range(1, 41):  # ten frames a second, the value moves in the last second only
        one = frame(number, float(max(number, 30)))
        table.apply([(block, replace(one, wall_time=frame(0).wall_time + number * 100_000_000))])
    assert [value for _, value, _ in popped(items)][-2:] == [31.0, 38.0]


def test_a_change_that_came_too_early_is_not_lost(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    items.add([(item(block, interval=SECOND // 2), block)])
    popped(items)
    early = replace(frame(0, 5.0), sequence=1, wall_time=frame(0).wall_time + 1_000_000)
    table.apply([(block, early)])
    assert popped(items) == []
    items.sample_again()
    assert popped(items) == []  # its half second in 2027 is not over
    items._columns.due[:] = 1
    items.sample_again()
    assert popped(items) == [(100, 5.0, 0)]


def test_linked_items_report_with_the_one_that_triggers_them(table: ValueTable, block: Block) -> None:
    items = TagItems(table)
    modes = [ua.MonitoringMode.Reporting, ua.MonitoringMode.Sampling, ua.MonitoringMode.Sampling]
    deadbands = [2.0, 0.0, 0.0]
    items.add([
        (item(block, index, mode=mode, deadband=deadband, queue=3), block)
        for index, (mode, deadband) in enumerate(zip(modes, deadbands, strict=True))
    ])  # fmt: skip
    items.link(1, [2], [])
    assert popped(items) == [(100, 1.0, 0)]
    table.apply([(block, frame(1, 2.0))])
    assert not items.reporting
    table.apply([(block, frame(2, 5.0))])
    assert sorted(popped(items)) == [(100, 5.0, 0), (101, 1.0, 0), (101, 2.0, 0), (101, 5.0, 0)]
    items.link(1, [], [2])
    table.apply([(block, frame(3, 9.0))])
    assert popped(items) == [(100, 9.0, 0)]


def test_many_frames_at_once_are_as_many_samples(table: ValueTable, block: Block) -> None:
    other = table.take("wood-berry-2", MODEL)
    items = TagItems(table)
    items.add([(item(one, index, number=index + 1, queue=20), one) for index, one in enumerate((block, other))])
    popped(items)
    changed = table.apply([(one, frame(number, float(number))) for number in (1, 2, 3) for one in (block, other)])
    assert changed == [block, other] * 3
    found = popped(items)
    assert [value for handle, value, _ in found if handle == 100] == [2.0, 3.0]  # the first was 1 already
    assert [value for handle, value, _ in found if handle == 101] == [1.0, 2.0, 3.0]
