"""Waiting for a named condition with a deadline: the only place where a test may let time pass."""

import asyncio
import time
from collections.abc import Awaitable, Callable

POLL = 0.05


def until(
    holds: Callable[[], object], what: str, within: float = 30.0, why: Callable[[], object] | None = None
) -> None:
    """Return when `holds()` is true; fail with `what`, and what `why` then says, after `within` seconds."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {what}" + (f": {why()}" if why else ""))
        time.sleep(POLL)


async def until_async(holds: Callable[[], Awaitable[object]], what: str, within: float = 30.0) -> None:
    """The same for a coroutine function."""
    deadline = time.monotonic() + within
    while not await holds():
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(POLL)
