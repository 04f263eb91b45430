"""The host: one thread with one event loop that moves every simulation of this worker."""

import asyncio
import json
import math
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from itertools import count
from threading import Event, Thread
from typing import Any

from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from connections.action import Action
from connections.correlation import CORRELATION, carrying
from connections.log import logger
from connections.redis_client import client
from connections.settings import WorkerSettings
from connections.shot import Shot
from plant.frames import Frame
from plant.lifecycle import Command, State
from workers import actions, checkpoint, frames
from workers.beat import Beat, unlimited
from workers.giving_back import STOPS
from workers.hosted import Hosted
from workers.inbox import Inbox
from workers.items import Farewell, Report, Sent, Shown
from workers.keeper import Identity, Keeper
from workers.mark import SIZE, Mark
from workers.moment import Moment, Note
from workers.outbox import FAST_FRAMES, MOST_FRAMES, Outbox
from workers.saver import Saver
from workers.watch import Watch

PATIENCE = 2.0
"""Seconds for an answer of Redis (longer than the inbox blocks)."""
PULSE = 0.5
LAST_WORDS = 1.5
"""Seconds for what a worker that leaves has still to write."""
SNAPSHOT = "snapshot"
_LOG = logger(__name__)
_REPORTED = {
    State.FINISHED: Command.FINISH, State.FAILED: Command.FAIL,
    State.TIMED_OUT: Command.TIME_OUT, State.STOPPED: Command.STOP,
}  # fmt: skip


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
        self.hosted: dict[str, Hosted] = {}
        self._url, self._identity, self._settings, self._ended = url, identity, settings, ended
        self._pulse, self._facts, self._watch = pulse, facts, watch or Watch(Mark(bytearray(SIZE)))
        self._numbers, self._moved = count(1), set[Hosted]()
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
        self._loop.call_soon_threadsafe(self._stop, sim_id, cause)

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
        settings, hosted = self._settings, self.hosted
        self._outbox = Outbox(self._holds, self._lose)
        budget = settings.step_budget if self._pulse is None else math.inf
        self._beat = Beat(self._show, self._may_step, settings.sign_of_life, budget, self._move, self._watch.mark)
        self._saver = Saver(self._outbox, hosted, settings.checkpoint, lambda each: self._tell(each, "progress"))
        async with _connected(self._url) as redis:
            facts = None if self._pulse is not None else self._tell_facts
            keeper = Keeper(redis, self._identity, settings, hosted, self._lose, facts)
            inbox = Inbox(redis, self._identity.name, hosted)
            works = (
                self._outbox.send(redis, self._let_go), inbox.follow(self._take), keeper.keep(), self._saver.run(),
                self._prove(),
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
        waiting = {
            "unsent": self._outbox.frames, "refused": self._outbox.refused, "held_back": self._beat.held_back,
            "jitter": json.dumps(self._beat.jitter.content()),
        }  # fmt: skip
        return waiting | (self._facts() if self._facts is not None else {})

    def _holds(self, hosted: Hosted) -> bool:
        return time.monotonic() - hosted.renewed < self._settings.fence

    def _may_step(self, hosted: Hosted) -> bool:
        most = FAST_FRAMES if unlimited(hosted) else MOST_FRAMES
        return self._outbox.frames < most and self._holds(hosted)

    def _begin(self, hosted: Hosted, restored: bool) -> None:
        if self._leaving.is_set():
            return
        if (earlier := self.hosted.get(hosted.sim_id)) is not None:
            self._lose(earlier)
        self.hosted[hosted.sim_id] = hosted
        hosted.number = next(self._numbers)
        self._watch.begin(hosted.number, hosted.sim_id, hosted.assignment.epoch)
        now = Moment.now()
        with carrying(hosted.assignment.trace):
            self._tell(hosted, "began", Command.BEGIN)
        if not restored:
            hosted.pace = hosted.pace.restarted(hosted.tick, now.mono)  # its time begins with its first sample
            self._show(hosted, frames.start(hosted, now))
            self._saver.save(hosted, now)
        self._saver.begin(hosted, now)
        self._beat.schedule(hosted)

    def _show(self, hosted: Hosted, frame: Frame, note: Note | None = None) -> None:
        self._outbox.add(Sent(hosted, frame, note))
        if hosted.told != hosted.simulation.faults:
            hosted.told = hosted.simulation.faults
            self._tell(hosted, "faults", faults=[fault.words() for fault in hosted.told])
        if hosted.ended:
            self._end(hosted)

    def _take(self, hosted: Hosted, action: Action) -> None:
        if hosted.moved:  # its next attempt reads it
            return
        with carrying(action.trace):
            self._apply(hosted, action)
        if not hosted.ended:
            self._beat.schedule(hosted)

    def _apply(self, hosted: Hosted, action: Action) -> None:
        say = _LOG.debug if action.command is None else _LOG.info
        say("action taken", sim_id=hosted.sim_id, number=action.number, command=action.command)
        frame = actions.apply(hosted, action, Moment.now())
        if frame is not None:
            self._show(hosted, frame, hosted.notes[action.number])
            if action.command == SNAPSHOT and not hosted.ended:
                self._shoot(hosted, action)

    def _shoot(self, hosted: Hosted, action: Action) -> None:
        """Take the snapshot that an action asks for; it is written together with the note of the action."""
        now = Moment.now()
        content = checkpoint.take(hosted, now).encode()
        shot = Shot(hosted.sim_id, action.name or "", action.user, action.number, now.wall, content)
        self._outbox.add(Shown(hosted, shot))

    def _stop(self, sim_id: str, cause: str) -> None:
        hosted = self.hosted.get(sim_id)
        if hosted is not None and not hosted.ended:
            self._show(hosted, frames.end(hosted, State.STOPPED, cause, Moment.now()))

    def _end(self, hosted: Hosted) -> None:
        self._beat.forget(hosted)
        self._tell(hosted, "ended", _REPORTED[hosted.state])
        self._outbox.add(Farewell(hosted, self._identity.name, forget=True))

    def _move(self, hosted: Hosted, used: float) -> None:
        """Let the engine start the next attempt in a process of its own: this one would delay all others."""
        hosted.cause = f"it computed for {used:.2g} s, its budget is {self._settings.step_budget:g} s"
        _LOG.warning("moving to a process of its own", sim_id=hosted.sim_id, cause=hosted.cause)
        self._saver.save(hosted, Moment.now())
        self._tell(hosted, "released", isolate=True)
        self._outbox.add(Farewell(hosted, self._identity.name, forget=False))
        self._beat.forget(hosted)
        hosted.moved = True
        del self.hosted[hosted.sim_id]
        self._moved.add(hosted)
        self._loop.call_later(self._settings.fence, self._give_up, hosted)

    def _give_up(self, hosted: Hosted) -> None:
        """What could not be written of one that moves may not be written any more: its lease expires instead."""
        if hosted in self._moved:
            self._outbox.drop(hosted, self._identity.name)
            self._let_go(hosted, lost=True)

    def _lose(self, hosted: Hosted) -> None:
        """Another attempt has begun: not a word more."""
        _LOG.warning("lease lost", sim_id=hosted.sim_id, epoch=hosted.assignment.epoch)
        hosted.renewed = -math.inf
        self._beat.forget(hosted)
        self._outbox.drop(hosted, self._identity.name)
        self._let_go(hosted, lost=True)

    def _let_go(self, hosted: Hosted, lost: bool = False) -> None:
        if self.hosted.get(hosted.sim_id) is hosted:
            del self.hosted[hosted.sim_id]
        elif hosted in self._moved:
            self._moved.discard(hosted)
        else:
            return
        self._watch.end(hosted.number)
        self._ended(hosted, lost)

    def _tell(self, hosted: Hosted, kind: str, command: Command | None = None, **more: Any) -> None:
        message = {
            "kind": kind, "sim_id": hosted.sim_id, "epoch": hosted.assignment.epoch,
            "worker": self._identity.name, "machine": self._identity.machine, "command": command,
            "cause": hosted.cause, "simulation_time": hosted.simulation.time, "tick": hosted.tick,
            "overruns": hosted.overruns, "trace": CORRELATION.get(), **more,
        }  # fmt: skip
        self._outbox.add(Report(hosted, message))

    async def _last_words(self, redis: Any, keeper: Keeper) -> None:
        self._beat.stop()
        now = Moment.now()
        for hosted in self.hosted.values():
            self._saver.save(hosted, now)
            if not hosted.ended:
                hosted.cause = STOPS
                self._tell(hosted, "released")
                self._outbox.add(Farewell(hosted, self._identity.name, forget=False))
        with suppress(TimeoutError, RedisError):
            async with asyncio.timeout(LAST_WORDS):
                await self._outbox.flush(redis, self._let_go)
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
