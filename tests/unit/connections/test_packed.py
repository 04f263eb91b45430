"""What is packed comes out as it went in; what is cut or no message at all is refused, not half taken."""

import math
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.action import Action
from connections.audit import Entry
from connections.packed import pack
from connections.told import batch, entries, names_of

FACTS = {"what": "write", "user": "eva", "door": "opcua", "at": 5, "address": "127.0.0.1"}
WRITTEN = st.lists(
    st.tuples(st.text(max_size=20), st.lists(st.text(max_size=20), min_size=1, max_size=5, unique=True)),
    min_size=1, max_size=4,
)  # fmt: skip


def doubles(values: list[float]) -> bytes:
    return np.array(values, "<f8").tobytes()


@given(st.dictionaries(st.text(max_size=20), st.floats(allow_nan=False), min_size=1))
def test_a_packed_action_is_the_one_that_was_told(values: dict[str, float]) -> None:
    facts = {"user": "eva", "door": "opcua", "at": 5}
    packed = Action.decode(7, pack(facts, orjson.dumps(list(values)), doubles(list(values.values()))))
    assert packed == Action("eva", "opcua", 5, values=values, number=7, trace=packed.trace)


@given(WRITTEN, st.data())
def test_a_batch_is_one_entry_for_each_simulation(written: list[tuple[str, list[str]]], data: st.DataObject) -> None:
    count = sum(len(names) for _, names in written)
    old, new = (data.draw(st.lists(st.floats(), min_size=count, max_size=count)) for _ in range(2))
    times = data.draw(st.lists(st.none() | st.floats(0, 1e9), min_size=len(written), max_size=len(written)))
    told = entries(batch(FACTS, names_of(written), times, doubles(old), doubles(new)))
    at = 0
    for entry, (sim_id, names), time in zip(told, written, times, strict=True):
        places: Any = range(at, at := at + len(names))
        known = [{name: _told(of[place]) for name, place in zip(names, places, strict=True)} for of in (old, new)]
        assert entry == Entry(**FACTS, sim_id=sim_id, old=known[0], new=known[1], simulation_time=time)  # type: ignore[arg-type]


def _told(value: float) -> float | None:
    return value if math.isfinite(value) else None


def test_an_entry_as_json_is_one_entry() -> None:
    entry = Entry("stop", "eva", "rest", at=5)
    assert entries(orjson.dumps(entry)) == [entry]


WHOLE = batch(FACTS, names_of([("a-1", ["x", "y"])]), [None], doubles([1.0, 2.0]), doubles([3.0, 4.0]))


@pytest.mark.parametrize("size", [1, 5, 9, 40, len(WHOLE) - 9, len(WHOLE) - 8, len(WHOLE) - 1])
def test_what_is_cut_off_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r".+"):
        entries(WHOLE[:size])
    with pytest.raises((ValueError, TypeError)):
        Action.decode(1, WHOLE[:size])
