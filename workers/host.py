"""The host: one thread with one event loop that moves every simulation of this worker."""

import asyncio
import math
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Event, Thread
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from connections.bus import Action
from connections.log import logger
from connections.settings import WorkerSettings
from plant.frames import Frame, Kind
from plant.lifecycle import Command, State
from workers import checkpoint
from workers.beat import Beat, unlimited
from workers.hosted import Hosted, Moment, Note
from workers.inbox import Inbox
from workers.keeper import Identity, Keeper
from workers.outbox import FAST_FRAMES, MOST_FRAMES, Farewell, Outbox, Report, Saved, Sent

WINDOW = 0.01
"""Seconds for which samples are gathered before they are sent; echoes never wait."""
PATIENCE = 2.0
"""Seconds for an answer of Redis, and for the last words of a worker that leaves."""
ROUNDS = 20
"""Rounds of the checkpointer within one checkpoint period: each takes its share of the simulations."""
AWAY = 0.05
"""Seconds until the next try to send what could not be sent."""
PROGRESS = 6
"""Checkpoints between two reports of progress."""
_LOG = logger(__name__)
_REPORTED = {
    State.FINISHED: Command.FINISH, State.FAILED: Command.FAIL,
    State.TIMED_OUT: Command.TIME_OUT, State.STOPPED: Command.STOP,
}  # fmt: skip


