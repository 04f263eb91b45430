"""What would be told too often: of each kind once a minute, with the number of the others; memory is bounded."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

EVERY = 60.0
"""Seconds in which something is told of once."""
MOST_KINDS = 1_000


@dataclass(slots=True)
class _Told:
    """When (monotonic) something was last told of, and how often it happened since."""

    at: float
    untold: int = 0


class Seldom:
    """What was told of lately."""

    def __init__(self) -> None:
        self._told: OrderedDict[Hashable, _Told] = OrderedDict()

    def __len__(self) -> int:
        return len(self._told)

    def due(self, kind: Hashable) -> int | None:
        """How many of its kind nobody has heard of; None while it is too early to tell of one more."""
        now = time.monotonic()
        told = self._told.get(kind)
        if told is not None and now - told.at < EVERY:
            told.untold += 1
            return None
        self._told[kind] = _Told(now)
        self._told.move_to_end(kind)
        if len(self._told) > MOST_KINDS:
            self._told.popitem(last=False)
        return 0 if told is None else told.untold
