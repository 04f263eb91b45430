"""How an array of a block is stored: its bytes by significance, noise and constants as they are, the rest deflated.

The first byte says how: the bytes of an item, and in its upper half how many planes of bytes, from the least
significant on, are stored as they are. Formats up to 3 deflated all of them, which reads as none.
"""

import sqlite3
import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item", bound=np.generic)
_LEVEL = 1
_SIZE, _UPPER = 0x0F, 4
_EQUAL = 15
"""In the place of the number of planes: all items are equal, and only one is stored."""

_EVEN = 6
"""How much more often than evenly two bytes of noise may be equal: what deflating saves of them is a few per cent."""


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
    expand_into(array.reshape(1, count), [data])
    return array


def expand_into(arrays: NDArray[np.generic], stored: Sequence[bytes]) -> None:
    """Fill each row of `arrays` with an array that `compress` took. Raises sqlite3.DatabaseError."""
    item, count = arrays.dtype, arrays.shape[1]
    if any(data[0] & _SIZE != item.itemsize for data in stored):
        raise sqlite3.DatabaseError(f"a block holds items of another size than {item.itemsize} bytes")
    try:
        if all(data[0] >> _UPPER == _EQUAL for data in stored):
            arrays[:] = np.frombuffer(b"".join(data[1:] for data in stored), item).reshape(-1, 1)
        else:
            _fill(arrays, b"".join(_planes(data, count, item.itemsize) for data in stored))
    except (zlib.error, ValueError) as error:
        raise sqlite3.DatabaseError(f"a block is damaged: {error}") from error


def _planes(data: bytes, count: int, size: int) -> bytes:
    plain = data[0] >> _UPPER
    if plain == _EQUAL:
        return b"".join(data[1 + place : 2 + place] * count for place in range(size))
    behind = 1 + plain * count
    planes = data[1:behind] + zlib.decompress(data[behind:], bufsize=(size - plain) * count + 1)
    if len(planes) != size * count:
        raise ValueError(f"it holds {len(planes)} bytes, not {size * count}")
    return planes


def _fill(arrays: NDArray[np.generic], planes: bytes) -> None:
    """Put the planes of every array back into items, a plane at a time: twice as fast as a transposed copy."""
    (rows, count), size = arrays.shape, arrays.dtype.itemsize
    items = arrays.view(np.uint8).reshape(rows, count, size)
    sorted_bytes = np.frombuffer(planes, np.uint8).reshape(rows, size, count)
    for place in range(size):
        items[:, :, place] = sorted_bytes[:, place]


def _is_noise(plane: NDArray[np.uint8]) -> bool:
    """Whether neither the bytes nor their steps favour some values: deflating takes long and saves little."""
    return _is_even(plane) and _is_even(np.diff(plane))


def _is_even(plane: NDArray[np.uint8]) -> bool:
    counts = np.bincount(plane, minlength=256)
    return 256 * int(counts @ counts) < _EVEN * len(plane) ** 2
