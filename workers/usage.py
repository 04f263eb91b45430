"""What this process uses of its machine: memory, and the share of one core since it was last asked."""

import time
from typing import NamedTuple

import psutil


class Usage(NamedTuple):
    """Resident `memory` in bytes; `cpu` as a share of one core (above 1: several threads compute)."""

    memory: int = 0
    cpu: float = 0.0


class Meter:
    """Asked now and then."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._asked, self._used = time.monotonic(), time.process_time()

    def read(self) -> Usage:
        """The usage since the last reading."""
        now, used = time.monotonic(), time.process_time()
        share = (used - self._used) / max(now - self._asked, 1e-3)
        self._asked, self._used = now, used
        return Usage(int(self._process.memory_info().rss), share)
