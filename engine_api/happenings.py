"""What happens in an engine, event by event: told to whoever listens, and remembered for readers who were away."""

import asyncio
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connections.record import Record

REMEMBERED = 10_000
"""Events that a reader who was away can still get."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One event; `number` rises by one with each of a stream."""

    number: int
    event: dict[str, Any]
    about: Record | None = None
    """The simulation, where it is not in the table any more."""


class Listener:
    """A bounded queue of events behind number `since`; `overflowed` once one had to be dropped."""

    def __init__(self, most: int, since: int) -> None:
        self._most, self.since, self.overflowed = most, since, False
        self.wake = asyncio.Event()
        self._events: deque[Happening] = deque()

    def put(self, event: Happening) -> None:
        """Queue an event."""
        if len(self._events) < self._most:
            self._events.append(event)
        else:
            self.overflowed = True
        self.wake.set()

    def put_first(self, earlier: list[Happening]) -> None:
        """Put events that came earlier before those that wait."""
        self._events.extendleft(reversed(earlier))
        self.wake.set()

    def take(self) -> list[Happening]:
        """All events that wait."""
        events = list(self._events)
        self._events.clear()
        return events


class Happenings:
    """The events of one engine, in order; `stream` is the name of this order, no other engine has the same."""

    def __init__(self) -> None:
        self.stream = secrets.token_hex(8)
        self._happened = 0
        self._past: deque[Happening] = deque(maxlen=REMEMBERED)
        self._listeners: set[Listener] = set()

    def tell(self, told: dict[str, Any], about: Record | None = None) -> None:
        """Pass an event on to whoever listens."""
        self._happened += 1
        happening = Happening(self._happened, told, about)
        self._past.append(happening)
        for listener in self._listeners:
            listener.put(happening)

    def missed(self, stream: str, number: int, until: int) -> list[Happening] | None:
        """The events behind `number` up to `until`; None when they are not known, or were another engine's."""
        oldest = self._past[0].number if self._past else self._happened + 1
        if stream != self.stream or not oldest - 1 <= number <= until:
            return None
        return [happening for happening in self._past if number < happening.number <= until]

    @contextmanager
    def listening(self, most: int) -> Iterator[Listener]:
        """Hear every event from now on; `most` may wait."""
        listener = Listener(most, self._happened)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
