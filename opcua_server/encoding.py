"""DataValues as arrays: many values encoded at once, as OPC 10000-6 5.2.2.17 wants them on the wire."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np
from asyncua import ua
from numpy.typing import NDArray

from opcua_server.values import BOOLEAN, DOUBLE, UINT32

_VALUE, _STATUS, _SOURCE, _SERVER = 0x01, 0x02, 0x04, 0x08
_TIMES = {
    ua.TimestampsToReturn.Source: _SOURCE,
    ua.TimestampsToReturn.Server: _SERVER,
    ua.TimestampsToReturn.Both: _SOURCE | _SERVER,
    ua.TimestampsToReturn.Neither: 0,
}
_FORMATS = {DOUBLE: "<f8", UINT32: "<u4", BOOLEAN: "u1"}


def time_bits(wanted: ua.TimestampsToReturn) -> int:
    """The bits of the DataValue mask that belong to the timestamps a client asks for. Raises KeyError for others."""
    return _TIMES[wanted]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples in order of time: place of the item, value, status code and source time in ticks; equal lengths."""

    place: NDArray[np.intp]
    value: NDArray[np.float64]
    status: NDArray[np.uint32]
    source: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.place)

    def take(self, chosen: NDArray[Any]) -> Self:
        """Those chosen by a mask or by indices."""
        return type(self)(self.place[chosen], self.value[chosen], self.status[chosen], self.source[chosen])


NOTHING = Samples(np.zeros(0, np.intp), np.zeros(0), np.zeros(0, np.uint32), np.zeros(0, np.int64))


@lru_cache(maxsize=128)
def _record(variant: int, mask: int, handles: bool) -> np.dtype[np.void]:
    fields: list[tuple[str, str]] = [("handle", "<u4")] if handles else []
    fields.append(("mask", "u1"))
    if mask & _VALUE:
        fields += [("variant", "u1"), ("value", _FORMATS[variant])]
    if mask & _STATUS:
        fields.append(("status", "<u4"))
    if mask & _SOURCE:
        fields.append(("source", "<i8"))
    if mask & _SERVER:
        fields.append(("server", "<i8"))
    return np.dtype(fields)


def kinds(status: NDArray[np.uint32], variant: NDArray[np.uint8], times: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """The layout of each DataValue as one number: Good carries no status code, Bad no value."""
    masks = times | np.where(status == 0, _VALUE, np.where(is_bad_array(status), _STATUS, _VALUE | _STATUS))
    return (masks.astype(np.uint16) << np.uint16(8) | variant).astype(np.uint16)


def is_bad_array(status: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where a status code is Bad."""
    return status >= np.uint32(0x80000000)


def encode(samples: Samples, kind: int, server: int, handles: NDArray[np.uint32] | None = None) -> bytes:
    """The samples, all of one layout, behind each other; each led by its client handle where given."""
    mask, variant = kind >> 8, kind & 0xFF
    records = np.empty(len(samples), _record(variant, mask, handles is not None))
    records["mask"] = mask
    if handles is not None:
        records["handle"] = handles
    if mask & _VALUE:
        records["variant"], records["value"] = variant, samples.value
    if mask & _STATUS:
        records["status"] = samples.status
    if mask & _SOURCE:
        records["source"] = samples.source
    if mask & _SERVER:
        records["server"] = server
    return records.tobytes()


def encode_runs(samples: Samples, variant: int, times: int, server: int) -> bytes:
    """The samples of one tag in their order, whatever their status codes; layouts may alternate."""
    if not len(samples):
        return b""
    layout = kinds(samples.status, np.full(len(samples), variant, np.uint8), np.full(len(samples), times, np.uint8))
    borders = np.flatnonzero(np.diff(layout)) + 1
    parts = []
    for run in np.split(np.arange(len(samples)), borders):
        parts.append(encode(samples.take(run), int(layout[run[0]]), server))
    return b"".join(parts)
