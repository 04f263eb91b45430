"""The host: one thread with one event loop that moves every simulation of this worker."""

import asyncio
import math
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Event, Thread
from typing import Any

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from connections.log import logger
from connections.redis_client import client
from connections.settings import WorkerSettings
from workers.attempts import Attempts
from workers.hosted import Hosted
from workers.inbox import Inbox
from workers.keeper import Identity, Keeper
from workers.mark import SIZE, Mark
from workers.watch import Watch

PATIENCE = 2.0
"""Seconds for an answer of Redis (longer than the inbox blocks)."""
PULSE = 0.5
LAST_WORDS = 1.5
"""Seconds for what a worker that leaves has still to write."""
_LOG = logger(__name__)


class Host:
    """The simulations of one worker. `adopt`, `stop` and `leave` may be called from any thread.

    `ended(hosted, lost)` is called in the host's thread when a simulation has left: its state tells why; if that is
    not an end, its lease was lost, it moved, or the worker goes. `pulse()` is called by the loop now and then: it is
    given by a process for one simulation, which has no heartbeat of a worker and moves nothing. `facts()` go into that
    heartbeat. `watch` keeps the books of who is hosted, for the mark that shows whose turn it is.
    """

    def __init__(
        self, url: str, identity: Identity, settings: WorkerSettings, ended: Callable[[Hosted, bool], None],
        *, pulse: Callable[[], None] | None = None, facts: Callable[[], dict[str, Any]] | None = None,
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        self._url, self._identity, self._settings = url, identity, settings
        self._pulse, self._facts = pulse, facts
        budget = settings.step_budget if pulse is None else math.inf
        self._attempts = Attempts(identity, settings, budget, ended, watch or Watch(Mark(bytearray(SIZE))))
        self._thread = Thread(target=self._run, name="host", daemon=True)
        self._ready = Event()

    def start(self) -> None:
        """Begin; returns when the loop runs."""
        self._thread.start()
        self._ready.wait()

    def adopt(self, hosted: Hosted, restored: bool) -> None:
        """Host a simulation whose lease is held; a host that leaves begins nothing."""
        with suppress(RuntimeError):  # it has left already
            self._loop.call_soon_threadsafe(self._begin, hosted, restored)

    def stop(self, sim_id: str, cause: str) -> None:
        """End a simulation on request, with its last frame."""
        self._loop.call_soon_threadsafe(self._attempts.stop, sim_id, cause)

    def leave(self) -> None:
        """Checkpoint and release everything, then end; `join` waits for it."""
        with suppress(RuntimeError):  # it has left already
            self._loop.call_soon_threadsafe(self._leaving.set)

    def join(self, timeout: float | None) -> None:
        """Wait until the host has left."""
        self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether the host's thread runs."""
        return self._thread.is_alive()

    # In the host's thread from here on.

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve())
        except BaseException:
            _LOG.exception("the host broke down")
            raise
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._leaving = asyncio.get_running_loop(), asyncio.Event()
        attempts, hosted = self._attempts, self._attempts.hosted
        async with _connected(self._url) as redis:
            facts = None if self._pulse is not None else self._tell_facts
            keeper = Keeper(redis, self._identity, self._settings, hosted, attempts.lose, facts)
            inbox = Inbox(redis, self._identity.name, hosted)
            works = (
                attempts.outbox.send(redis, attempts.let_go), inbox.follow(attempts.take), keeper.keep(),
                attempts.saver.run(), self._prove(),
            )  # fmt: skip
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(work) for work in works]
                self._ready.set()
                await self._leaving.wait()
                for task in tasks:
                    task.cancel()
            await self._last_words(redis, keeper)

    async def _prove(self) -> None:
        while self._pulse is not None:
            self._pulse()
            await asyncio.sleep(PULSE)

    def _tell_facts(self) -> dict[str, Any]:
        return self._attempts.facts() | (self._facts() if self._facts is not None else {})

    def _begin(self, hosted: Hosted, restored: bool) -> None:
        if not self._leaving.is_set():
            self._attempts.begin(hosted, restored)

    async def _last_words(self, redis: Any, keeper: Keeper) -> None:
        self._attempts.release()
        with suppress(TimeoutError, RedisError):
            async with asyncio.timeout(LAST_WORDS):
                await self._attempts.outbox.flush(redis, self._attempts.let_go)
                await keeper.leave()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    # Nothing is tried twice below: every caller has its own way to wait for Redis.
    redis = client(url, Retry(NoBackoff(), 0))
    try:
        yield redis
    finally:
        await redis.aclose()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":  # uvloop does not run there
        return asyncio.new_event_loop
    return import_module("uvloop").new_event_loop  # type: ignore[no-any-return]
