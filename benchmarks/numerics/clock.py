"""Processor times of functions that take turns: what others do on the machine counts for none of them."""

import time
from collections.abc import Callable, Sequence
from statistics import median

ROUNDS = 9
_LEAST = 0.005


def turns(functions: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[list[float]]:
    """Processor seconds of one call of each function (rows) in each round; short ones are called often."""
    counts = [_count(function) for function in functions]
    took: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, count, times in zip(functions, counts, took, strict=True):
            times.append(_time(function, count))
    return took


def _time(function: Callable[[], object], count: int) -> float:
    began = time.process_time()
    for _ in range(count):
        function()
    return (time.process_time() - began) / count


def _count(function: Callable[[], object]) -> int:
    function()
    return max(1, round(_LEAST / max(_time(function, 1), 1e-7)))


def ratio(peer: Sequence[float], ours: Sequence[float]) -> float:
    """The median over the rounds of how many times as long the peer took."""
    return median(theirs / mine for theirs, mine in zip(peer, ours, strict=True))
