"""Which samples are taken, whether all items have the same luck or not, and what is known of all items together."""

from dataclasses import replace

import numpy as np
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as st

from opcua_server.columns import Columns, Item, Traits
from opcua_server.sampling import look
from opcua_server.tags import ValueTable
from opcua_server.values import BOOLEAN, DOUBLE

FIRST, OTHER, STILL = 5, 6, 7
"""Rows of the table."""
SECOND = 10**7
ITEM = Item(1, 1, FIRST, DOUBLE, 12, ua.DataChangeTrigger.StatusValue, 0.0, 1, True, ua.MonitoringMode.Reporting)

intervals = st.integers(0, 3 * SECOND)
steps = st.lists(st.tuples(st.integers(0, 8 * SECOND), st.booleans(), st.booleans()), min_size=1, max_size=20)


def taken(columns: Columns, table: ValueTable) -> list[int]:
    """The rows of the items that had a sample."""
    found = look(columns, table, np.arange(len(columns)))
    return [] if found is None else columns.row[found.place].tolist()


@given(intervals, intervals, steps)
def test_an_item_takes_the_same_samples_beside_one_that_has_none(first: int, other: int, moves: list) -> None:  # type: ignore[type-arg]
    pair = [replace(ITEM, interval=first), replace(ITEM, number=2, row=OTHER, interval=other)]
    alone, beside = Columns(), Columns()
    alone.append(pair)
    beside.append([*pair, replace(ITEM, number=3, row=STILL)])
    table, now = ValueTable(), 10**17
    for later, one_moves, both_move in moves:
        now += later
        for row, changes in ((FIRST, one_moves or both_move), (OTHER, both_move)):
            table.status[row], table.source[row] = 0, now
            table.value[row] += changes
        assert taken(alone, table) == [row for row in taken(beside, table) if row != STILL]
        assert alone.due.tolist() == beside.due[:2].tolist()
        assert alone.skipped.tolist() == beside.skipped[:2].tolist()


items = st.builds(
    Item, st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.sampled_from([DOUBLE, BOOLEAN]),
    st.sampled_from([4, 12]), st.sampled_from(ua.DataChangeTrigger), st.just(0.0), st.integers(1, 3), st.booleans(),
    st.sampled_from(ua.MonitoringMode), st.sampled_from([0, SECOND]),
)  # fmt: skip


def traits(held: list[Item]) -> Traits:
    """Looked up one by one."""
    layouts = {((1 | item.times) << 8) | item.variant for item in held}
    triggers, modes = {item.trigger for item in held}, {item.mode for item in held}
    return Traits(
        layout=layouts.pop() if len(layouts) == 1 else None,
        timed=ua.DataChangeTrigger.StatusValueTimestamp in triggers, valued=ua.DataChangeTrigger.Status not in triggers,
        sampling=ua.MonitoringMode.Sampling in modes, disabled=ua.MonitoringMode.Disabled in modes,
        thinned=any(item.interval for item in held),
    )  # fmt: skip


@given(st.lists(items, max_size=6), st.lists(st.tuples(st.integers(0, 5), items), max_size=6))
def test_what_holds_for_all_items_is_true_after_every_change(held: list[Item], changes: list[tuple[int, Item]]) -> None:
    columns = Columns()
    columns.append(held)
    assert columns.traits == traits(held)
    for place, item in changes:
        if place < len(held):
            held[place] = item
            columns.change(place, item, "variant", "times", "trigger", "mode", "interval")
        elif place == len(held):
            held.append(item)
            columns.append([item])
        else:
            held = held[: place // 2]
            columns.keep(slice(place // 2))
        assert columns.traits == traits(held)
