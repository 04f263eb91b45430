"""The messages for one reader of live data, whatever carries them: metadata, changed values, events, signs of life."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

from engine_api.happenings import Happening, Listener
from engine_api.live import Live
from engine_api.subscriptions import FASTEST_RATE, Subscriptions
from plant.access import Caller
from plant.ownership import may_see

VERSION = 1
SIGN_OF_LIFE = 1.0
Message = dict[str, Any]


class Overflowed(Exception):  # noqa: N818 - an ending, not an error
    """More events wait than a reader may leave unread."""


class Feed:
    """What one reader gets, in order; answers of its requests go before events, events before values."""

    def __init__(self, live: Live, caller: Caller) -> None:
        self._live, self._caller = live, caller
        self.subscriptions = Subscriptions(live, caller)
        self.answers: deque[Message] = deque()
        self.wake = asyncio.Event()
        self._sequence = 0

    def answer(self, message: Message) -> None:
        """Put an answer before what comes next."""
        self.answers.append(message)
        self.wake.set()

    def resume(self, events: Listener, stream: str, number: int) -> None:
        """Give the events that came between a reader's last one and the beginning of `events`, if they are known."""
        missed = self._live.missed(stream, number, events.since)
        concerned = [] if missed is None else [one for one in missed if self.concerns(one)]
        events.put_first(concerned)
        self.answer({"op": "resumed", "complete": missed is not None, "missed": len(concerned)})

    def concerns(self, happening: Happening) -> bool:
        """Whether the event is about something that the reader may see."""
        if happening.about is not None:
            return may_see(self._caller, happening.about)
        return self._live.sees(self._caller, happening.event["sim_id"])

    async def messages(self, events: Listener, clock: Callable[[], float] = time.monotonic) -> AsyncGenerator[Message]:
        """All messages, for ever, beginning with `hello`. Raises Overflowed."""
        yield {"op": "hello", "version": VERSION, "stream": self._live.stream, "event": events.since}
        told = clock()
        while True:
            self.wake.clear()
            while self.answers:
                yield self.answers.popleft()
            for happening in filter(self.concerns, events.take()):
                yield message_of(happening)
            if events.overflowed:
                raise Overflowed
            data = self._data(clock(), told)
            if data is not None:
                yield data
                told = clock()
            await self._sleep(self._until_next(clock(), told))

    def _data(self, now: float, told: float) -> Message | None:
        """What changed, or an empty sign of life when it is time for one."""
        update = self.subscriptions.update(now)
        if not update.values and not update.simulations and now < told + SIGN_OF_LIFE:
            return None
        self._sequence += 1
        message: Message = {
            "op": "data", "seq": self._sequence, "time": time.time_ns() // 1_000_000, "v": update.values,
        }  # fmt: skip
        message |= {"q": update.qualities} if update.qualities else {}
        message |= {"s": update.simulations} if update.simulations else {}
        return message

    def _until_next(self, now: float, told: float) -> float:
        due = self.subscriptions.due_in(now)
        if due is None:
            return SIGN_OF_LIFE
        return max(0.001, min(due or FASTEST_RATE / 1000, told + SIGN_OF_LIFE - now))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.wake.wait()
        except TimeoutError:
            return


def message_of(happening: Happening) -> Message:
    """An event as a message."""
    return {"op": "event", "n": happening.number, "event": happening.event}
