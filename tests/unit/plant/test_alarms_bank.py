"""The quick look finds exactly the alarms that may move, with arrays whatever their number."""

import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plant.alarms.bank import Bank

rows = st.lists(st.integers(0, 9), min_size=1, max_size=8)


@given(st.lists(rows, min_size=1, max_size=6), st.lists(st.floats(-5, 5), min_size=10, max_size=10))
def test_only_what_left_its_band_stirs(groups: list[list[int]], values: list[float]) -> None:
    bank, value, status = Bank(), np.array(values), np.zeros(10, np.uint32)
    taken = [bank.take(group) for group in groups]
    for places in taken:
        assert bank.stirred(places, value, status).tolist() == places.tolist()  # each is looked at once
        for place in places.tolist():
            bank.settle(place, (-1.0, 2.0), 0)
    outside = {place for places, group in zip(taken, groups, strict=True)
               for place, row in zip(places.tolist(), group, strict=True) if not -1 <= values[row] <= 2}  # fmt: skip
    assert set(bank.stirred(None, value, status).tolist()) == outside
    for places in taken:
        assert set(bank.stirred(places, value, status).tolist()) == outside & set(places.tolist())
    status[:] = 1
    assert len(bank.stirred(None, value, status)) == len(bank)
    for places in taken:
        bank.give_back(places)
    assert len(bank.stirred(None, value, np.zeros(10, np.uint32))) == 0
    size = len(bank)
    for group in groups:
        bank.take(group)
    assert len(bank) == size  # places are used again


def calls(bank: Bank, count: int) -> int:
    """Calls of Python and C functions in one quick look at `count` simulations with 20 quiet alarms each."""
    value, status = np.full(count * 20, 0.5), np.zeros(count * 20, np.uint32)
    for i in range(count):
        for place in bank.take(range(i * 20, (i + 1) * 20)).tolist():
            bank.settle(place, (0.0, 1.0), 0)
    counted = 0

    def count_one(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count_one)
    try:
        stirred = bank.stirred(None, value, status)
    finally:
        sys.setprofile(None)
    assert len(stirred) == 0
    return counted


def test_a_thousand_quiet_simulations_are_looked_at_as_arrays() -> None:
    """As many calls for a thousand simulations as for one."""
    assert calls(Bank(), 1000) == calls(Bank(), 1)
