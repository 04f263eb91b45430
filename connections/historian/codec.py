"""How an array of a block is stored: its bytes by significance, noise and constants as they are, the rest deflated.

The first byte says how: the bytes of an item, and in its upper half how many planes of bytes, from the least
significant on, are stored as they are. Formats up to 3 deflated all of them, which reads as none.
"""

import sqlite3
import zlib
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item", bound=np.generic)
_LEVEL = 1
_SIZE, _UPPER = 0x0F, 4
_EQUAL = 15
"""In the place of the number of planes: all items are equal, and only one is stored."""


def compress(array: NDArray[np.generic]) -> bytes:
    """The array's bytes (little-endian); `array` has one dimension, at least one item, of 4 or 8 bytes."""
    plain = np.ascontiguousarray(array)
    size = plain.dtype.itemsize
    bits = plain.view(f"u{size}")
    if (bits == bits[0]).all():
        return bytes([size | _EQUAL << _UPPER]) + plain[:1].tobytes()
    planes = np.ascontiguousarray(plain.view(np.uint8).reshape(-1, size).T)
    noisy = next((place for place, plane in enumerate(planes) if not _is_noise(plane)), size)
    return bytes([size | noisy << _UPPER]) + planes[:noisy].tobytes() + zlib.compress(planes[noisy:].tobytes(), _LEVEL)


def expand(data: bytes, count: int, item: type[Item]) -> NDArray[Item]:
    """The array of `count` items that `compress` took. Raises sqlite3.DatabaseError."""
    array = np.empty(count, item)
    expand_into(array, data)
    return array


def expand_into(array: NDArray[np.generic], data: bytes) -> None:
    """Fill an array of the right type and length with what `compress` took. Raises sqlite3.DatabaseError."""
    size, plain = data[0] & _SIZE, data[0] >> _UPPER
    if size != array.dtype.itemsize:
        raise sqlite3.DatabaseError(f"a block holds items of {size} bytes, not {array.dtype.itemsize}")
    try:
        if plain == _EQUAL:
            array[:] = np.frombuffer(data, array.dtype, 1, 1)
        else:
            _fill(array.view(np.uint8).reshape(-1, size), data, plain)
    except (zlib.error, ValueError) as error:
        raise sqlite3.DatabaseError(f"a block is damaged: {error}") from error


def _fill(items: NDArray[np.uint8], data: bytes, plain: int) -> None:
    count, size = items.shape
    behind = 1 + plain * count
    planes = data[1:behind] + zlib.decompress(data[behind:], bufsize=(size - plain) * count + 1)
    items[...] = np.frombuffer(planes, np.uint8).reshape(size, count).T


def _is_noise(plane: NDArray[np.uint8]) -> bool:
    """Whether neither the bytes nor their steps favour some values: deflating takes long and saves nothing."""
    return _is_even(plane) and _is_even(np.diff(plane))


def _is_even(plane: NDArray[np.uint8]) -> bool:
    counts = np.bincount(plane, minlength=256)
    return 256 * int(counts @ counts) < 2 * len(plane) ** 2
