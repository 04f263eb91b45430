"""The quick look finds exactly the alarms that may move, in a thousandth of a second for a thousand simulations."""

import time

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


def test_a_thousand_quiet_simulations_cost_less_than_a_millisecond() -> None:
    bank, count = Bank(), 20
    value, status = np.full(1000 * count, 0.5), np.zeros(1000 * count, np.uint32)
    for i in range(1000):
        for place in bank.take(range(i * count, (i + 1) * count)).tolist():
            bank.settle(place, (0.0, 1.0), 0)
    costs = []
    for _ in range(20):
        begun = time.perf_counter()
        assert len(bank.stirred(None, value, status)) == 0
        costs.append(time.perf_counter() - begun)
    assert sorted(costs)[len(costs) // 2] < 1e-3
