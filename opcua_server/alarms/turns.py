"""Very many alarms that move at once are looked at in turns, between which others get theirs."""

from collections.abc import Callable, Sequence
from itertools import islice

_AT_ONCE = 25
"""Alarms that are looked at closely before others get their turn: some milliseconds."""
Later = Callable[[Callable[[], None]], object]


class Turns:
    """Has `work` look at places, some at once; `later` runs a function when others have had their turn."""

    def __init__(self, work: Callable[[Sequence[int]], None], later: Later) -> None:
        self._work, self._later = work, later
        self._left: dict[int, None] = {}

    def take(self, places: Sequence[int]) -> None:
        """Look at the first of these places now, at the others later."""
        self._work(places[:_AT_ONCE])
        if len(places) > _AT_ONCE:
            if not self._left:
                self._later(self._go_on)
            self._left.update(dict.fromkeys(places[_AT_ONCE:]))

    def _go_on(self) -> None:
        places = list(islice(self._left, _AT_ONCE))
        for place in places:
            del self._left[place]
        self._work(places)
        if self._left:
            self._later(self._go_on)
