"""Batch Reads by their bytes: what the arrays answer is what the values one by one would be."""

import numpy as np
import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import from_binary
from hypothesis import given, settings
from hypothesis import strategies as st

from opcua_server.limits import LIMITS
from opcua_server.reads import FastReads
from opcua_server.remembered import Remembered
from opcua_server.space import Space
from plant.lifecycle import State
from plant.quality import Quality
from tests.unit.opcua_server.arrays import MODEL, read_body, record, space_of

NAMES = [f"wood-berry-{number}.{tag.name}" for number in (1, 2) for tag in MODEL.tags]
TIMES = ua.TimestampsToReturn
CODES = [Quality.GOOD, Quality.UNCERTAIN_LAST_USABLE_VALUE, Quality.BAD_OUT_OF_RANGE]


def decoded(answer: bytes | None) -> list[ua.DataValue]:
    assert answer is not None
    body = Buffer(answer)
    values = [from_binary(ua.DataValue, body) for _ in range(int.from_bytes(body.read(4), "little"))]
    assert body.read(4) == b"\xff\xff\xff\xff"
    assert len(body) == 0
    return values


def plain(space: Space, name: str, times: TIMES) -> ua.DataValue:
    """The same value by the path through every object, without the server's time."""
    found = space.find_tag(ua.NodeId(ua.String(name), ua.Int16(2)))
    assert found is not None
    value = space.read_tag(*found)
    return ua.DataValue(
        value.Value, value.StatusCode, value.SourceTimestamp if times in (TIMES.Source, TIMES.Both) else None
    )


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=60),
    st.lists(st.just([Quality.GOOD]) | st.lists(st.sampled_from(CODES), min_size=4, max_size=4), min_size=2),
    st.sampled_from([TIMES.Source, TIMES.Server, TIMES.Both, TIMES.Neither]),
)
def test_arrays_and_single_values_agree(names: list[str], rounds: list[list[Quality]], times: TIMES) -> None:
    space = space_of(State.RUNNING, State.PAUSED)
    reads, body, table = FastReads(space), read_body(names, int(times)), space.table
    for number, codes in enumerate(rounds):
        table.status[:] = np.resize(np.array(codes, np.uint32), len(table.status))
        table.value[:], table.source[:] = table.value + number, table.source + number
        for name, value in zip(names, decoded(reads.answer(body)), strict=True):
            assert (value.ServerTimestamp is not None) == (times in (TIMES.Server, TIMES.Both))
            wanted = plain(space, name, times)
            held = None if value.Value is None else value.Value.Value
            assert held == (None if wanted.Value is None else wanted.Value.Value)
            assert value.StatusCode == wanted.StatusCode
            assert value.SourceTimestamp == wanted.SourceTimestamp


def test_the_answer_follows_the_table() -> None:
    space = space_of(State.RUNNING)
    space.table.status[:] = 0
    reads, body = FastReads(space), read_body(["wood-berry-1.reflux_flow"])
    for value in (1.5, 2.5):
        space.table.value[space.simulations["wood-berry-1"].block.first] = value
        assert decoded(reads.answer(body))[0].Value.Value == value  # type: ignore[union-attr]


def test_a_simulation_that_goes_and_another_in_its_rows() -> None:
    space = space_of(State.RUNNING)
    reads, body = FastReads(space), read_body(["wood-berry-1.reflux_flow"])
    assert reads.answer(body) is not None
    space.remove("wood-berry-1")
    space.put(record(2))
    assert space.simulations["wood-berry-2"].block.first == 1
    assert reads.answer(body) is None


@pytest.mark.parametrize(
    "body",
    [
        read_body(["wood-berry-1.no_such_tag"]), read_body(["wood-berry-1"]), read_body(["wood-berry-1.Status"]),
        read_body(["wood-berry-1.reflux_flow"], attribute=4), read_body(["wood-berry-1.reflux_flow"], times=4),
        read_body(["wood-berry-1.reflux_flow"], age=-1.0), read_body(["wood-berry-1.reflux_flow"], age=float("nan")),
        read_body([]), read_body(["wood-berry-1.reflux_flow"])[:-1], read_body(["wood-berry-1.reflux_flow"]) + b"\0",
        read_body(["wood-berry-1.reflux_flow"] * (LIMITS.nodes_per_request + 1)), b"", b"\xff" * 200,
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_full_path(body: bytes) -> None:
    assert FastReads(space_of(State.RUNNING)).answer(body) is None


@given(st.binary(max_size=300))
def test_garbage_is_left_to_the_full_path(body: bytes) -> None:
    assert FastReads(space_of(State.RUNNING)).answer(body) is None


def test_memory_is_bounded() -> None:
    held: Remembered[int, str] = Remembered(3, 100)
    for number in range(5):
        held.put(number, str(number), 10)
    assert [held.find(number) for number in range(5)] == [None, None, "2", "3", "4"]
    held.find(2)
    held.put(5, "5", 75)
    assert [held.find(number) for number in (2, 3, 4, 5)] == ["2", None, "4", "5"]
    held.put(6, "6", 1000)
    assert len(held) == 0
    assert held.size == 0


def test_requests_that_differ_in_any_byte_are_different() -> None:
    """Whatever bytes their hash looks at."""
    space = space_of(State.RUNNING, State.RUNNING)
    space.table.value[:], space.table.status[:] = np.arange(len(space.table.value)), Quality.GOOD
    reads, tag = FastReads(space), MODEL.tags[0].name
    for place in range(40):
        names = [f"wood-berry-{1 + (place == number)}.{tag}" for number in range(40)]
        first, second = (space.simulations[f"wood-berry-{number}"].block.first for number in (1, 2))
        wanted = [float(second if place == number else first) for number in range(40)]
        for _ in range(2):
            answer = decoded(reads.answer(read_body(names)))
            assert [one.Value and one.Value.Value for one in answer] == wanted
