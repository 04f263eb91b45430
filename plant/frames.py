"""Frames: the values of all tags of one simulation at one sample, and their compact binary form.

A batch is frames one behind the other. Each: header, SimID in UTF-8, float64 values in the order of
`Model.tags`, and, only when some tag is not Good, one uint32 status code a tag. Little-endian throughout.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from plant.errors import DamagedFrame
from plant.lifecycle import State

_HEADER = struct.Struct("<BBBBHHIQQQdqdd")
_VERSION = 1
_STATES = tuple(State)
_STATE_INDEX = {state: index for index, state in enumerate(_STATES)}


class Kind(IntEnum):
    """Why the frame was sent."""

    SAMPLE = 0
    """The values after a step: recorded in history."""
    ECHO = 1
    """Values in effect between two samples (an action, a command, a sign of life): shown, not recorded."""


_KINDS = tuple(Kind)


@dataclass(slots=True, eq=False)  # not frozen: that takes six times as long to make, and all that comes is made
class Frame:
    """One frame. Nobody changes it.

    Attributes:
        epoch: fencing number of the attempt that wrote it.
        sequence: rises by one with every frame of an epoch.
        tick: number of model steps since the start; a sample's identity is (simulation, tick).
        action: number of the last action applied before this frame (0: none).
        sim_time: simulated seconds since the start.
        wall_time: UTC, nanoseconds since 1970, strictly increasing for each simulation.
        speed: speed factor in effect (infinite: as fast as possible).
        overruns: steps so far that came later than the pace asked for.
        status: status codes of the tags (uint32), None when all are Good.
    """

    sim_id: str
    kind: Kind
    state: State
    epoch: int
    sequence: int
    tick: int
    action: int
    sim_time: float
    wall_time: int
    speed: float
    overruns: float
    values: NDArray[np.float64]
    status: NDArray[np.uint32] | None = None

    def newer_than(self, epoch: int, sequence: int) -> bool:
        """Whether a receiver that holds (epoch, sequence) may take this frame."""
        return (self.epoch, self.sequence) > (epoch, sequence)


def pack(frames: Iterable[Frame]) -> bytes:
    """The frames as one batch of bytes."""
    parts: list[bytes] = []
    for frame in frames:
        name = frame.sim_id.encode()
        flag = 0 if frame.status is None else 1
        parts.append(
            _HEADER.pack(
                _VERSION, frame.kind, _STATE_INDEX[frame.state], flag, len(name), len(frame.values),
                frame.epoch, frame.sequence, frame.tick, frame.action, frame.sim_time, frame.wall_time,
                frame.speed, frame.overruns,
            )
        )  # fmt: skip
        parts.append(name)
        parts.append(np.ascontiguousarray(frame.values, "<f8").tobytes())
        if frame.status is not None:
            parts.append(np.ascontiguousarray(frame.status, "<u4").tobytes())
    return b"".join(parts)


def unpack(batch: bytes) -> Iterator[Frame]:
    """The frames of a batch, in order; values are views on its bytes (read only). Raises DamagedFrame."""
    position = 0
    while position < len(batch):
        frame, position = _unpack_one(batch, position)
        yield frame


def _unpack_one(batch: bytes, position: int) -> tuple[Frame, int]:
    try:
        (version, kind, state, flag, name_size, count, epoch, sequence, tick, action, sim_time, wall_time,
         speed, overruns) = _HEADER.unpack_from(batch, position)  # fmt: skip
        if version != _VERSION:
            raise DamagedFrame(f"frame version {version} is unknown; this is version {_VERSION}")
        start = position + _HEADER.size
        name = batch[start : start + name_size].decode()
        start += name_size
        values = np.frombuffer(batch, "<f8", count, start)
        end = start + 8 * count
        status = np.frombuffer(batch, "<u4", count, end) if flag else None
        end += 4 * count if flag else 0
        frame = Frame(name, _KINDS[kind], _STATES[state], epoch, sequence, tick, action, sim_time, wall_time,
                      speed, overruns, values, status)  # fmt: skip
    except (struct.error, ValueError, IndexError) as error:
        raise DamagedFrame(f"frame at byte {position} of {len(batch)} is damaged: {error}") from None
    return frame, end
