"""A run: consecutive samples of one simulation, the values of each tag side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from connections.historian.fresh import Row


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Samples in order of time; `content` and `status` (None: all Good) have a row for each tag."""

    wall_time: NDArray[np.int64]
    sim_time: NDArray[np.float64]
    tick: NDArray[np.int64]
    epoch: NDArray[np.int64]
    content: NDArray[np.float64]
    status: NDArray[np.uint32] | None

    @classmethod
    def of_rows(cls, rows: Sequence[Row]) -> Self:
        """Fresh samples of one simulation, at least one."""
        _, walls, sims, ticks, epochs, contents, codes = zip(*rows, strict=True)
        content = np.frombuffer(b"".join(contents), "<f8").reshape(len(rows), -1).T
        status = None
        if any(codes):
            good = bytes(4 * len(content))
            status = np.frombuffer(b"".join([code or good for code in codes]), "<u4").reshape(len(rows), -1).T
        return cls(_whole(walls), np.array(sims, "<f8"), _whole(ticks), _whole(epochs), content, status)

    @classmethod
    def stored(
        cls, samples: int, walls: bytes, sims: bytes, ticks: bytes, epochs: bytes, content: bytes, status: bytes | None
    ) -> Self:
        """One out of its row, with arrays that look at the bytes there."""
        codes = None if status is None else np.frombuffer(status, "<u4").reshape(-1, samples)
        values = np.frombuffer(content, "<f8").reshape(-1, samples)
        wall_time, tick, epoch = (np.frombuffer(numbers, "<i8") for numbers in (walls, ticks, epochs))
        return cls(wall_time, np.frombuffer(sims, "<f8"), tick, epoch, values, codes)

    @classmethod
    def joined(cls, runs: Sequence[Self]) -> Self:
        """Runs that follow each other, at least one."""
        times = zip(*((run.wall_time, run.sim_time, run.tick, run.epoch) for run in runs), strict=True)
        wall_time, sim_time, tick, epoch = (np.concatenate(arrays) for arrays in times)
        content = np.concatenate([run.content for run in runs], axis=1)
        troubled = any(run.status is not None for run in runs)
        status = np.concatenate([run.codes for run in runs], axis=1) if troubled else None
        return cls(wall_time, sim_time, tick, epoch, content, status)

    @property
    def codes(self) -> NDArray[np.uint32]:
        """The status codes, also where all are Good."""
        return np.zeros(self.content.shape, np.uint32) if self.status is None else self.status

    def only(self, tags: Sequence[int]) -> "Run":
        """The same samples of some of the tags, by their places."""
        status = None if self.status is None else self.status[tags]
        return Run(self.wall_time, self.sim_time, self.tick, self.epoch, self.content[tags], status)

    def cut(self, part: slice) -> "Run":
        """Some of the samples."""
        status = None if self.status is None else self.status[:, part]
        times = (self.tick[part], self.epoch[part])
        return Run(self.wall_time[part], self.sim_time[part], *times, self.content[:, part], status)


def _whole(numbers: Sequence[int]) -> NDArray[np.int64]:
    return np.array(numbers, "<i8")