class Host:
    """The simulations of one worker. `adopt`, `stop` and `leave` may be called from any thread.

    `ended(hosted, lost)` is called in the host's thread when a simulation has left: its state tells why; if that is
    not an end, its lease was lost or the worker goes.
    """

    def __init__(
        self, url: str, identity: Identity, settings: WorkerSettings, ended: Callable[[Hosted, bool], None]
    ) -> None:
        self.hosted: dict[str, Hosted] = {}
        self._url, self._identity, self._settings, self._ended = url, identity, settings, ended
        self._thread = Thread(target=self._run, name="host", daemon=True)
        self._ready = Event()

    def start(self) -> None:
        """Begin; returns when the loop runs."""
        self._thread.start()
        self._ready.wait()

    def adopt(self, hosted: Hosted, restored: bool) -> None:
        """Host a simulation whose lease is held."""
        self.hosted[hosted.sim_id] = hosted
        self._loop.call_soon_threadsafe(self._begin, hosted, restored)

    def stop(self, sim_id: str, cause: str) -> None:
        """End a simulation on request, with its last frame."""
        self._loop.call_soon_threadsafe(self._stop, sim_id, cause)

    def leave(self) -> None:
        """Checkpoint and release everything, then end; `join` waits for it."""
        with suppress(RuntimeError):  # it has left already
            self._loop.call_soon_threadsafe(self._leaving.set)

    def join(self, timeout: float) -> None:
        """Wait until the host has left."""
        self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether the host's thread runs."""
        return self._thread.is_alive()

    # In the host's thread from here on.

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._leaving, self._full, self._urgent = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._outbox = Outbox(self._holds)
        self._beat = Beat(self._show, self._may_step, self._settings.sign_of_life)
        async with _connected(self._url) as redis:
            keeper = Keeper(redis, self._identity, self._settings, self.hosted, self._lose)
            inbox = Inbox(redis, self._identity.name, self.hosted)
            async with asyncio.TaskGroup() as group:
                works = (self._send(redis), inbox.follow(self._take), keeper.keep(), self._save())
                tasks = [group.create_task(work) for work in works]
                self._ready.set()
                await self._leaving.wait()
                for task in tasks:
                    task.cancel()
            await self._last_words(redis, keeper)

    def _holds(self, hosted: Hosted) -> bool:
        return time.monotonic() - hosted.renewed < self._settings.fence

    def _may_step(self, hosted: Hosted) -> bool:
        most = FAST_FRAMES if unlimited(hosted) else MOST_FRAMES
        return self._outbox.frames < most and self._holds(hosted)

    def _begin(self, hosted: Hosted, restored: bool) -> None:
        now = Moment.now()
        self._tell(hosted, "began", Command.BEGIN)
        if not restored:
            self._show(hosted, hosted.sample(now))
            self._checkpoint(hosted, now)
        # The golden ratio spreads the checkpoints of any number of simulations evenly over the period.
        hosted.save_at = now.mono + self._settings.checkpoint * ((len(self.hosted) * 0.618) % 1)
        self._urgent.set()
        self._beat.schedule(hosted)

    def _show(self, hosted: Hosted, frame: Frame, note: Note | None = None) -> None:
        self._outbox.add(Sent(hosted, frame, note))
        self._full.set()
        if frame.kind is Kind.ECHO:
            self._urgent.set()
        if hosted.ended:
            self._end(hosted)

    def _take(self, hosted: Hosted, action: Action) -> None:
        frame = hosted.apply(action, Moment.now())
        if frame is not None:
            self._show(hosted, frame, hosted.notes[action.number])
        if not hosted.ended:
            self._beat.schedule(hosted)

    def _stop(self, sim_id: str, cause: str) -> None:
        hosted = self.hosted.get(sim_id)
        if hosted is not None and not hosted.ended:
            self._show(hosted, hosted.end(State.STOPPED, cause, Moment.now()))

    def _end(self, hosted: Hosted) -> None:
        self._beat.forget(hosted)
        self._tell(hosted, "ended", _REPORTED[hosted.state])
        self._outbox.add(Farewell(hosted, self._identity.name, forget=True))
        self._urgent.set()

    def _lose(self, hosted: Hosted) -> None:
        """Another attempt has begun: not a word more."""
        _LOG.warning("lease lost", sim_id=hosted.sim_id, epoch=hosted.assignment.epoch)
        hosted.renewed = -math.inf
        self._beat.forget(hosted)
        self._outbox.drop(hosted)
        self._let_go(hosted, lost=True)

    def _let_go(self, hosted: Hosted, lost: bool = False) -> None:
        if self.hosted.get(hosted.sim_id) is hosted:
            del self.hosted[hosted.sim_id]
            self._ended(hosted, lost)

    def _tell(self, hosted: Hosted, kind: str, command: Command | None = None) -> None:
        message = {
            "kind": kind, "sim_id": hosted.sim_id, "epoch": hosted.assignment.epoch,
            "worker": self._identity.name, "machine": self._identity.machine, "command": command,
            "cause": hosted.cause, "simulation_time": hosted.simulation.time, "tick": hosted.tick,
            "overruns": hosted.overruns,
        }  # fmt: skip
        self._outbox.add(Report(hosted, message))
        self._full.set()

    def _checkpoint(self, hosted: Hosted, now: Moment) -> None:
        needless = tuple(number for number in hosted.notes if number <= hosted.saved_action)
        for number in needless:
            del hosted.notes[number]
        hosted.saved_action = hosted.action
        self._outbox.add(Saved(hosted, checkpoint.take(hosted, now).encode(), needless))
        hosted.saves += 1
        hosted.save_at = now.mono + self._settings.checkpoint
        if hosted.saves % PROGRESS == 0:
            self._tell(hosted, "progress")

    async def _save(self) -> None:
        while True:
            await asyncio.sleep(self._settings.checkpoint / ROUNDS)
            now = Moment.now()
            for hosted in list(self.hosted.values()):
                if hosted.save_at <= now.mono and self._settled(hosted):
                    self._checkpoint(hosted, now)

    def _settled(self, hosted: Hosted) -> bool:
        return not hosted.ended and not hosted.replaying and self._holds(hosted)

    async def _send(self, redis: Any) -> None:
        while True:
            await self._full.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(WINDOW):
                    await self._urgent.wait()
            self._full.clear()
            self._urgent.clear()
            written = await self._flush(redis)
            if not written:  # Redis or a lease is away: neither return can be awaited
                await asyncio.sleep(AWAY)
            if self._outbox.items:
                self._full.set()

    async def _flush(self, redis: Any) -> bool:
        try:
            written = await self._outbox.flush(redis)
        except RedisError as error:
            _LOG.warning("frames wait", frames=self._outbox.frames, cause=str(error))
            return False
        for item in written:
            if isinstance(item, Farewell):
                self._let_go(item.hosted)
        return bool(written)

    async def _last_words(self, redis: Any, keeper: Keeper) -> None:
        self._beat.stop()
        now = Moment.now()
        for hosted in self.hosted.values():
            if self._settled(hosted):
                self._checkpoint(hosted, now)
            if not hosted.ended:
                hosted.cause = "its worker stops"
                self._tell(hosted, "released")
                self._outbox.add(Farewell(hosted, self._identity.name, forget=False))
        with suppress(TimeoutError, RedisError):
            async with asyncio.timeout(PATIENCE):
                await self._flush(redis)
                await keeper.leave()
        for hosted in list(self.hosted.values()):
            self._let_go(hosted)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Any]:
    # Nothing is tried twice below: every caller has its own way to wait for Redis.
    redis = Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        yield redis
    finally:
        await redis.aclose()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":  # uvloop does not run there
        return asyncio.new_event_loop
    return import_module("uvloop").new_event_loop  # type: ignore[no-any-return]
