"""What a block stores comes back bit for bit, in the present form and in that of earlier versions."""

import sqlite3
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from connections.historian.codec import compress, expand, expand_into

NOISE = 50 + np.random.default_rng(1).normal(0.0, 0.1, 1024)
ITEMS = (np.float64, np.int64, np.uint32)


def before(array: NDArray[np.generic]) -> bytes:
    """As formats 1 to 3 stored an array: all bytes by significance, deflated."""
    size = array.dtype.itemsize
    return bytes([size]) + zlib.compress(array.view(np.uint8).reshape(-1, size).T.tobytes(), 1)


@given(st.sampled_from(ITEMS).flatmap(lambda item: hnp.arrays(item, st.integers(1, 50))))
@settings(deadline=None)
def test_any_array_comes_back(array: NDArray[np.generic]) -> None:
    for stored in (compress(array), before(array)):
        assert expand(stored, len(array), array.dtype.type).tobytes() == array.tobytes()


@pytest.mark.parametrize("item", ITEMS)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 2048), noisy=st.integers(0, 8))
@settings(deadline=None, max_examples=40)
def test_any_number_of_noisy_bytes_comes_back(item: type[np.generic], seed: int, count: int, noisy: int) -> None:
    items = np.zeros((count, np.dtype(item).itemsize), np.uint8)
    items[:, :noisy] = np.random.default_rng(seed).integers(0, 256, items[:, :noisy].shape)
    array = items.reshape(-1).view(item)
    assert expand(compress(array), count, item).tobytes() == array.tobytes()


@pytest.mark.parametrize(
    ("array", "most"),
    [(NOISE, 6600), (np.full(1024, 2.5), 9), (np.full(1024, np.nan), 9), (np.arange(1024.0), 400)],
    ids=["noise", "constant", "nothing", "ramp"],
)
def test_no_array_takes_more_than_before(array: NDArray[np.float64], most: int) -> None:
    assert len(compress(array)) <= min(most, len(before(array)))


def test_arrays_side_by_side_come_back_whatever_is_stored_how() -> None:
    arrays = np.stack([NOISE, np.full(1024, 2.5), np.arange(1024.0), NOISE.round(1), -NOISE])
    found = np.empty_like(arrays)
    for how in ([compress] * 5, [compress, compress, before, before, compress]):
        expand_into(found, [store(array) for store, array in zip(how, arrays, strict=True)])
        assert np.array_equal(found, arrays)
    constants = np.repeat([[1.0], [np.nan], [3.0]], 1024, axis=1)
    found = np.empty_like(constants)
    expand_into(found, [compress(array) for array in constants])
    assert np.array_equal(found, constants, equal_nan=True)


@pytest.mark.parametrize("damaged", [
    compress(NOISE)[:-1], compress(NOISE)[:100], before(NOISE)[:-9], bytes([8]) + b"nothing deflated",
    compress(NOISE[:-1]), compress(NOISE.astype("f4")), compress(np.ones(9))[:-1],
])  # fmt: skip
def test_what_is_damaged_is_no_value(damaged: bytes) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="block"):
        expand(damaged, 1024, np.float64)
    with pytest.raises(sqlite3.DatabaseError, match="block"):
        expand_into(np.empty((2, 1024)), [compress(NOISE), damaged])
