"""Values of many tags as bytes, for Redis: one text with the facts, one with the names, then the numbers as they are.

A batch Write is told to the worker and to the audit for every value; as JSON that took longer than all its checks.
"""

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

MARK = b"\x01"
"""First byte of what is packed; JSON never begins so."""
_SIZES = struct.Struct("<II")


def pack(facts: Mapping[str, Any], names: bytes, *numbers: bytes) -> bytes:
    """One message; `names` is JSON, made once by who sends them again and again, `numbers` are float64."""
    said = orjson.dumps(facts)
    return b"".join((MARK, _SIZES.pack(len(said), len(names)), said, names, *numbers))


def unpack(message: bytes) -> tuple[dict[str, Any], Any, NDArray[np.float64]]:
    """Facts, names and numbers. Raises ValueError."""
    try:
        said, named = _SIZES.unpack_from(message, len(MARK))
        middle = len(MARK) + _SIZES.size + said
        facts = orjson.loads(message[middle - said : middle])
        names = orjson.loads(message[middle : middle + named])
        return facts, names, np.frombuffer(message, "<f8", offset=middle + named)
    except struct.error as error:
        raise ValueError(f"{len(message)} bytes are no packed values: {error}") from None
