"""Work of many that is done in short pieces: as much in a turn of the event loop as takes two milliseconds."""

import asyncio
from collections.abc import Callable
from time import perf_counter

SLICE = 0.002
"""Seconds after which others get their turn."""
Work = Callable[[], bool]
"""Does a piece and answers whether there is more."""


class Rota:
    """Whoever has work does it one after the other."""

    def __init__(self) -> None:
        self._waiting: dict[Work, None] = {}
        self._next: asyncio.Handle | None = None

    def add(self, work: Work) -> None:
        """Have pieces done until there is no more; what waits already is not added twice."""
        self._waiting[work] = None
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        ends = perf_counter() + SLICE
        try:
            while self._waiting and perf_counter() < ends:
                work = next(iter(self._waiting))
                del self._waiting[work]
                if work():
                    self._waiting[work] = None
        finally:
            self._next = asyncio.get_running_loop().call_soon(self._turn) if self._waiting else None
