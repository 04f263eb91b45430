"""The binary form of frames."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant.errors import DamagedFrame
from plant.frames import Frame, Kind, pack, unpack
from plant.lifecycle import State

numbers = st.integers(0, 2**64 - 1)
floats = st.floats(allow_nan=False)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    values = np.array(draw(st.lists(st.floats(), max_size=12)), np.float64)
    status = draw(st.none() | st.lists(st.integers(0, 2**32 - 1), min_size=len(values), max_size=len(values)))
    return Frame(
        draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=40)), draw(st.sampled_from(Kind)),
        draw(st.sampled_from(State)), draw(st.integers(0, 2**32 - 1)), draw(numbers), draw(numbers), draw(numbers),
        draw(floats), draw(st.integers(-(2**63), 2**63 - 1)), draw(floats), draw(floats), values,
        None if status is None else np.array(status, np.uint32),
    )  # fmt: skip


def facts(frame: Frame) -> tuple[object, ...]:
    names = [name for name in Frame.__slots__ if name not in ("values", "status")]
    status = None if frame.status is None else frame.status.tobytes()
    return (*(getattr(frame, name) for name in names), frame.values.tobytes(), status)


@given(st.lists(frames(), max_size=4))
def test_round_trip(batch):
    assert [facts(frame) for frame in unpack(pack(batch))] == [facts(frame) for frame in batch]


@given(st.lists(frames(), min_size=1, max_size=3), st.data())
def test_a_truncated_batch_is_damaged_unless_cut_between_frames(batch, data):
    whole = pack(batch)
    ends = [len(pack(batch[:count])) for count in range(len(batch) + 1)]
    cut = data.draw(st.integers(0, len(whole) - 1))
    if cut in ends:
        assert len(list(unpack(whole[:cut]))) == ends.index(cut)
    else:
        with pytest.raises(DamagedFrame):
            list(unpack(whole[:cut]))


@given(st.binary(min_size=1, max_size=300))
def test_garbage_is_damaged_or_frames_but_nothing_else(garbage):
    try:
        found = list(unpack(garbage))
    except DamagedFrame:
        return
    assert all(isinstance(frame, Frame) for frame in found)


@given(frames(), st.integers(0, 63), st.integers(0, 255))
def test_a_wrong_byte_in_the_header_raises_nothing_but_damaged_frame(frame, place, byte):
    whole = bytearray(pack([frame]))
    whole[place] = byte
    with suppress(DamagedFrame):
        assert all(isinstance(found, Frame) for found in unpack(bytes(whole)))


def test_receivers_take_only_newer_frames():
    def frame(epoch: int, sequence: int) -> Frame:
        return Frame("s", Kind.SAMPLE, State.RUNNING, epoch, sequence, 0, 0, 0.0, 0, 1.0, 0, np.zeros(1))

    assert frame(2, 0).newer_than(1, 99)
    assert frame(1, 5).newer_than(1, 4)
    assert not frame(1, 4).newer_than(1, 4)
    assert not frame(1, 99).newer_than(2, 0)


@pytest.mark.parametrize("place", [4, 6], ids=["name", "values"])
def test_huge_counts_are_damaged(place):
    """The header promises 65535 bytes of name, or as many values, that are not there."""
    frame = Frame("s", Kind.SAMPLE, State.RUNNING, 1, 1, 0, 0, 0.0, 0, 1.0, 0, np.zeros(1))
    whole = bytearray(pack([frame]))
    whole[place : place + 2] = b"\xff\xff"
    with pytest.raises(DamagedFrame):
        list(unpack(bytes(whole)))


@given(st.binary(min_size=1, max_size=60))
def test_bytes_behind_the_last_frame_are_damaged(garbage):
    frame = Frame("s", Kind.SAMPLE, State.RUNNING, 1, 1, 0, 0, 0.0, 0, 1.0, 0, np.zeros(1))
    with pytest.raises(DamagedFrame):
        list(unpack(pack([frame]) + garbage))
