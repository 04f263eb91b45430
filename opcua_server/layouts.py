"""How DataValues lie on the wire (OPC 10000-6 5.2.2.17), and writing many of them, one layout or mixed, at once."""

from functools import lru_cache
from typing import Any

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.values import BOOLEAN, DOUBLE, INT32, STATUS_CODE, UINT32

VALUE, STATUS, SOURCE, SERVER = 0x01, 0x02, 0x04, 0x08
_TIMES = {
    ua.TimestampsToReturn.Source: SOURCE,
    ua.TimestampsToReturn.Server: SERVER,
    ua.TimestampsToReturn.Both: SOURCE | SERVER,
    ua.TimestampsToReturn.Neither: 0,
}
_FORMATS = {DOUBLE: "<f8", UINT32: "<u4", INT32: "<i4", STATUS_CODE: "<u4", BOOLEAN: "u1"}
_BAD = np.uint32(0x80000000)


def time_bits(wanted: ua.TimestampsToReturn) -> int:
    """The bits of the DataValue mask that belong to the timestamps a client asks for. Raises KeyError for others."""
    return _TIMES[wanted]


def is_bad_array(status: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where a status code is Bad."""
    return status >= _BAD


def all_good(status: NDArray[np.uint32]) -> bool:
    """Whether every status code is Good."""
    return status.tobytes() == bytes(status.nbytes)  # several times as fast as asking numpy


def kinds(status: NDArray[np.uint32], variant: NDArray[np.uint8], times: NDArray[np.uint8] | int) -> NDArray[np.uint16]:
    """The layout of each DataValue as one number: Good carries no status code, Bad no value."""
    if all_good(status):
        masks: Any = np.uint16(VALUE) | times
    else:
        masks = times | np.where(status == 0, VALUE, np.where(is_bad_array(status), STATUS, VALUE | STATUS))
    return (np.asarray(masks, np.uint16) << np.uint16(8) | variant).astype(np.uint16)


@lru_cache(maxsize=128)
def record(kind: int, handles: bool) -> np.dtype[np.void]:
    """The fields of one DataValue of this layout, led by a client handle where wanted."""
    mask, variant = kind >> 8, kind & 0xFF
    fields: list[tuple[str, str]] = [("handle", "<u4")] if handles else []
    fields.append(("mask", "u1"))
    if mask & VALUE:
        fields += [("variant", "u1"), ("value", _FORMATS[variant])]
    if mask & STATUS:
        fields.append(("status", "<u4"))
    if mask & SOURCE:
        fields.append(("source", "<i8"))
    if mask & SERVER:
        fields.append(("server", "<i8"))
    return np.dtype(fields)


def fill(kind: int, value: Any, status: Any, source: Any, server: int, handles: Any = None) -> NDArray[np.void]:
    """DataValues of one layout behind each other; arrays of equal length, `server` and `source` in ticks."""
    mask, variant = kind >> 8, kind & 0xFF
    records = np.empty(len(source), record(kind, handles is not None))
    records["mask"] = mask
    if handles is not None:
        records["handle"] = handles
    if mask & VALUE:
        records["variant"], records["value"] = variant, value
    if mask & STATUS:
        records["status"] = status
    if mask & SOURCE:
        records["source"] = source
    if mask & SERVER:
        records["server"] = server
    return records


class Uniform:
    """DataValues of one layout, kept from message to message: what stays is not written again."""

    def __init__(self, kind: int, count: int) -> None:
        held = fill(kind, 0, 0, np.zeros(count, np.int64), 0)
        names = held.dtype.names or ()
        self._places = [held[name] if name in names else None for name in ("value", "status", "source", "server")]
        self._bytes, self._server = held.view(np.uint8), np.zeros(count, np.int64)

    def encode(self, value: Any, status: Any, source: Any, server: int) -> bytes:
        """As `fill`."""
        self._server.fill(server)
        for place, column in zip(self._places, (value, status, source, self._server), strict=True):
            if place is not None:
                place[:] = column
        return self._bytes.tobytes()


class Layout:
    """The places of DataValues of different layouts in one message; made once, used as long as the layouts stay."""

    def __init__(self, of: NDArray[np.uint16]) -> None:
        self.of = of
        distinct = np.unique(of)
        self._only = Uniform(int(distinct[0]), len(of)) if len(distinct) == 1 else None
        sizes = np.zeros(len(of), np.intp)
        for kind in distinct:
            sizes[of == kind] = record(int(kind), False).itemsize
        ends = np.cumsum(sizes)
        self._size = int(ends[-1]) if len(ends) else 0
        self._parts = [] if self._only is not None else [_part(of, int(kind), ends - sizes) for kind in distinct]

    def encode(
        self, value: NDArray[np.float64], status: NDArray[np.uint32], source: NDArray[np.int64], server: int
    ) -> bytes:
        """The DataValues in their order."""
        if self._only is not None:
            return self._only.encode(value, status, source, server)
        whole = np.empty(self._size, np.uint8)
        for kind, chosen, places in self._parts:
            records = fill(kind, value[chosen], status[chosen], source[chosen], server)
            whole[places] = records.view(np.uint8).reshape(places.shape)
        return whole.tobytes()


def _part(
    of: NDArray[np.uint16], kind: int, starts: NDArray[np.intp]
) -> tuple[int, NDArray[np.intp], NDArray[np.intp]]:
    chosen = np.flatnonzero(of == kind)
    return kind, chosen, starts[chosen][:, None] + np.arange(record(kind, False).itemsize)
