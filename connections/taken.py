"""How far this process has taken over streams of Redis, for those who decide by what they told."""

import asyncio


class Behind(Exception):  # noqa: N818 - not an error: whoever asked takes over what has come, and asks again
    """A stream has told more than this process has taken over: what stands at `position`."""

    def __init__(self, position: str) -> None:
        super().__init__(position)
        self.position = position


class Taken:
    """The position, in each stream that is followed, of the newest entry that was taken over; one follower for each."""

    def __init__(self) -> None:
        self._positions: dict[str, tuple[int, int]] = {}
        self._next: dict[str, bytes] = {}
        self._moved = asyncio.Event()

    def reach(self, stream: str, position: str) -> None:
        """Everything up to this position is taken over."""
        milliseconds, number = self._positions[stream] = _parts(position)
        self._next[stream] = b"%d-%d" % (milliseconds, number + 1)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def next(self, stream: str) -> bytes:
        """The first position that would be news; empty where nobody follows the stream."""
        return self._next.get(stream, b"")

    async def until(self, stream: str, position: str) -> None:
        """Wait until everything up to this position is taken over."""
        while self._positions[stream] < _parts(position):
            await self._moved.wait()


def _parts(position: str) -> tuple[int, int]:
    milliseconds, _, number = position.partition("-")
    return int(milliseconds), int(number or 0)
