"""What every historian store can do; `sqlite.py` is the record, InfluxDB the long-term copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from plant.frames import Frame


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Samples of one tag in order of time; arrays of equal length.

    `wall_time` int64 nanoseconds since 1970 UTC, `sim_time` simulated seconds, `value` float64 (NaN where Bad),
    `status` uint32 status codes. `more` tells that there are more samples than these: the limit, or thinning.
    """

    tag: str
    wall_time: NDArray[np.int64]
    sim_time: NDArray[np.float64]
    value: NDArray[np.float64]
    status: NDArray[np.uint32]
    more: bool = False


class Historian(Protocol):
    """Append frames, read series. Synchronous: call from a thread. Errors leave as plant.errors.Unavailable."""

    def append(self, frames: Sequence[Frame], models: dict[str, str], position: str) -> int:
        """Record the SAMPLE frames (ECHO frames are skipped) and the stream position in one transaction.

        `models` maps SimID to model id. A (simulation, tick) already recorded is not recorded twice; frames of an
        older epoch are refused. Answers how many samples were recorded.
        """

    def position(self) -> str:
        """The stream position behind the last frame recorded; "0-0" at first."""

    def read_raw(
        self, sim_id: str, tag: str, start: int | None, end: int | None, limit: int, reverse: bool = False
    ) -> Series:
        """Samples with start <= wall_time < end (nanoseconds; None is open), at most `limit`.

        Newest first if `reverse`.
        """

    def read_thinned(self, sim_id: str, tag: str, start: int | None, end: int | None, points: int) -> Series:
        """About `points` samples: the least and the greatest of every bucket, plus every change of quality.

        All of them where there are no more than `points`.
        """

    def delete(self, sim_id: str) -> None:
        """Forget a simulation."""
