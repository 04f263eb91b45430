"""How often one caller may ask: a bucket of requests for each name, or for each address without a name."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from plant.errors import TooMany

MOST_CALLERS = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """`rate` requests a second for each caller, and `burst` of them at once; infinity is no limit."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, float(burst), clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, who: str) -> None:
        """Count one request. Raises TooMany with the seconds until the next one is taken."""
        if math.isinf(self._rate):
            return
        bucket = self._bucket(who)
        if bucket.left < 1.0:
            wait = (1.0 - bucket.left) / self._rate
            raise TooMany(f"more than {self._rate:g} requests a second: wait a moment", wait)
        bucket.left -= 1.0

    def _bucket(self, who: str) -> _Bucket:
        now = self._clock()
        if who not in self._buckets and len(self._buckets) >= MOST_CALLERS:
            self._forget(now)
        bucket = self._buckets.setdefault(who, _Bucket(self._burst, now))
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        return bucket

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full again; all of them when none is, which is kinder than to run out of memory."""
        self._buckets = {
            who: bucket for who, bucket in self._buckets.items()
            if bucket.left + (now - bucket.at) * self._rate < self._burst
        }  # fmt: skip
        if len(self._buckets) >= MOST_CALLERS:
            self._buckets.clear()
