"""Whose turn it is, in memory that the watchdog sees; written before and after every turn at next to no cost."""

from mmap import mmap
from typing import Final

SIZE: Final = 16


class Mark:
    """Two numbers: the simulation that computes (0: none) and since when on the monotonic clock."""

    def __init__(self, place: bytearray | mmap) -> None:
        """`place` has SIZE bytes."""
        self._numbers = memoryview(place).cast("d")

    def begin(self, number: int, now: float) -> None:
        """From now on this simulation computes."""
        self._numbers[1] = now
        self._numbers[0] = number

    def end(self) -> None:
        """Nobody computes."""
        self._numbers[0] = 0.0

    def read(self) -> tuple[int, float]:
        """The simulation and since when."""
        return int(self._numbers[0]), self._numbers[1]
