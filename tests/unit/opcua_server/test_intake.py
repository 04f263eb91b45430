"""Frames taken over in one pass: what the table holds is what one frame after the other would have left."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from opcua_server.intake import rows_of
from opcua_server.space import Space
from plant.frames import Frame, Kind
from plant.lifecycle import State
from plant.quality import Quality
from tests.unit.opcua_server.arrays import MODEL, space_of

TAGS = len(MODEL.tags)
SIMULATIONS = 5


def frame(sim_id: str, number: int, action: int = 0, bad: bool = False) -> Frame:
    status = np.full(TAGS, Quality.BAD_OUT_OF_RANGE, np.uint32) if bad else None
    values = np.arange(TAGS, dtype=np.float64) + 100.0 * number
    return Frame(
        sim_id, Kind.SAMPLE, State.RUNNING, 1, number, number, action, 1.0, 10**18 + number, 1.0, 0.0, values, status
    )  # fmt: skip


def spaces() -> tuple[Space, Space]:
    one, other = (space_of(*[State.RUNNING] * SIMULATIONS) for _ in range(2))
    for space in (one, other):
        for live in space.simulations.values():
            space.table.source[live.block.rows] = 0
    return one, other


def test_rows_behind_each_other_are_a_slice() -> None:
    held = [live.block for live in space_of(*[State.RUNNING] * SIMULATIONS).simulations.values()]
    assert rows_of(held) == slice(1, 1 + SIMULATIONS * TAGS)
    assert rows_of(held[1:3]) == slice(1 + TAGS, 1 + 3 * TAGS)
    for chosen in ([held[0], held[2]], held[::-1]):
        rows = rows_of(chosen)
        assert isinstance(rows, np.ndarray)
        assert rows.tolist() == [row for block in chosen for row in range(block.first, block.first + TAGS)]


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(range(1, SIMULATIONS + 1)),
    st.integers(1, SIMULATIONS),
    st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=SIMULATIONS, max_size=SIMULATIONS),
    st.lists(st.tuples(st.integers(0, SIMULATIONS * TAGS - 1), st.integers(1, 2)), max_size=8),
    st.booleans(),
)
def test_one_pass_is_one_after_the_other(
    order: list[int], count: int, kinds: list[tuple[bool, int]], awaited: list[tuple[int, int]], straight: bool
) -> None:
    chosen = sorted(order[:count]) if straight else order[:count]
    at_once, singly = spaces()
    for space in (at_once, singly):
        for row, action in awaited:
            space.table.awaited[1 + row], space.table.value[1 + row] = action, -1.0
    frames = [frame(f"wood-berry-{one}", 1, kinds[one - 1][1], kinds[one - 1][0]) for one in chosen]
    frames += [replace(one, sequence=2, wall_time=one.wall_time) for one in frames]
    taken = at_once.table.apply([(at_once.simulations[one.sim_id].block, one) for one in frames])
    assert [block.sim_id for block in taken] == [one.sim_id for one in frames]
    for one in frames:
        singly.table.apply([(singly.simulations[one.sim_id].block, one)])
    for name in ("value", "status", "source", "awaited"):
        rows = slice(1, 1 + SIMULATIONS * TAGS)
        assert np.array_equal(getattr(at_once.table, name)[rows], getattr(singly.table, name)[rows]), name
