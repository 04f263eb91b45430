"""The attempts of a host: how each simulation begins, tells, acts and ends, moves away or is lost."""

import asyncio
import json
import math
import time
from collections.abc import Callable
from itertools import count
from typing import Any

from connections.action import Action
from connections.correlation import CORRELATION, carrying
from connections.log import logger
from connections.settings import WorkerSettings
from connections.shot import Shot
from plant.frames import Frame
from plant.lifecycle import Command, State
from workers import actions, checkpoint, frames
from workers.beat import Beat, unlimited
from workers.giving_back import STOPS
from workers.hosted import Hosted
from workers.items import Farewell, Report, Sent, Shown
from workers.keeper import Identity
from workers.moment import Moment, Note
from workers.outbox import FAST_FRAMES, MOST_FRAMES, Outbox
from workers.saver import Saver
from workers.watch import Watch

SNAPSHOT = "snapshot"
_LOG = logger(__name__)
_REPORTED = {
    State.FINISHED: Command.FINISH, State.FAILED: Command.FAIL,
    State.TIMED_OUT: Command.TIME_OUT, State.STOPPED: Command.STOP,
}  # fmt: skip


class Attempts:
    """One attempt of each simulation, stepped, saved and told of. Not thread safe: for one event loop.

    `ended(hosted, lost)` and `watch` as in Host; one that computes for longer than `budget` seconds in each of its
    turns has to move.
    """

    def __init__(
        self, identity: Identity, settings: WorkerSettings, budget: float, ended: Callable[[Hosted, bool], None],
        watch: Watch,
    ) -> None:  # fmt: skip
        self.hosted: dict[str, Hosted] = {}
        self._identity, self._settings, self._ended, self._watch = identity, settings, ended, watch
        self._numbers, self._moved = count(1), set[Hosted]()
        self.outbox = Outbox(self._holds, self.lose)
        self.saver = Saver(self.outbox, self.hosted, settings.checkpoint, lambda each: self._tell(each, "progress"))
        self._beat = Beat(self._show, self._may_step, settings.sign_of_life, budget, self._move, watch.mark)

    def begin(self, hosted: Hosted, restored: bool) -> None:
        """Host it from now on; at its start, unless it was `restored`."""
        if (earlier := self.hosted.get(hosted.sim_id)) is not None:
            self.lose(earlier)
        self.hosted[hosted.sim_id] = hosted
        hosted.number = next(self._numbers)
        self._watch.begin(hosted.number, hosted.sim_id, hosted.assignment.epoch)
        now = Moment.now()
        with carrying(hosted.assignment.trace):
            self._tell(hosted, "began", Command.BEGIN)
        if not restored:
            hosted.pace = hosted.pace.restarted(hosted.tick, now.mono)  # its time begins with its first sample
            self._show(hosted, frames.start(hosted, now))
            self.saver.save(hosted, now)
        self.saver.begin(hosted, now)
        self._beat.schedule(hosted)

    def take(self, hosted: Hosted, action: Action) -> None:
        """Carry out an action that has arrived for it."""
        if hosted.moved:  # its next attempt reads it
            return
        with carrying(action.trace):
            self._apply(hosted, action)
        if not hosted.ended:
            self._beat.schedule(hosted)

    def stop(self, sim_id: str, cause: str) -> None:
        """End a simulation on request, with its last frame."""
        hosted = self.hosted.get(sim_id)
        if hosted is not None and not hosted.ended:
            self._show(hosted, frames.end(hosted, State.STOPPED, cause, Moment.now()))

    def release(self) -> None:
        """Step nothing any more; save and give back whatever has not ended."""
        self._beat.stop()
        now = Moment.now()
        for hosted in self.hosted.values():
            self.saver.save(hosted, now)
            if not hosted.ended:
                hosted.cause = STOPS
                self._tell(hosted, "released")
                self.outbox.add(Farewell(hosted, self._identity.name, forget=False))

    def lose(self, hosted: Hosted) -> None:
        """Another attempt has begun: not a word more."""
        _LOG.warning("lease lost", sim_id=hosted.sim_id, epoch=hosted.assignment.epoch)
        hosted.renewed = -math.inf
        self._beat.forget(hosted)
        self.outbox.drop(hosted, self._identity.name)
        self.let_go(hosted, lost=True)

    def let_go(self, hosted: Hosted, lost: bool = False) -> None:
        """Nothing is left to tell of it."""
        if self.hosted.get(hosted.sim_id) is hosted:
            del self.hosted[hosted.sim_id]
        elif hosted in self._moved:
            self._moved.discard(hosted)
        else:
            return
        self._watch.end(hosted.number)
        self._ended(hosted, lost)

    def facts(self) -> dict[str, Any]:
        """What a heartbeat says of them."""
        return {
            "unsent": self.outbox.frames, "refused": self.outbox.refused, "held_back": self._beat.held_back,
            "jitter": json.dumps(self._beat.jitter.content()),
        }  # fmt: skip

    def _show(self, hosted: Hosted, frame: Frame, note: Note | None = None) -> None:
        self.outbox.add(Sent(hosted, frame, note))
        if hosted.told != hosted.simulation.faults:
            hosted.told = hosted.simulation.faults
            self._tell(hosted, "faults", faults=[fault.words() for fault in hosted.told])
        if hosted.ended:
            self._end(hosted)

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
        self.outbox.add(Shown(hosted, shot))

    def _end(self, hosted: Hosted) -> None:
        self._beat.forget(hosted)
        self._tell(hosted, "ended", _REPORTED[hosted.state])
        self.outbox.add(Farewell(hosted, self._identity.name, forget=True))

    def _move(self, hosted: Hosted, used: float) -> None:
        """Let the engine start the next attempt in a process of its own: this one would delay all others."""
        hosted.cause = f"it computed for {used:.2g} s, its budget is {self._settings.step_budget:g} s"
        _LOG.warning("moving to a process of its own", sim_id=hosted.sim_id, cause=hosted.cause)
        self.saver.save(hosted, Moment.now())
        self._tell(hosted, "released", isolate=True)
        self.outbox.add(Farewell(hosted, self._identity.name, forget=False))
        self._beat.forget(hosted)
        hosted.moved = True
        del self.hosted[hosted.sim_id]
        self._moved.add(hosted)
        asyncio.get_running_loop().call_later(self._settings.fence, self._give_up, hosted)

    def _give_up(self, hosted: Hosted) -> None:
        """What could not be written of one that moves may not be written any more: its lease expires instead."""
        if hosted in self._moved:
            self.outbox.drop(hosted, self._identity.name)
            self.let_go(hosted, lost=True)

    def _tell(self, hosted: Hosted, kind: str, command: Command | None = None, **more: Any) -> None:
        message = {
            "kind": kind, "sim_id": hosted.sim_id, "epoch": hosted.assignment.epoch,
            "worker": self._identity.name, "machine": self._identity.machine, "command": command,
            "cause": hosted.cause, "simulation_time": hosted.simulation.time, "tick": hosted.tick,
            "overruns": hosted.overruns, "trace": CORRELATION.get(), **more,
        }  # fmt: skip
        self.outbox.add(Report(hosted, message))

    def _holds(self, hosted: Hosted) -> bool:
        return time.monotonic() - hosted.renewed < self._settings.fence

    def _may_step(self, hosted: Hosted) -> bool:
        most = FAST_FRAMES if unlimited(hosted) else MOST_FRAMES
        return self.outbox.frames < most and self._holds(hosted)
